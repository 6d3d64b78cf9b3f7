package census

import (
	"cmp"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxSharers is how many hardware addresses may be one device by what they say of
// themselves. More of them are copies of one firmware image.
const maxSharers = 4

// schemes are the identities of which a device has one, the surest first. Of the
// others ("udn:…", "wsd:…", "dhcp:…") it may have several.
var schemes = []string{"hap:", "cast:", "duid:"}

// scheme is id's place in schemes, or after them.
func scheme(id string) int {
	for i, prefix := range schemes {
		if strings.HasPrefix(id, prefix) {
			return i
		}
	}
	return len(schemes)
}

// distinct reports whether id can be one device's alone: makers who never filled
// theirs in leave zeros, or count.
func distinct(id string) bool {
	_, value, _ := strings.Cut(id, ":")
	digits := strings.Map(letter, value)
	for _, filler := range []string{"12345678", "01234567", "00010203"} {
		if strings.HasPrefix(digits, filler) {
			return false
		}
	}
	var different []rune
	for _, r := range digits {
		if !slices.Contains(different, r) {
			different = append(different, r)
		}
	}
	return len(digits) > 0 && (len(digits) < 12 || len(different) > 3)
}

// listen finds who says which identity, and which are nobody's alone.
func (f *fold) listen() {
	for i, n := range f.nodes {
		for _, c := range n.cells {
			for _, id := range c.ids {
				f.said[id.text] = addOne(f.said[id.text], i, maxDevices)
			}
		}
	}
	for id, nodes := range f.said {
		f.shared[id] = !distinct(id) || f.crowded(nodes)
	}
}

// identities bonds the nodes that say the same identity of themselves. Nodes
// that contradict each other in something else are not bonded.
func (f *fold) identities() {
	ids := make([]string, 0, len(f.said))
	for id, nodes := range f.said {
		if !f.shared[id] && len(nodes) > 1 {
			ids = append(ids, id)
		}
	}
	lan.Sort(ids, func(a, b string) int { return cmp.Or(cmp.Compare(scheme(a), scheme(b)), strings.Compare(a, b)) })
	for _, id := range ids {
		nodes := f.said[id]
		for i, n := range nodes {
			for _, earlier := range nodes[:i] {
				if f.root(earlier) == f.root(n) {
					break
				}
				if !f.contradict(earlier, n) {
					f.join(earlier, n, "both say of themselves that they are "+id, f.sayer(n, id))
				}
			}
		}
	}
}

// sayer is the source that heard node n say id.
func (f *fold) sayer(n int, id string) (source string) {
	for _, c := range f.nodes[n].cells {
		for _, said := range c.ids {
			if said.text == id && (source == "" || said.source < source) {
				source = said.source
			}
		}
	}
	return source
}

// crowded reports whether too many say the same identity for it to be one's.
func (f *fold) crowded(nodes []int) bool {
	macs, addrs := 0, 0
	for _, n := range nodes {
		switch {
		case !f.nodes[n].mac.IsZero():
			macs++
		case f.nodes[n].place.addr.Is4():
			addrs++
		}
	}
	return macs > maxSharers || addrs > maxSharers || len(nodes) > maxPlaces
}
