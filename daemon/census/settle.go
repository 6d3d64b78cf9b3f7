package census

import (
	"cmp"
	"iter"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// settling is how long a change of address takes at most: who answered for one
// within this time of each other answer for it both.
const settling = 10 * time.Second

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
	slices.SortFunc(list, func(a, b pair) int {
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
	slices.SortFunc(was, func(a, b pair) int {
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
