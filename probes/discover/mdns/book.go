package mdns

import (
	"hash/maphash"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is believed and remembered.
const (
	maxNames   = 2048 // services in all
	perAddress = 64   // services of one sender, and as many that it tells of others
	maxVersion = 4    // ways in which one service is told, as its records come in
	maxHosts   = 1024
	maxAddrs   = 16 // of one host
	maxHints   = 512
)

// book turns answers into sightings. What a device says of itself is told at
// once. What somebody else says, and what the libraries report without saying
// who said it, is a claim: it is told at the end, unless the device has said it
// by then. A book is safe for concurrent use and calls see from one goroutine at
// a time.
type book struct {
	link lan.Link
	see  func(lan.Sighting)
	seed maphash.Seed

	mu    sync.Mutex
	seen  map[entry][]uint64 // hashes of what was told
	per   map[teller]int     // entries by their sender
	hosts map[string][]netip.Addr
	hints map[entry]lan.Sighting
}

// teller is who says something, of itself or of others. What a device says of its
// other addresses is of others, and must not cost it what it says of itself.
type teller struct {
	addr   netip.Addr // invalid is the libraries, who do not say
	others bool
}

type entry struct {
	addr           netip.Addr
	kind, instance string
}

func newBook(link lan.Link, see func(lan.Sighting)) *book {
	return &book{
		link: link, see: see, seed: maphash.MakeSeed(), seen: map[entry][]uint64{},
		per: map[teller]int{}, hosts: map[string][]netip.Addr{}, hints: map[entry]lan.Sighting{},
	}
}

// heard takes what the sender at from answered, and says which services it only
// named.
func (b *book) heard(from netip.Addr, r report) (bare []string) {
	from = from.WithZone("").Unmap()
	if !b.link.Contains(from) {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	mine := func(a netip.Addr) bool { return a == from }
	own, others := r.split(mine, func(host string) []netip.Addr { return b.hosts[host] })
	for key, h := range r.hosts {
		if slices.ContainsFunc(h.addrs, mine) {
			b.place(key, from, h.addrs)
		}
	}
	for _, c := range own {
		switch {
		case c.bare():
			bare = append(bare, c.full)
		case !c.gone():
			b.tell(from, c.sighting(b.link.Name, from, time.Now()), c)
			b.claim(from, c)
		}
	}
	for _, c := range others {
		if !c.gone() && !c.bare() {
			b.claim(from, c)
		}
	}
	return bare
}

// place remembers that the host is at from, who says so, and at the other
// addresses that it says. Several may call themselves the same.
func (b *book) place(host string, from netip.Addr, addrs []netip.Addr) {
	all, known := b.hosts[host]
	if !known && len(b.hosts) >= maxHosts {
		return
	}
	for _, a := range append(slices.Clone(addrs), from) { // who speaks stands first and has room
		if !slices.Contains(all, a) {
			all = slices.Insert(all, 0, a)
		}
	}
	b.hosts[host] = slices.Clip(all[:min(len(all), maxAddrs)])
}

// tell passes on what c's own device says of it, if that is news.
func (b *book) tell(from netip.Addr, s lan.Sighting, c *claim) {
	e := entry{from, c.kind, strings.ToLower(c.instance)}
	version := b.hash(s)
	told, known := b.seen[e]
	if slices.Contains(told, version) || len(told) == maxVersion || !known && !b.room(teller{from, false}) {
		return
	}
	b.seen[e] = append(told, version)
	b.see(s)
}

// room reports whether one more entry of that teller is taken, and counts it.
func (b *book) room(who teller) bool {
	most := perAddress
	if !who.addr.IsValid() {
		most = maxHints
	}
	if len(b.seen)+len(b.hints) >= maxNames || b.per[who] >= most {
		return false
	}
	b.per[who]++
	return true
}

// claim keeps what from says of other addresses than its own; an invalid from
// is nobody known.
func (b *book) claim(from netip.Addr, c *claim) {
	for _, a := range c.addrs[:min(len(c.addrs), maxAddrs)] {
		a = a.WithZone("")
		e := entry{a, c.kind, strings.ToLower(c.instance)}
		_, known := b.hints[e]
		if a == from || known || b.seen[e] != nil || len(b.hints) >= maxHints || !b.link.Contains(a) && !b.link.Exposes(a) || !b.room(teller{from, true}) {
			continue
		}
		s := c.sighting(b.link.Name, a, time.Now())
		s.Claim = true
		b.hints[e] = s
	}
}

// hint takes what a library reports. It says whether the service's own device
// has not said it yet, and whether there is room for more.
func (b *book) hint(c claim) (unknown, room bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.claim(netip.Addr{}, &c)
	unknown = true
	for _, a := range c.addrs {
		if b.seen[entry{a.WithZone(""), c.kind, strings.ToLower(c.instance)}] != nil {
			unknown = false
		}
	}
	return unknown, len(b.hints) < maxHints
}

// rest tells the claims that no device has made of itself.
func (b *book) rest() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range lan.Sorted(maps.Keys(b.hints), compare) {
		if b.seen[e] == nil {
			b.see(b.hints[e])
		}
	}
}

func compare(a, b entry) int {
	if c := a.addr.Compare(b.addr); c != 0 {
		return c
	}
	return strings.Compare(a.kind+a.instance, b.kind+b.instance)
}

// hash is the same for two sightings that say the same.
func (b *book) hash(s lan.Sighting) uint64 {
	var h maphash.Hash
	h.SetSeed(b.seed)
	for _, n := range s.Names {
		h.WriteString(n + "\n")
	}
	for _, k := range slices.Sorted(maps.Keys(s.Heard)) {
		h.WriteString(k + "=" + s.Heard[k] + "\n")
	}
	for _, ep := range s.Endpoints {
		h.WriteString(ep.String())
	}
	return h.Sum64()
}
