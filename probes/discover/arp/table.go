package arp

import (
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// Proxy is the field of a sighting whose MAC answers for most of the network:
// how many addresses it claimed. Such a MAC is a proxy (RFC 1027), not a
// device at each of them.
const Proxy = "arp.proxy"

const (
	// ripeAfter is how long a claim waits for more of its kind. Linux delays a
	// proxy's answers by up to 0.8 s.
	ripeAfter = time.Second
	// suspicious is how many addresses one MAC may hold before its claims are
	// kept back to the end of the sweep.
	suspicious = 8
	// maxClaims bounds what a flood of forged claims can make us remember.
	maxClaims = 4096
	// maxHearsay bounds what is remembered of what stations said of others.
	maxHearsay = 256
)

// pair is a claim's identity.
type pair struct {
	mac  lan.MAC
	addr netip.Addr
}

// claim is one address held by one MAC.
type claim struct {
	addr netip.Addr
	at   time.Time
	told bool
}

// table remembers who claimed what in one sweep. It is safe for concurrent use.
type table struct {
	link  lan.Link
	allow func(netip.Addr) error
	swept int // addresses that the sweep covers

	mu       sync.Mutex
	known    map[pair]bool
	order    []lan.MAC // in the order first heard
	byMAC    map[lan.MAC][]claim
	answered map[netip.Addr]bool
	hearsay  []lan.Sighting // claims, each once
}

func newTable(link lan.Link, allow func(netip.Addr) error, swept int) *table {
	return &table{
		link: link, allow: allow, swept: swept,
		known: map[pair]bool{}, byMAC: map[lan.MAC][]claim{}, answered: map[netip.Addr]bool{},
	}
}

// note keeps c if it can be a device of this link: one station, not ourselves,
// with a host's address in scope.
func (t *table) note(c wire.Claim, now time.Time) {
	switch {
	case c.MAC.IsZero(), c.MAC.IsGroup(), c.Source.IsGroup(), c.MAC == t.link.MAC,
		!t.host(c.Addr):
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p := pair{c.MAC, c.Addr}
	if c.Source != c.MAC {
		t.overhear(p, now)
		return
	}
	if t.known[p] || len(t.known) >= maxClaims {
		return
	}
	t.known[p] = true
	held := t.byMAC[c.MAC]
	if held == nil {
		t.order = append(t.order, c.MAC)
	}
	t.byMAC[c.MAC] = append(held, claim{addr: c.Addr, at: now})
	t.answered[c.Addr] = true
}

// overhear keeps what another station than the holder said.
func (t *table) overhear(p pair, now time.Time) {
	same := func(s lan.Sighting) bool { return s.MAC == p.mac && s.Addr == p.addr }
	if len(t.hearsay) < maxHearsay && !slices.ContainsFunc(t.hearsay, same) {
		t.hearsay = append(t.hearsay, lan.Sighting{Source: Name, At: now, Link: t.link.Name, MAC: p.mac, Addr: p.addr, Claim: true})
	}
}

// host reports whether a can be another device's address on the link.
func (t *table) host(a netip.Addr) bool {
	if !a.Is4() || a.IsUnspecified() || slices.Contains(t.link.Addrs, a) || t.allow(a) != nil {
		return false
	}
	return t.link.Contains(a) && !t.link.Edge(a)
}

// heard reports whether anybody has claimed a.
func (t *table) heard(a netip.Addr) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.answered[a]
}

// ripe are the sightings, each given once, that have waited long enough and
// whose MAC holds no suspicious number of addresses.
func (t *table) ripe(now time.Time) []lan.Sighting {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []lan.Sighting
	for _, mac := range t.order {
		if len(t.byMAC[mac]) <= suspicious {
			list = append(list, t.tell(mac, func(c claim) bool { return now.Sub(c.at) >= ripeAfter })...)
		}
	}
	return list
}

// rest are the sightings not given yet, one for each proxy, and what was said of
// others who did not say it themselves.
func (t *table) rest() []lan.Sighting {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []lan.Sighting
	for _, mac := range t.order {
		held := t.byMAC[mac]
		if n := len(held); n > suspicious && n > t.swept/2 {
			list = append(list, lan.Sighting{
				Source: Name, At: held[n-1].at, Link: t.link.Name, MAC: mac,
				Heard: lan.Heard{Proxy: strconv.Itoa(n)},
			})
			continue
		}
		list = append(list, t.tell(mac, func(claim) bool { return true })...)
	}
	for _, s := range t.hearsay {
		if !t.known[pair{s.MAC, s.Addr}] {
			list = append(list, s)
		}
	}
	return list
}

// tell gives mac's untold claims that pass now.
func (t *table) tell(mac lan.MAC, due func(claim) bool) []lan.Sighting {
	var list []lan.Sighting
	held := t.byMAC[mac]
	for i, c := range held {
		if !c.told && due(c) {
			held[i].told = true
			list = append(list, lan.Sighting{Source: Name, At: c.at, Link: t.link.Name, MAC: mac, Addr: c.addr})
		}
	}
	return list
}
