package census

import (
	"net/netip"
	"slices"
)

// parting is a split in terms of nodes: none of core is one with any of away.
type parting struct {
	device     string
	core, away []int
}

// part finds the nodes that the owner's splits are about.
func (f *fold) part() {
	for _, s := range f.will.splits {
		p := parting{device: s.device, core: f.meant(s.device), away: f.meant(s.value)}
		p.core = slices.DeleteFunc(p.core, func(n int) bool { return slices.Contains(p.away, n) })
		f.parted = append(f.parted, p)
	}
}

// detach marks the pairs of which the owner said that the address is not the
// device with that hardware address.
func (f *fold) detach() {
	for _, said := range f.will.splits {
		a, err := netip.ParseAddr(said.value)
		for i := range f.spots {
			s := &f.spots[i]
			if err != nil || s.addr != a {
				continue
			}
			for j := range s.pairs {
				p := &s.pairs[j]
				p.foreign = p.foreign || f.memory.has(said.device, f.label(p.node))
			}
		}
	}
}

// apart reports whether the owner said that two groups are not one.
func (f *fold) apart(ra, rb int) bool {
	in := func(list []int, root int) bool {
		return slices.ContainsFunc(list, func(n int) bool { return f.root(n) == root })
	}
	return slices.ContainsFunc(f.parted, func(p parting) bool {
		return in(p.core, ra) && in(p.away, rb) || in(p.core, rb) && in(p.away, ra)
	})
}

// denied reports whether the owner said that node n is not the device id.
func (f *fold) denied(n int, id string) bool {
	return slices.ContainsFunc(f.parted, func(p parting) bool {
		return p.device == id && slices.Contains(p.away, n)
	})
}

// obey makes one device of what the owner merged.
func (f *fold) obey() {
	for _, m := range f.will.merges {
		for _, a := range f.meant(m.device) {
			for _, b := range f.meant(m.value) {
				if !f.denied(a, m.device) && !f.denied(b, m.value) {
					f.bind(a, b, "the owner said so", "owner")
				}
			}
		}
	}
}

// meant are the nodes that a handle means: by a mark of theirs, or by an identity
// that they say and nobody else does. What we hear of ourselves means nobody.
func (f *fold) meant(handle string) (list []int) {
	for i, n := range f.nodes {
		if f.label(i) == handle || f.memory.has(handle, f.label(i)) || !n.self && slices.ContainsFunc(n.cells, func(c *cell) bool {
			return slices.ContainsFunc(c.ids, func(id said) bool {
				return id.text == handle || !f.shared[id.text] && f.memory.has(handle, id.text)
			})
		}) {
			list = append(list, i)
		}
	}
	return list
}
