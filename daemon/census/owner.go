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
	lan.Sort(told, func(a, b lan.Decision) int {
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
