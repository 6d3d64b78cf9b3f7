package census

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// ID is the ID with which a device begins: made from its lowest factory-given
// MAC, else from any MAC, else from its first address. A census that remembers
// the device keeps the ID whatever becomes of them.
func ID(d lan.Device) string {
	seeds := seedsOf(d)
	if len(seeds) == 0 {
		return hash("addr:")
	}
	return hash(seeds[0])
}

func hash(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return "d-" + hex.EncodeToString(sum[:6])
}

// seedsOf is what an ID can be made from, the most lasting first.
func seedsOf(d lan.Device) (seeds []string) {
	macs := lan.Sorted(slices.Values(d.MACs), func(a, b lan.MAC) int {
		return cmp.Or(compareBool(a.IsLocal(), b.IsLocal()), compareMAC(a, b))
	})
	for _, m := range macs {
		seeds = append(seeds, "mac:"+m.String())
	}
	for _, a := range d.Addresses {
		seeds = append(seeds, "addr:"+a.String())
	}
	return seeds
}

// How a remembered device was known again, the surest first.
const (
	byFactoryMAC = iota
	byIdentity
	byPrivateMAC
	byIPv6
	byIPv4
)

// match is a remembered device that a group may be.
type match struct {
	group *group
	known int
	doubt int
	place int // among those remembered by the same mark
	mark  string
}

// identify gives each group its ID: that of the remembered device which it is by
// the surest mark, else a new one.
func (f *fold) identify(groups []*group) {
	var list []match
	for _, g := range groups {
		list = append(list, f.matches(g)...)
	}
	lan.Sort(list, func(a, b match) int {
		return cmp.Or(cmp.Compare(a.doubt, b.doubt), cmp.Compare(a.place, b.place),
			cmp.Compare(a.known, b.known), cmp.Compare(a.group.root, b.group.root))
	})
	taken := map[string]bool{}
	for _, m := range list {
		id := f.will.root(f.memory.devices[m.known].ID)
		if m.group.id != "" || taken[id] || f.deniedAny(m.group, id) {
			continue
		}
		m.group.id, taken[id] = id, true
		m.group.before = f.memory.devices[m.known]
		if i, kept := f.memory.byName[id]; kept {
			m.group.before = f.memory.devices[i]
		}
		if m.doubt == byIdentity {
			m.group.bonds = append(m.group.bonds, lan.Bond{One: id, Other: m.mark, By: "remembered by this identity, which outlives addresses", Source: "memory"})
		}
	}
	for _, g := range groups {
		if g.id == "" {
			g.id = f.baptise(g, taken)
			taken[g.id] = true
		}
	}
	for _, m := range list {
		if old := f.memory.devices[m.known].ID; m.doubt <= byPrivateMAC && old != m.group.id && !taken[old] && !f.deniedAny(m.group, old) {
			taken[old] = true
			m.group.bonds = append(m.group.bonds, lan.Bond{One: m.group.id, Other: old, By: "earlier taken for two devices", Source: "memory"})
		}
	}
}

// matches are the remembered devices that g may be.
func (f *fold) matches(g *group) (list []match) {
	add := func(known []int, doubt int, mark string) {
		for place, i := range known {
			list = append(list, match{g, i, doubt, place, mark})
		}
	}
	faceless := !slices.ContainsFunc(f.members[g.root], func(n int) bool { return !f.nodes[n].mac.IsZero() })
	for _, n := range f.members[g.root] {
		mac, addr := f.nodes[n].mac, f.nodes[n].place.addr
		switch {
		case !mac.IsZero() && mac.IsLocal():
			add(f.memory.byMAC[mac], byPrivateMAC, mac.String())
		case !mac.IsZero():
			add(f.memory.byMAC[mac], byFactoryMAC, mac.String())
		case addr.Is6():
			add(f.memory.byAddr[addr], byIPv6, addr.String())
		case faceless:
			add(slices.DeleteFunc(slices.Clone(f.memory.byAddr[addr]), func(i int) bool { return !f.lately(g, i) }), byIPv4, addr.String())
		}
		for _, c := range f.nodes[n].cells {
			for _, id := range c.ids {
				if known := f.memory.byID[id.text]; len(known) > 0 && !f.shared[id.text] && !f.stranger(g, known[0]) {
					add(known, byIdentity, id.text)
				}
			}
		}
	}
	return list
}

// lately reports whether the remembered device was seen at its address recently
// enough to be the one that is there now: leases last about a day. One that never
// showed a hardware address is known by nothing else.
func (f *fold) lately(g *group, known int) bool {
	d := f.memory.devices[known]
	return len(macsOf(d)) == 0 || g.seen.first.Sub(d.LastSeen) < 24*time.Hour
}

// stranger reports whether g goes by names of which none is the remembered
// device's.
func (f *fold) stranger(g *group, known int) bool {
	s := f.sayings(g.root)
	d := f.memory.devices[known]
	var before []string
	for _, n := range d.Names {
		if p := plain(n); p != "" {
			before = append(before, p)
		}
	}
	macs := s.macs
	for _, m := range macsOf(d) {
		macs = append(macs, plain(m.String()))
	}
	names, before := unmarked(s.names, macs), unmarked(before, macs)
	return len(names) > 0 && len(before) > 0 && !overlap(names, before)
}

func (f *fold) deniedAny(g *group, id string) bool {
	return slices.ContainsFunc(f.members[g.root], func(n int) bool { return f.denied(n, id) })
}

// baptise is a new ID for g: the first of those it may begin with that is no
// other device's, here or in memory.
func (f *fold) baptise(g *group, taken map[string]bool) string {
	var d lan.Device
	for _, n := range f.members[g.root] {
		if mac := f.nodes[n].mac; !mac.IsZero() {
			d.MACs = append(d.MACs, mac)
		}
		for _, h := range f.nodes[n].held {
			d.Addresses = append(d.Addresses, h.addr)
		}
	}
	lan.Sort(d.Addresses, compareAddr)
	d.Addresses = slices.CompactFunc(d.Addresses, func(a, b netip.Addr) bool { return a == b })
	for round := ""; ; round += "'" { // a home has fewer devices than there are rounds to run out of
		for _, seed := range seedsOf(d) {
			first := hash(seed + round)
			id := f.will.root(first)
			if _, known := f.memory.byName[first]; !known && !taken[id] && !f.deniedAny(g, id) {
				return id
			}
		}
	}
}
