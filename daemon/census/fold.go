package census

import (
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// fold is one pass over the evidence: nodes are bonded until each group of them
// is a device.
type fold struct {
	*Census
	nodes []node
	byMAC map[lan.MAC]int
	spots []spot

	parent  []int
	members [][]int // of each root
	bonds   []bond
	parted  []parting
	shared  map[string]bool // identities that too many or too different ones say
	said    map[string][]int
}

// node is what is surely one thing: a hardware address, or an address from which
// none was heard.
type node struct {
	mac   lan.MAC
	made  bool  // the hardware address was worked out of an address
	place place // where mac is zero
	self  bool
	cells []*cell
	held  []held
	alibi int // addresses it answered for in the name of others
}

// held is an address of a node.
type held struct {
	place
	span
	kind     kind
	source   string
	by       string
	disputed bool
}

// kind is how a hardware address and an address were heard together, the surest
// first.
type kind int

const (
	answered kind = iota
	tabled        // in the kernel's table of neighbours
	booked        // in the router's books
)

// spot is one address and who is heard there.
type spot struct {
	place
	lone    *cell
	pairs   []pair
	holders []int // nodes, the rightful one first
	rivals  []int // nodes that answered for it too
}

// pair is one hardware address heard at one address.
type pair struct {
	node int
	cell *cell
	span
	kind    kind
	source  string
	lent    bool // the router's books have it too
	foreign bool // it only answers in another's name
}

// bond is a reason why two nodes are one device.
type bond struct {
	node int
	lan.Bond
}

// result is what a fold came to.
type result struct {
	devices   []lan.Device
	conflicts []netip.Addr
}

// conclude folds the evidence unless nothing was heard since the last time.
func (c *Census) conclude() *result {
	if c.result != nil {
		return c.result
	}
	f := &fold{Census: c, byMAC: map[lan.MAC]int{}, shared: map[string]bool{}, said: map[string][]int{}}
	f.gather()
	f.detach()
	f.crowds()
	for i := range f.spots {
		f.settle(&f.spots[i])
	}
	f.derive()
	f.unite()
	c.result = f.report()
	c.count, c.changes = len(c.result.devices), 0
	return c.result
}

// gather makes a node of each hardware address and a spot of each address.
func (f *fold) gather() {
	hosts := slices.Clone(f.hosts)
	lan.Sort(hosts, func(a, b *host) int { return compareMAC(a.mac, b.mac) })
	f.nodes = make([]node, 0, len(hosts)+len(f.lone))
	type meeting struct {
		node int
		cell *cell
	}
	meetings := make([]meeting, 0, 2*len(hosts)+len(f.lone))
	for i, h := range hosts {
		f.byMAC[h.mac] = i
		f.nodes = append(f.nodes, node{mac: h.mac, self: f.ownMACs[h.mac], cells: slices.Clone(h.cells)})
		for _, cell := range h.cells {
			if cell.place.addr.IsValid() {
				meetings = append(meetings, meeting{i, cell})
			}
		}
	}
	for _, cell := range f.lone {
		meetings = append(meetings, meeting{-1, cell})
	}
	lan.Sort(meetings, func(a, b meeting) int { return a.cell.place.compare(b.cell.place) })
	for _, m := range meetings {
		if n := len(f.spots); n == 0 || f.spots[n-1].place != m.cell.place {
			f.spots = append(f.spots, spot{place: m.cell.place})
		}
		s := &f.spots[len(f.spots)-1]
		if m.node < 0 {
			s.lone = m.cell
		} else if p, ok := pairOf(m.node, m.cell); ok {
			s.pairs = append(s.pairs, p)
		}
	}
}

// pairOf is how node was heard at the address of cell.
func pairOf(n int, c *cell) (p pair, ok bool) {
	p = pair{node: n, cell: c}
	for _, v := range c.voices {
		if !v.spoke {
			continue
		}
		k := answered
		switch {
		case books[v.source]:
			k, p.lent = booked, true
		case v.source == "neigh":
			k = tabled
		}
		switch {
		case !ok || k < p.kind:
			p.kind, p.span, p.source, ok = k, v.span, v.source, true
		case k == p.kind:
			p.join(v.span)
		}
	}
	return p, ok
}

// addNode makes a node and its group of one.
func (f *fold) addNode(n node) int {
	f.nodes = append(f.nodes, n)
	return len(f.nodes) - 1
}

// present is when the node itself was heard first and last in this census; not ok
// when it was not, or has said goodbye since.
func (c *Census) present(cells []*cell) (s span, ok bool) {
	var gone time.Time
	for _, cell := range cells {
		for _, v := range cell.voices {
			if departures[v.source] && v.gone.After(gone) {
				gone = v.gone
			}
			if !v.spoke || !shows(v.source, cell.framed) || v.last.Before(c.since) {
				continue
			}
			if !ok {
				s, ok = v.span, true
			}
			s.join(v.span)
		}
	}
	return s, ok && !gone.After(s.last)
}
