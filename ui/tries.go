package ui

import (
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// The back-off after a wrong password: 1, 2, 4, then always 8 seconds. It is
// never a lock-out, and one address cannot slow down another, nor one who has
// never been let in a browser that has.
const (
	longestWait = 8 * time.Second
	forgetAfter = 15 * time.Minute
	maxTriers   = 256
)

// tries counts wrong passwords by whom they came from. Safe for concurrent use.
type tries struct {
	now func() time.Time

	mu sync.Mutex
	by map[string]trier
}

type trier struct {
	wrong int
	next  time.Time // no earlier try is looked at
}

func newTries(now func() time.Time) *tries {
	return &tries{now: now, by: map[string]trier{}}
}

// begin asks for one try. A positive wait means not yet. A granted try counts
// as wrong until forgive, so that two at the same moment are not one.
func (t *tries) begin(from string) (wait time.Duration) {
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

// forgive takes back the try that from began last: it was right. Those before it
// stay counted, as somebody else at the same address may have made them.
func (t *tries) forgive(from string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	who, met := t.by[from]
	if who.wrong--; !met || who.wrong <= 0 {
		delete(t.by, from)
		return
	}
	who.next = t.now()
	t.by[from] = who
}

func (t *tries) dropOldest() {
	oldest := ""
	for p, who := range t.by {
		if oldest == "" || who.next.Before(t.by[oldest].next) {
			oldest = p
		}
	}
	delete(t.by, oldest)
}

// origin is whom a try without a known browser is counted against: one address.
// Of an IPv6 host that is not on the link it is the network, as far away somebody
// may have all of it; here its hosts are the household's, each for itself. One that
// takes ever new addresses is slowed by the queue, in which its network is one.
func origin(r *http.Request) netip.Prefix {
	addr := address(r.RemoteAddr)
	near := addr.Addr().IsLinkLocalUnicast() || network(addr).Contains(localAddr(r))
	if near {
		return addr
	}
	return network(addr)
}

// address is the one host a connection comes from. What cannot be read shares the
// zero prefix.
func address(remote string) netip.Prefix {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Prefix{}
	}
	addr := ap.Addr().WithZone("").Unmap()
	return netip.PrefixFrom(addr, addr.BitLen())
}

// network is addr, or the /64 in which an IPv6 host can pick addresses at will.
func network(addr netip.Prefix) netip.Prefix {
	if !addr.Addr().Is6() {
		return addr
	}
	return netip.PrefixFrom(addr.Addr(), 64).Masked()
}
