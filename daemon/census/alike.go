package census

import (
	"slices"
	"strings"
)

// contradict reports whether the devices of a and b say things of themselves that
// one device would not: other identities of a kind of which it has one, or names
// of which none is common.
func (f *fold) contradict(a, b int) bool {
	ra, rb := f.root(a), f.root(b)
	if ra == rb {
		return false
	}
	one, other := f.sayings(ra), f.sayings(rb)
	for _, prefix := range schemes {
		mine, theirs := under(one.ids, prefix), under(other.ids, prefix)
		if len(mine) > 0 && len(theirs) > 0 && !overlap(mine, theirs) {
			return true
		}
	}
	macs := append(one.macs, other.macs...)
	mine, theirs := unmarked(one.names, macs), unmarked(other.names, macs)
	return len(mine) > 0 && len(theirs) > 0 && !overlap(mine, theirs) ||
		differ(one.serials, other.serials)
}

// sayings are what a group of nodes says of itself.
type sayings struct {
	names, ids, macs []string
	serials          []word
}

func (f *fold) sayings(root int) (s sayings) {
	for _, n := range f.members[root] {
		if mac := f.nodes[n].mac; !mac.IsZero() {
			s.macs = append(s.macs, strings.Map(letter, mac.String()))
		}
		for _, c := range f.nodes[n].cells {
			for _, name := range c.names {
				if p := plain(name.text); p != "" && !books[name.source] {
					s.names = append(s.names, p)
				}
			}
			for _, id := range c.ids {
				s.ids = append(s.ids, id.text)
			}
			for _, w := range c.words {
				if strings.HasSuffix(strings.ToLower(w.key), "serialnumber") {
					s.serials = append(s.serials, w)
				}
			}
		}
	}
	return s
}

// under are the ids of one kind.
func under(ids []string, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !strings.HasPrefix(id, prefix) })
}

// unmarked leaves out the names that are made from a hardware address: each
// interface of a device has another one.
func unmarked(names, macs []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return slices.ContainsFunc(macs, func(mac string) bool {
			return strings.Contains(name, mac[6:]) || strings.Contains(name, mac[:8])
		})
	})
}

// differ reports whether a field holds one serial number here and another there.
func differ(a, b []word) bool {
	return slices.ContainsFunc(a, func(x word) bool {
		return slices.ContainsFunc(b, func(y word) bool { return x.key == y.key && x.value != y.value })
	})
}
