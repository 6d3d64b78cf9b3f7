package mdns

import (
	"hash/maphash"
	"net/netip"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// longest is how long a record is believed at most: the TTL that RFC 6762
// section 10 recommends for most, 75 minutes. A forged one of years is not to
// hold its place.
const longest = 75 * time.Minute

// perSender is how many hosts one sender may be: most are one, a machine with
// containers is some.
const perSender = 16

// Collector follows one link's announcements: it knows which services of whom
// are alive, until they say goodbye or their TTL is over. It remembers at most
// 2,048 names, 64 of one sender, some 100 bytes each whatever they say. It is not
// safe for concurrent use.
type Collector struct {
	link   lan.Link
	seed   maphash.Seed
	lives  map[uint64]life         // by sender and service
	per    map[lan.MAC]int         // lives of each sender
	hosts  map[uint64]life         // by host's name: who has it
	called map[lan.MAC]int         // hosts of each sender
	addrs  map[uint64][]netip.Addr // of those hosts
}

// life is how long something is believed of its sender.
type life struct {
	mac   lan.MAC
	until time.Time
}

// NewCollector is a Collector for link that knows nothing yet.
func NewCollector(link lan.Link) *Collector {
	return &Collector{
		link: link, seed: maphash.MakeSeed(), lives: map[uint64]life{}, per: map[lan.MAC]int{},
		hosts: map[uint64]life{}, called: map[lan.MAC]int{}, addrs: map[uint64][]netip.Addr{},
	}
}

// Hear takes a datagram that from (its MAC, and Addr if it has one yet) has
// sent. mine reports which addresses are known to be the sender's. tell is called
// with what the sender says of itself, with a claim for each address of which it
// says something without being there, and at least once, so that a sender is
// heard whatever it says. left is how many names there was no room for.
func (c *Collector) Hear(from lan.Sighting, mine func(netip.Addr) bool, datagram []byte, tell func(lan.Sighting)) (left int) {
	from.Source = Name
	r, ok := read(datagram)
	proxy := ok && !r.owner.IsZero() && r.owner != from.MAC
	if !ok || proxy {
		tell(from)
	}
	if !ok {
		return 0
	}
	h := hearing{Collector: c, from: from, tell: tell, proxy: proxy}
	h.mine = func(a netip.Addr) bool { return !proxy && (a == from.Addr || mine(a)) }
	own, others := r.split(h.mine, h.known)
	h.place(&r)
	for _, s := range own {
		h.own(s)
	}
	for _, s := range others {
		h.other(s, r.owner)
	}
	h.finish(&r, len(own))
	return h.left
}

// end forgets one life.
func (c *Collector) end(key uint64) {
	l, ok := c.lives[key]
	if !ok {
		return
	}
	delete(c.lives, key)
	if c.per[l.mac]--; c.per[l.mac] <= 0 {
		delete(c.per, l.mac)
	}
}

// Forget lets go of what has expired. A device that does not renew its records
// is not gone: nobody may have asked it.
func (c *Collector) Forget(now time.Time) {
	for key, l := range c.lives {
		if !now.Before(l.until) {
			c.end(key)
		}
	}
	for key, l := range c.hosts {
		if !now.Before(l.until) {
			c.drop(key)
		}
	}
}

// drop forgets one host.
func (c *Collector) drop(key uint64) {
	mac := c.hosts[key].mac
	if c.called[mac]--; c.called[mac] <= 0 {
		delete(c.called, mac)
	}
	delete(c.hosts, key)
	delete(c.addrs, key)
}

// key is that of a name, of one sender's unless mac is zero.
func (c *Collector) key(mac lan.MAC, name string) uint64 {
	var h maphash.Hash
	h.SetSeed(c.seed)
	h.Write(mac[:])
	h.WriteString(strings.ToLower(name))
	return h.Sum64()
}
