package census

import (
	"iter"
	"slices"
)

// settle decides who holds s, and which of what was heard there is whose.
func (f *fold) settle(s *spot) {
	var firm []pair
	for _, p := range s.pairs {
		if p.kind != booked {
			firm = append(firm, p)
		}
	}
	if f.own[s.place] {
		f.settleOwn(s, firm)
		return
	}
	firm, detached := f.proper(s, firm)
	was := firm
	firm = f.newest(s, firm)
	for _, p := range firm {
		s.holders = append(s.holders, p.node)
		f.hold(p, s.place, heardTogether(p))
	}
	if p, ok := lender(s); ok && len(firm) == 0 {
		s.holders = []int{p.node}
		if s.lone != nil {
			if heard, ok := f.present([]*cell{s.lone}); ok {
				p.kind, p.span = answered, heard
			}
		}
		f.hold(p, s.place, "the router lent this address to this hardware address")
	}
	if len(s.holders) == 0 {
		if s.lone != nil || len(detached) > 0 {
			f.settleAlone(s, detached)
		}
		return
	}
	holder := &f.nodes[s.holders[0]]
	holder.cells = append(holder.cells, detached...)
	f.share(s, was)
}

func (f *fold) settleOwn(s *spot, firm []pair) {
	for _, p := range firm {
		if !f.nodes[p.node].self {
			s.rivals = append(s.rivals, p.node)
			continue
		}
		s.holders = append(s.holders, p.node)
		f.hold(p, s.place, "an address of the machine homesweep runs on")
	}
	if len(s.holders) == 0 {
		f.settleAlone(s, nil)
		return
	}
	f.share(s, nil)
}

// settleAlone gives s to a node of its own.
func (f *fold) settleAlone(s *spot, detached []*cell) {
	n := node{place: s.place, self: f.own[s.place]}
	if s.lone != nil {
		n.cells = append(n.cells, s.lone)
	}
	n.cells = append(n.cells, detached...)
	h := held{place: s.place, kind: booked}
	for i, v := range voicesOf(n.cells) {
		if i == 0 || h.kind == booked && !books[v.source] {
			h.span, h.source = v.span, v.source
		}
		if !books[v.source] {
			h.kind = answered
		}
		h.join(v.span)
	}
	n.held = []held{h}
	s.holders = []int{f.addNode(n)}
}

// voicesOf numbers the voices in cells that said more than goodbye.
func voicesOf(cells []*cell) iter.Seq2[int, voice] {
	return func(yield func(int, voice) bool) {
		n := 0
		for _, c := range cells {
			for _, v := range c.voices {
				if v.spoke {
					if !yield(n, v) {
						return
					}
					n++
				}
			}
		}
	}
}

// hold notes that p's node has the address.
func (f *fold) hold(p pair, where place, by string) {
	n := &f.nodes[p.node]
	n.held = append(n.held, held{place: where, span: p.span, kind: p.kind, source: p.source, by: by})
}

func heardTogether(p pair) string {
	if p.kind == tabled {
		return "the system's table of neighbours has this hardware address at it"
	}
	return "answered from this address with this hardware address"
}

// proper takes from firm those that only answer in another's name, and gives
// what was heard through them of the address itself.
func (f *fold) proper(s *spot, firm []pair) (own []pair, detached []*cell) {
	direct := slices.ContainsFunc(firm, func(p pair) bool { return !p.foreign && f.nodes[p.node].alibi == 0 && p.kind == answered })
	for _, p := range firm {
		n := &f.nodes[p.node]
		if !p.foreign && (n.alibi == 0 || !direct) {
			own = append(own, p)
			continue
		}
		// The node was there to answer, but the words are not its own.
		n.cells[slices.Index(n.cells, p.cell)] = &cell{framed: true, voices: p.cell.voices}
		switch {
		case !direct:
			if rest := f.relayed(s, p); rest != nil {
				detached = append(detached, rest)
			}
		case n.alibi <= maxAddrs:
			s.rivals = append(s.rivals, p.node)
		}
	}
	return own, detached
}

// relayed is what the address itself said through p; nil when nothing.
func (f *fold) relayed(s *spot, p pair) *cell {
	c := *p.cell
	if f.nodes[p.node].alibi > maxAddrs { // it answers whether anybody is there or not
		c.voices = slices.DeleteFunc(slices.Clone(c.voices), func(v voice) bool { return asks[v.source] })
		if len(c.voices) == 0 && s.lone == nil {
			return nil
		}
	}
	return &c
}

// lender is the one pair at s that stands in the router's books; none when the
// books contradict each other.
func lender(s *spot) (best pair, ok bool) {
	for _, p := range s.pairs {
		if p.kind != booked || p.foreign {
			continue
		}
		switch order := p.last.Compare(best.last); {
		case best.cell == nil || order > 0:
			best, ok = p, true
		case order == 0:
			ok = false
		}
	}
	return best, ok
}
