package census

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// group is the nodes that are one device, while it is being written down.
type group struct {
	root   int
	id     string
	seen   span
	self   bool
	before lan.Device // as it is remembered
	bonds  []lan.Bond
	cells  []*cell
	held   []held
	listed []held // those that it has now
	claims []*claim
}

// report writes down the devices that were there.
func (f *fold) report() *result {
	r := &result{}
	disputed := f.disputes()
	for p := range disputed {
		r.conflicts = append(r.conflicts, p.addr)
	}
	lan.Sort(r.conflicts, compareAddr)
	r.conflicts = slices.Compact(r.conflicts)
	r.conflicts = r.conflicts[:min(len(r.conflicts), maxConflicts)]

	groups := f.groups(disputed)
	f.identify(groups)
	byRoot := make(map[int]*group, len(groups))
	for _, g := range groups {
		byRoot[g.root] = g
	}
	for _, b := range f.bonds {
		if g := byRoot[f.root(b.node)]; g != nil {
			g.bonds = append(g.bonds, b.Bond)
		}
	}
	f.hearsay(byRoot)
	r.devices = make([]lan.Device, 0, len(groups))
	for _, g := range groups {
		r.devices = append(r.devices, f.device(g))
	}
	lan.Sort(r.devices, Compare)
	return r
}

// disputes are the spots for which more than one device answered.
func (f *fold) disputes() map[place]bool {
	list := map[place]bool{}
	for _, s := range f.spots {
		for _, n := range append(slices.Clone(s.rivals), s.holders...) {
			if f.root(n) != f.root(s.holders[0]) {
				list[s.place] = true
			}
		}
	}
	return list
}

// groups are those of which something was heard now, at most maxDevices: what is
// remembered goes before what is new.
func (f *fold) groups(disputed map[place]bool) (list []*group) {
	for r, members := range f.members {
		if len(members) == 0 {
			continue
		}
		g := &group{root: r}
		for _, n := range members {
			node := f.nodes[n]
			g.self = g.self || node.self
			g.cells = append(g.cells, node.cells...)
			for _, h := range node.held {
				h.disputed = disputed[h.place]
				g.held = append(g.held, h)
			}
		}
		var here bool
		if g.seen, here = f.present(g.cells); !here && !g.self {
			continue
		}
		g.listed = f.listed(g)
		if inside := func(h held) bool { return !f.exposes(h.addr) }; slices.ContainsFunc(g.listed, inside) || f.whole(g.cells) {
			list = append(list, g)
		}
	}
	if len(list) > maxDevices {
		rank := func(g *group) int { return min(1, len(f.matches(g))) }
		lan.Sort(list, func(a, b *group) int { return cmp.Compare(rank(b), rank(a)) })
		list = list[:maxDevices]
	}
	return list
}

// whole reports whether a device without an address of the home may be listed:
// where only a part of a network is looked at, nobody knows on which side it is.
func (c *Census) whole(cells []*cell) bool {
	for _, cell := range cells {
		for _, v := range cell.voices {
			l := c.links[v.link]
			for _, n := range l.Networks {
				if !slices.ContainsFunc(l.Prefixes, func(p netip.Prefix) bool { return p.Bits() <= n.Bits() && p.Contains(n.Addr()) }) {
					return false
				}
			}
		}
	}
	return true
}

// listed are the addresses that g has now: those that answered, and those of the
// router's books where none did. An IPv4 address from before since is an old one
// if there is a newer.
func (f *fold) listed(g *group) (list []held) {
	fresh, firm := false, false
	current := func(h held) bool { return h.kind != booked && !h.last.Before(f.since) }
	for _, h := range g.held {
		fresh = fresh || h.addr.Is4() && current(h)
		firm = firm || h.addr.Is4() && h.kind != booked
	}
	for _, h := range g.held {
		if h.addr.Is4() && (fresh && !current(h) || firm && h.kind == booked) {
			continue
		}
		list = append(list, h)
	}
	lan.Sort(list, func(a, b held) int {
		return cmp.Or(compareBool(f.exposes(a.addr), f.exposes(b.addr)), a.place.compare(b.place), cmp.Compare(a.kind, b.kind))
	})
	list = slices.CompactFunc(list, func(a, b held) bool { return a.addr == b.addr })
	return list[:min(len(list), maxAddrs)]
}

// exposes reports whether a is one of the internet's addresses.
func (c *Census) exposes(a netip.Addr) bool {
	for _, l := range c.links {
		if l.Exposes(a) {
			return true
		}
	}
	return false
}

// device writes down g.
func (f *fold) device(g *group) lan.Device {
	d := lan.Device{ID: g.id, Self: g.self, Heard: lan.Heard{}, FirstSeen: g.seen.first, LastSeen: g.seen.last}
	if before := g.before.FirstSeen; !before.IsZero() && before.Before(d.FirstSeen) {
		d.FirstSeen = before
	}
	d.Suffered = f.suffered(g)
	for _, h := range g.listed {
		d.Addresses = append(d.Addresses, h.addr)
		if f.exposes(h.addr) {
			d.Exposed = append(d.Exposed, h.addr)
		}
	}
	for _, n := range f.members[g.root] {
		node := f.nodes[n]
		_, here := f.present(node.cells)
		if !node.mac.IsZero() && (here || node.made || slices.ContainsFunc(node.held, func(h held) bool { return slices.Contains(d.Addresses, h.addr) })) {
			d.MACs = addOne(d.MACs, node.mac, maxAddrs)
		}
		for _, h := range node.held {
			if !node.mac.IsZero() && slices.Contains(d.Addresses, h.addr) {
				g.bonds = append(g.bonds, lan.Bond{One: node.mac.String(), Other: h.addr.String(), By: h.by, Source: h.source})
			}
		}
		if node.alibi > 0 && node.alibi > maxAddrs {
			d.Heard.Set(proxyField, strconv.Itoa(node.alibi-1))
		}
	}
	lan.Sort(d.MACs, compareMAC)
	d.Bonds = bondsOf(g.bonds)
	f.words(g, &d)
	d.Names = namesOf(g)
	d.Identity = f.facts(g, d)
	return d
}

// suffered is when g last did not bear being asked, under whichever ID it was
// known then.
func (f *fold) suffered(g *group) lan.Suffering {
	last := g.before.Suffered
	for _, n := range f.members[g.root] {
		for _, i := range f.memory.byMAC[f.nodes[n].mac] {
			if old := f.memory.devices[i].Suffered; old.At.After(last.At) {
				last = old
			}
		}
	}
	return last
}

// maxBonds bounds the reasons that are kept.
const maxBonds = 64

func bondsOf(list []lan.Bond) []lan.Bond {
	lan.Sort(list, func(a, b lan.Bond) int {
		return cmp.Or(strings.Compare(a.One, b.One), strings.Compare(a.Other, b.Other), strings.Compare(a.By, b.By), strings.Compare(a.Source, b.Source))
	})
	list = slices.Compact(list)
	return list[:min(len(list), maxBonds)]
}
