package ui

import (
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// The back-off after a wrong password: 1, 2, 4, then always 8 seconds. It is
// never a lock-out, and one address cannot slow down another.
const (
	longestWait = 8 * time.Second
	forgetAfter = 15 * time.Minute
	maxTriers   = 256
)

// tries counts wrong passwords by where they came from. Safe for concurrent use.
type tries struct {
	now func() time.Time

	mu sync.Mutex
	by map[netip.Prefix]trier
}

type trier struct {
	wrong int
	next  time.Time // no earlier try is looked at
}

func newTries(now func() time.Time) *tries {
	return &tries{now: now, by: map[netip.Prefix]trier{}}
}

// begin asks for one try. A positive wait means not yet. A granted try counts
// as wrong until forgive, so that two at the same moment are not one.
func (t *tries) begin(from netip.Prefix) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	for p, old := range t.by {
		if now.Sub(old.next) > forgetAfter {
			delete(t.by, p)
		}
	}
	who, met := t.by[from]
	if wait = who.next.Sub(now); met && wait > 0 {
		return wait
	}
	if !met && len(t.by) >= maxTriers {
		t.dropOldest()
	}
	who.next = now.Add(min(time.Second<<min(who.wrong, 8), longestWait))
	who.wrong++
	t.by[from] = who
	return 0
}

// forgive forgets the wrong passwords of from: the right one came.
func (t *tries) forgive(from netip.Prefix) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.by, from)
}

func (t *tries) dropOldest() {
	var oldest netip.Prefix
	for p, who := range t.by {
		if !oldest.IsValid() || who.next.Before(t.by[oldest].next) {
			oldest = p
		}
	}
	delete(t.by, oldest)
}

// origin is whom a try is counted against, see network.
func origin(r *http.Request) netip.Prefix { return network(r.RemoteAddr) }

// network is whom a connection counts as: one IPv4 address, or the /64 in which
// an IPv6 host can pick addresses at will. What cannot be read shares the zero
// prefix.
func network(remote string) netip.Prefix {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	addr, bits := ap.Addr().WithZone("").Unmap(), 32
	if addr.Is6() {
		bits = 64
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}
