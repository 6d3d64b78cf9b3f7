package census

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// settling is how long a change of address takes at most: who answered for one
// within this time of each other answer for it both.
const settling = 10 * time.Second

// newest are those of firm that hold s now, the rightful one first. Who was heard
// there only before somebody else came has left it.
func (f *fold) newest(s *spot, firm []pair) []pair {
	if len(firm) < 2 {
		return firm
	}
	list := slices.Clone(firm)
	// What the kernel remembers of an address is no match for an answer from it.
	last := func(p pair) time.Time {
		if p.kind == tabled {
			return p.last.Add(-30 * time.Second) // its entries are good for that long
		}
		return p.last
	}
	first := slices.MaxFunc(list, func(a, b pair) int {
		return cmp.Or(last(a).Compare(last(b)), compareMAC(f.nodes[b.node].mac, f.nodes[a.node].mac))
	})
	list = slices.DeleteFunc(list, func(p pair) bool {
		if p.node == first.node || f.madeOf(s.place, p.node) {
			return false
		}
		return p.kind == tabled && first.kind == answered || last(p).Add(settling).Before(first.first)
	})
	lan.Sort(list, func(a, b pair) int {
		return cmp.Or(
			-compareBool(f.madeOf(s.place, a.node), f.madeOf(s.place, b.node)),
			-compareBool(f.remembered(a.node, s.place), f.remembered(b.node, s.place)),
			cmp.Compare(len(f.nodes[a.node].cells), len(f.nodes[b.node].cells)),
			a.first.Compare(b.first),
			compareMAC(f.nodes[a.node].mac, f.nodes[b.node].mac))
	})
	return list
}

// remembered reports whether the node's hardware address had the address before.
func (f *fold) remembered(n int, where place) bool {
	return slices.ContainsFunc(f.memory.byMAC[f.nodes[n].mac], func(i int) bool {
		return slices.Contains(f.memory.devices[i].Addresses, where.addr)
	})
}

// madeOf reports whether the address was made from the node's hardware address.
func (f *fold) madeOf(where place, n int) bool {
	mac, ok := hardwareOf(where.addr)
	return ok && mac == f.nodes[n].mac
}

// share gives what was heard from s without a hardware address to who held it at
// that time; was are all who did.
func (f *fold) share(s *spot, was []pair) {
	if s.lone == nil {
		return
	}
	if len(s.holders) != 1 || len(was) < 2 {
		holder := &f.nodes[s.holders[0]]
		holder.cells = append(holder.cells, s.lone)
		return
	}
	was = slices.Clone(was)
	lan.Sort(was, func(a, b pair) int {
		return cmp.Or(a.first.Compare(b.first), compareMAC(f.nodes[a.node].mac, f.nodes[b.node].mac))
	})
	for i, p := range was {
		from, to := time.Time{}, time.Unix(1<<40, 0)
		if i > 0 {
			from = between(was[i-1], p)
		}
		if i+1 < len(was) {
			to = between(p, was[i+1])
		}
		n := &f.nodes[p.node]
		n.cells = append(n.cells, s.lone.during(from, to))
	}
}

// between is when an address passed from one holder to the next.
func between(a, b pair) time.Time {
	if a.last.After(b.first) {
		return b.first
	}
	return a.last.Add(b.first.Sub(a.last) / 2)
}

// hardwareOf is the hardware address that an IPv6 address was made from by
// inserting ff:fe (RFC 4291, appendix A). The flag that says whether it is
// factory-given is turned over in the address.
func hardwareOf(a netip.Addr) (m lan.MAC, ok bool) {
	if !a.Is6() || a.Is4In6() {
		return m, false
	}
	b := a.As16()
	if b[11] != 0xff || b[12] != 0xfe {
		return m, false
	}
	m = lan.MAC{b[8] ^ 2, b[9], b[10], b[13], b[14], b[15]}
	return m, !m.IsGroup() && !m.IsZero()
}
