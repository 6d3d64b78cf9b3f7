package census

import (
	"cmp"
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// place is an address as nobody else has it: link-local ones are told apart by
// their link. The zero place is that of a device heard without an address.
type place struct {
	addr netip.Addr
	link string
}

func placeOf(a netip.Addr, link string) place {
	if !a.IsLinkLocalUnicast() {
		link = ""
	}
	return place{a, link}
}

func (p place) compare(q place) int {
	if p.addr.IsValid() != q.addr.IsValid() {
		return p.addr.Compare(q.addr)
	}
	return cmp.Or(compareAddr(p.addr, q.addr), cmp.Compare(p.link, q.link))
}

// span is when something was said first and last.
type span struct{ first, last time.Time }

func (s *span) add(at time.Time) {
	if at.Before(s.first) {
		s.first = at
	}
	if at.After(s.last) {
		s.last = at
	}
}

func (s *span) join(o span) { s.add(o.first); s.add(o.last) }

// voice is one source that heard the device on one link.
type voice struct {
	source, link string
	spoke        bool // it heard more than a goodbye
	span
	gone time.Time // the last goodbye
}

// said is a name or an identity in a source's words.
type said struct {
	text, source string
	heard        bool
	span
}

// word is a field of Heard: of two values the one of the better source, then the
// newer one.
type word struct {
	key, value, source string
	list               []string // the words of a list, in order
	span
}

// port is an endpoint that was announced, or taken back.
type port struct {
	lan.Endpoint
	announced bool
	span
	gone time.Time
}

// cell is all that was heard under one hardware address and one address, either
// of which may be missing.
type cell struct {
	place   place
	framed  bool // the hardware address is known
	strange bool // nobody is remembered there; only kept without a hardware address
	voices  []voice
	names   []said
	ids     []said
	words   []word
	ports   []port
}

// host is a hardware address and what was heard from it.
type host struct {
	hostKey
	cells []*cell
}

// claim is what others said of an address.
type claim struct {
	claimKey // the hardware address to which it was said to belong may be zero
	said     said
	names    []said
}

// cell is where a sighting's words are kept; nil when there is no room.
func (c *Census) cell(where place, mac lan.MAC) *cell {
	var found **cell
	if mac.IsZero() {
		key := loneKey{len(c.memory.byAddr[where.addr]) == 0, where}
		found = slot(&c.lone, maxLone, key, compareLone, newLone)
	} else {
		key := hostKey{len(c.memory.byMAC[mac]) == 0, mac}
		h := slot(&c.hosts, maxDevices, key, compareHost, newHost)
		if h == nil {
			return nil
		}
		before := len((*h).cells)
		found = slot(&(*h).cells, c.places, where, compareCell, newCell)
		if c.cells += len((*h).cells) - before; c.cells > maxCells {
			c.shrink()
		}
	}
	if found == nil {
		return nil
	}
	return *found
}

// shrink keeps fewer addresses of each host until there are no more than maxCells.
func (c *Census) shrink() {
	for ; ; c.places-- {
		c.cells = 0
		for _, h := range c.hosts {
			clear(h.cells[min(len(h.cells), c.places):])
			h.cells = h.cells[:min(len(h.cells), c.places)]
			c.cells += len(h.cells)
		}
		if c.cells <= maxCells {
			return
		}
	}
}

// The keys by which hosts and lone cells are kept: those remembered from earlier
// sweeps before strangers.
type (
	hostKey struct {
		strange bool
		mac     lan.MAC
	}
	loneKey struct {
		strange bool
		place   place
	}
)

func compareHost(h *host, k hostKey) int {
	return cmp.Or(compareBool(h.strange, k.strange), compareMAC(h.mac, k.mac))
}
func compareLone(c *cell, k loneKey) int {
	return cmp.Or(compareBool(c.strange, k.strange), c.place.compare(k.place))
}
func compareCell(c *cell, p place) int { return c.place.compare(p) }

func newHost(k hostKey) *host { return &host{hostKey: k} }
func newLone(k loneKey) *cell { return &cell{place: k.place, strange: k.strange} }
func newCell(p place) *cell   { return &cell{place: p, framed: true} }

// compareBool puts false first.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}
