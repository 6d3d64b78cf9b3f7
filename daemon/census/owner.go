package census

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// The owner's decisions that matter here. "merge" makes Value, a device's ID or
// a hardware address, one with Device, whose ID is kept. "split" says
// that Value (a hardware address, address, identity or a device's ID) is not
// Device. A later word undoes an earlier one on the same two.
const (
	Merge = "merge"
	Split = "split"
)

// two are two things that the owner spoke of.
type two struct{ device, value string }

// will is what the owner decided, as far as it is in force.
type will struct {
	merges, splits []two
}

// willOf reads the decisions in the order of their time.
func willOf(told []lan.Decision, m memory) (w will) {
	told = slices.Clone(told)
	slices.SortStableFunc(told, func(a, b lan.Decision) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Device, b.Device), strings.Compare(a.Value, b.Value))
	})
	for _, d := range told {
		value := handle(d.Value)
		said := two{d.Device, value}
		if d.Device == "" || value == "" || d.Device == value {
			continue
		}
		switch d.What {
		case Merge:
			w.splits = slices.DeleteFunc(w.splits, func(s two) bool {
				same := m.either(s.value, value) || m.either(s.value, d.Device)
				return same && (m.either(s.device, d.Device) || m.either(s.device, value) || w.root(s.device) == w.root(d.Device))
			})
			w.merges = append(slices.DeleteFunc(w.merges, func(m two) bool { return m == said }), said)
		case Split:
			w.undo(d.Device, value, m)
			w.splits = append(w.splits, said)
		}
	}
	return w
}

// handle is value as it is compared: an address or hardware address in its usual
// form.
func handle(value string) string {
	value = strings.TrimSpace(value)
	if mac, err := lan.ParseMAC(value); err == nil {
		return mac.String()
	}
	if a, err := netip.ParseAddr(value); err == nil {
		return a.WithZone("").Unmap().String()
	}
	return value
}

// either reports whether two handles mean the same thing, one perhaps by a mark
// of the other.
func (m memory) either(a, b string) bool { return a == b || m.has(a, b) || m.has(b, a) }

// undo takes back the merge that made value one with device.
func (w *will) undo(device, value string, m memory) {
	for _, id := range w.ids() {
		if id == device || !m.either(id, value) {
			continue
		}
		if last := w.path(id, device, nil); len(last) > 0 {
			w.merges = slices.DeleteFunc(w.merges, func(m two) bool { return m == last[0] })
		}
	}
}

func (w *will) ids() (list []string) {
	for _, m := range w.merges {
		list = append(list, m.device, m.value)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// path is the merges that lead from one ID to another, nil when none do.
func (w *will) path(from, to string, been []two) []two {
	for _, m := range w.merges {
		next := ""
		switch from {
		case m.device:
			next = m.value
		case m.value:
			next = m.device
		}
		if next == "" || slices.Contains(been, m) {
			continue
		}
		if next == to {
			return []two{m}
		}
		if rest := w.path(next, to, append(slices.Clone(been), m)); rest != nil {
			return append([]two{m}, rest...)
		}
	}
	return nil
}

// root is the ID that a device merged into others goes by.
func (w *will) root(id string) string {
	into := map[string]string{}
	top := func(id string) string {
		for into[id] != "" {
			id = into[id]
		}
		return id
	}
	for _, m := range w.merges {
		kept, other := top(m.device), top(m.value)
		switch {
		case kept != other:
			into[other] = kept
		case kept != m.device: // said the other way round before
			delete(into, m.device)
			into[kept] = m.device
		}
	}
	return top(id)
}

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
