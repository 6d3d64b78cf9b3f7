package census

import (
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// facts are g's attributes with where each came from. Marks that it had before
// are kept, so that it is known again by them.
func (f *fold) facts(g *group, d lan.Device) []lan.Fact {
	var list []lan.Fact
	for _, n := range f.members[g.root] {
		if slices.Contains(d.MACs, f.nodes[n].mac) {
			list = append(list, f.macFact(n, g.seen))
		}
	}
	list = append(list, f.addressFacts(g)...)
	for _, id := range spoken(g.cells, func(c *cell) []said { return c.ids }) {
		fact := lan.Fact{Field: lan.FieldIdentity, Value: id.text, Source: id.source, Confidence: sureTable, Raw: id.text}
		if f.shared[id.text] {
			fact.Confidence = sureShared
		}
		list = append(list, timed(fact, id.span))
	}
	for _, n := range spoken(g.cells, func(c *cell) []said { return c.names }) {
		fact := lan.Fact{Field: lan.FieldName, Value: n.text, Source: n.source, Confidence: sureTable, Raw: n.text}
		if books[n.source] {
			fact.Confidence = sureHint
		}
		list = append(list, timed(fact, n.span))
	}
	for _, c := range g.claims {
		for _, n := range c.names {
			fact := lan.Fact{Field: lan.FieldName, Value: n.text, Source: n.source, Confidence: sureClaimed, Raw: "said by somebody else: " + n.text}
			list = append(list, timed(fact, n.span))
		}
	}
	return f.recalled(g, dated(list, g.before.Identity))
}

func timed(fact lan.Fact, s span) lan.Fact {
	fact.FirstSeen, fact.LastSeen = s.first, s.last
	return fact
}

// macFact says how node n's hardware address is known.
func (f *fold) macFact(n int, seen span) lan.Fact {
	node := f.nodes[n]
	fact := lan.Fact{Field: lan.FieldMAC, Value: node.mac.String(), Confidence: sureMade, Raw: node.mac.String()}
	if node.made {
		fact.Source, fact.Raw = "ndp", "worked out of an address that is made from it"
		return timed(fact, seen)
	}
	best, s := voice{}, span{}
	for i, v := range voicesOf(node.cells) {
		if i == 0 {
			best, s = v, v.span
		}
		if confidenceOf(v) > confidenceOf(best) || confidenceOf(v) == confidenceOf(best) && v.source < best.source {
			best = v
		}
		s.join(v.span)
	}
	fact.Source, fact.Confidence = best.source, confidenceOf(best)
	for _, h := range node.held {
		if h.source == best.source {
			fact.Raw = fmt.Sprintf("%s is at %s", h.addr, node.mac)
			break
		}
	}
	if node.mac.IsLocal() {
		fact.Raw += " (a private address: no maker can be read from it)"
	}
	return timed(fact, s)
}

// confidenceOf is how sure a voice makes us of a hardware address.
func confidenceOf(v voice) float64 {
	switch {
	case books[v.source]:
		return sureBook
	case v.source == "neigh":
		return sureTable
	}
	return sureAnswered
}

// addressFacts say how each address is known, those that are only claimed
// included.
func (f *fold) addressFacts(g *group) (list []lan.Fact) {
	for _, h := range g.listed {
		fact := lan.Fact{Field: lan.FieldAddress, Value: h.addr.String(), Source: h.source, Raw: h.addr.String()}
		fact.Confidence = [...]float64{answered: sureAnswered, tabled: sureTable, booked: sureBook}[h.kind]
		for _, b := range g.bonds {
			if b.Other == fact.Value {
				fact.Raw = fmt.Sprintf("%s is at %s", h.addr, b.One)
				break
			}
		}
		if h.disputed {
			fact.Confidence /= 2
			fact.Raw += "; another device answers for it too"
		}
		list = append(list, timed(fact, h.span))
	}
	for _, c := range g.claims {
		if c.place.addr.IsValid() && !slices.ContainsFunc(list, func(f lan.Fact) bool { return f.Value == c.place.addr.String() }) {
			fact := lan.Fact{Field: lan.FieldAddress, Value: c.place.addr.String(), Source: c.source, Confidence: sureClaimed, Raw: "claimed, not answered from"}
			list = append(list, timed(fact, c.said.span))
		}
	}
	return list
}

// recalled adds what is remembered of g's marks and was not heard now. Facts of
// other fields are there for the time at which they were first seen; Conclude
// takes nothing else from them.
func (f *fold) recalled(g *group, list []lan.Fact) []lan.Fact {
	for _, old := range g.before.Identity {
		if slices.ContainsFunc(list, func(f lan.Fact) bool { return f.Field == old.Field && f.Value == old.Value }) {
			continue
		}
		switch old.Field {
		case lan.FieldAddress, lan.FieldName:
			continue
		case lan.FieldMAC, lan.FieldIdentity:
			if f.owned(old.Value, g) {
				continue
			}
		}
		list = append(list, old)
	}
	return list
}

// owned reports whether a remembered mark of g is another device's now: heard
// there, or said by the owner not to be g's.
func (f *fold) owned(mark string, g *group) bool {
	for _, s := range f.will.splits {
		if s.device == g.id && s.value == mark {
			return true
		}
	}
	mac, err := lan.ParseMAC(mark)
	if n, heard := f.byMAC[mac]; err == nil && heard {
		return f.root(n) != g.root
	}
	return slices.ContainsFunc(f.said[mark], func(n int) bool { return f.root(n) != g.root })
}
