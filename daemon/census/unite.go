package census

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// atOnce is how close two answers for one address must lie to be answers to one
// question.
const atOnce = 2 * time.Second

// derive finds the hardware address that an IPv6 address without one was made
// from. In a factory-given one the turned flag is set, which no random address
// has (RFC 8981, section 3.3.1, of old; a stable one has it by chance); any
// other is believed only where that hardware address itself was heard.
func (f *fold) derive() {
	for i := range f.nodes {
		if !f.nodes[i].mac.IsZero() || f.nodes[i].self {
			continue
		}
		mac, ok := hardwareOf(f.nodes[i].place.addr)
		_, heard := f.byMAC[mac]
		if !ok || f.ownMACs[mac] || !heard && mac.IsLocal() {
			continue
		}
		if !heard {
			f.byMAC[mac] = f.addNode(node{mac: mac, made: true})
		}
		f.bonds = append(f.bonds, bond{i, lan.Bond{One: mac.String(), Other: f.label(i), By: "the address is made from the hardware address", Source: sourceOf(f.nodes[i])}})
	}
}

func sourceOf(n node) string {
	if len(n.held) > 0 {
		return n.held[0].source
	}
	return ""
}

// unite bonds nodes into devices, the surest reasons first.
func (f *fold) unite() {
	f.parent, f.members = make([]int, len(f.nodes)), make([][]int, len(f.nodes))
	for i := range f.nodes {
		f.parent[i], f.members[i] = i, []int{i}
	}
	made := f.bonds
	f.bonds = nil
	f.listen()
	f.part()
	f.uniteSelf()
	f.obey()
	for _, b := range made {
		mac, _ := lan.ParseMAC(b.One)
		f.join(f.byMAC[mac], b.node, b.By, b.Source)
	}
	f.identities()
	f.rejoin()
	f.mutual()
}

// uniteSelf makes one device of all our own interfaces.
func (f *fold) uniteSelf() {
	first := -1
	for i := range f.nodes {
		switch {
		case !f.nodes[i].self:
		case first < 0:
			first = i
		default:
			f.bind(first, i, "both are interfaces of the machine homesweep runs on", self)
		}
	}
}

// label is what people call node n by.
func (f *fold) label(n int) string {
	if !f.nodes[n].mac.IsZero() {
		return f.nodes[n].mac.String()
	}
	return f.nodes[n].place.addr.String()
}

func (f *fold) root(n int) int {
	for f.parent[n] != n {
		n = f.parent[n]
	}
	return n
}

// join makes one device of a's and b's, unless the owner said that they are two.
// Ourselves are never joined with anybody.
func (f *fold) join(a, b int, by, source string) {
	ra, rb := f.root(a), f.root(b)
	if ra == rb || f.selfish(ra) != f.selfish(rb) {
		return
	}
	f.bind(a, b, by, source)
}

func (f *fold) selfish(root int) bool {
	return slices.ContainsFunc(f.members[root], func(n int) bool { return f.nodes[n].self })
}

// bind is join on better authority: ours of ourselves, and the owner's.
func (f *fold) bind(a, b int, by, source string) {
	ra, rb := f.root(a), f.root(b)
	if ra == rb || f.apart(ra, rb) {
		return
	}
	into, other := min(ra, rb), max(ra, rb)
	f.parent[other] = into
	f.members[into] = append(f.members[into], f.members[other]...)
	f.members[other] = nil
	f.bonds = append(f.bonds, bond{a, lan.Bond{One: f.label(a), Other: f.label(b), By: by, Source: source}})
}

// mutual bonds two hardware addresses that both answer for the same addresses,
// two or more, and have none of their own: two interfaces of one machine on one
// network answer so for each other (arp_ignore 0, as Linux has it).
func (f *fold) mutual() {
	type couple struct{ a, b int }
	together, alone := map[couple]int{}, map[int]int{}
	for _, s := range f.spots {
		if !s.addr.Is4() || f.own[s.place] {
			continue
		}
		var answering []pair
		for _, p := range s.pairs {
			if p.kind == answered {
				answering = append(answering, p)
			}
		}
		if len(answering) == 1 {
			alone[answering[0].node]++
		}
		if len(answering) == 2 && len(s.holders) == 2 && !apart(answering[0].span, answering[1].span) {
			together[couple{answering[0].node, answering[1].node}]++
		}
	}
	couples := lan.Sorted(maps.Keys(together), func(x, y couple) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	for _, c := range couples {
		if together[c] >= 2 && alone[c.a]+alone[c.b] == 0 && !f.contradict(c.a, c.b) {
			f.join(c.a, c.b, "each answers for the other's address", "arp")
		}
	}
}

// apart reports whether two spans lie too far apart to be answers to one
// question.
func apart(a, b span) bool {
	return a.first.Sub(b.last) > atOnce || b.first.Sub(a.last) > atOnce
}
