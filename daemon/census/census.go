// Package census folds sightings into devices: who is who in the home. It is
// pure: no I/O, no clock of its own, and the same sightings in any order give
// the same devices.
//
// Sightings are first kept as evidence, each under the hardware address and the
// address it was heard from. Who is one device is decided afterwards, in one
// pass over all of it.
package census

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Census is the list being taken. It is not safe for concurrent use; the sweep
// that owns it holds the lock.
type Census struct {
	links   map[string]lan.Link
	own     map[place]bool // addresses of the links' own interfaces
	ownMACs map[lan.MAC]bool
	since   time.Time
	memory  memory
	will    will

	hosts  []*host  // what was heard from each hardware address
	lone   []*cell  // what was heard from an address alone
	claims []*claim // what was said of somebody else

	result  *result // nil when something was heard since
	count   int     // devices at the last fold
	changes int     // new hosts, addresses, sources and identities since
}

// Bounds against a host that forges neighbours. Within each the lowest are kept,
// those remembered from earlier sweeps before all others, so that neither the
// order of arrival nor a flood of strangers decides.
const (
	maxDevices = 2048
	maxLone    = 4096
	maxClaims  = 1024
	maxPlaces  = 64 // addresses heard from one hardware address
	maxAddrs   = 32 // addresses of one device
	maxNames   = 16
	maxIDs     = 16
	maxPorts   = 64 // announced endpoints of one device

	maxConflicts = 16
)

// New starts a census. Addresses of the links' own interfaces are ourselves. A
// sighting from before since does not make a device present: the kernel's table
// of neighbours remembers some that left hours ago.
//
// known are the devices that earlier sweeps left in memory, with their Identity:
// a device that is met again keeps its ID. told is what the owner decided; only
// "merge" and "split" matter here. Both are read, never changed, and may be nil.
func New(links []lan.Link, since time.Time, known []lan.Device, told []lan.Decision) *Census {
	c := &Census{
		links: map[string]lan.Link{}, own: map[place]bool{}, ownMACs: map[lan.MAC]bool{},
		since: since, memory: remember(known),
	}
	c.will = willOf(told, c.memory)
	for _, l := range links {
		c.links[l.Name] = l
		for _, a := range l.Addrs {
			if l.Contains(a) || l.Exposes(a) {
				c.own[placeOf(a, l.Name)] = true
				c.ownMACs[l.MAC] = !l.MAC.IsZero()
			}
		}
	}
	for _, l := range links {
		for _, a := range l.Addrs {
			if c.own[placeOf(a, l.Name)] {
				c.See(lan.Sighting{Source: self, At: since, Link: l.Name, MAC: l.MAC, Addr: a})
			}
		}
	}
	return c
}

// See takes one sighting. What it says counts for the devices that the next
// call of Devices makes.
func (c *Census) See(s lan.Sighting) {
	s.Addr = s.Addr.WithZone("").Unmap()
	if s.MAC.IsGroup() {
		s.MAC = lan.MAC{}
	}
	if !c.inScope(&s) || s.MAC.IsZero() && !s.Addr.IsValid() {
		return
	}
	where := placeOf(s.Addr, s.Link)
	if c.ownMACs[s.MAC] && s.Addr.IsValid() && !c.own[where] {
		s.MAC = lan.MAC{} // ours is on it because we passed it on
	}
	switch {
	case s.Claim:
		c.claim(where, s)
	default:
		if cell := c.cell(where, s.MAC); cell != nil && cell.take(s) {
			c.changes++
		}
	}
	c.result = nil
}

// inScope reports whether s is about a device of the home. An address that can
// be nobody's own is taken from it: some devices answer at the broadcast
// address of their network.
func (c *Census) inScope(s *lan.Sighting) bool {
	a := s.Addr
	if !a.IsValid() {
		return true
	}
	nobody, inside := a.IsUnspecified() || a.IsMulticast() || a.IsLoopback() || a == broadcast, len(c.links) == 0
	judge := func(l lan.Link) {
		nobody = nobody || l.Edge(a)
		inside = inside || l.Contains(a) || l.Exposes(a)
	}
	if l, found := c.links[s.Link]; found {
		judge(l)
	} else {
		for _, l := range c.links {
			judge(l)
		}
	}
	if nobody {
		s.Addr = netip.Addr{}
	}
	return nobody || inside
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// Conflicts are the addresses that more than one device answered for, the first
// few of them.
func (c *Census) Conflicts() []netip.Addr { return slices.Clone(c.conclude().conflicts) }

// Count is how many devices are there, or were when fewer sightings were in: it
// is meant for showing progress and lags behind Devices by an eighth at most.
func (c *Census) Count() int {
	if c.changes > c.count/8 {
		c.conclude()
	}
	return c.count
}

// Devices are those that were there themselves, by address; those that are known
// by their hardware address alone come last. The slices in them are the caller's
// own.
func (c *Census) Devices() []lan.Device {
	all := c.conclude().devices
	list := make([]lan.Device, len(all))
	for i, d := range all {
		list[i] = clone(d)
	}
	return list
}

// Find is what has become of d, a device that an earlier call of Devices gave:
// the one with its ID, else the one with one of its hardware addresses, else the
// one at its address if it has no other mark.
func (c *Census) Find(d lan.Device) (now lan.Device, found bool) {
	best := 0
	for _, other := range c.conclude().devices {
		if alike := likeness(d, other); alike > best {
			best, now = alike, other
		}
	}
	return clone(now), best > 0
}

func likeness(a, b lan.Device) int {
	switch {
	case a.ID == b.ID:
		return 3
	case slices.ContainsFunc(a.MACs, func(m lan.MAC) bool { return slices.Contains(b.MACs, m) }):
		return 2
	case len(a.MACs) == 0 && len(a.Addresses) > 0 && slices.Contains(b.Addresses, a.Addresses[0]):
		return 1
	}
	return 0
}

func clone(d lan.Device) lan.Device {
	d.MACs, d.Addresses, d.Exposed = slices.Clone(d.MACs), slices.Clone(d.Addresses), slices.Clone(d.Exposed)
	d.Names, d.Sources = slices.Clone(d.Names), slices.Clone(d.Sources)
	d.Announced, d.Identity, d.Bonds = slices.Clone(d.Announced), slices.Clone(d.Identity), slices.Clone(d.Bonds)
	d.Heard = d.Heard.Clone()
	return d
}

// MACAt is the hardware address at which d was heard at addr, the only one that it
// has if none was heard there, else zero.
func MACAt(d lan.Device, addr netip.Addr) lan.MAC {
	for _, m := range d.MACs {
		if slices.ContainsFunc(d.Bonds, func(b lan.Bond) bool { return b.One == m.String() && b.Other == addr.String() }) {
			return m
		}
	}
	if len(d.MACs) == 1 {
		return d.MACs[0]
	}
	return lan.MAC{}
}

// compareAddr puts IPv4 first: it is what people know a device by.
func compareAddr(a, b netip.Addr) int {
	if a.Is4() != b.Is4() {
		if a.Is4() {
			return -1
		}
		return 1
	}
	return a.Compare(b)
}

func compareMAC(a, b lan.MAC) int { return slices.Compare(a[:], b[:]) }

// Compare orders devices by first address, IPv4 first; those without one come
// last, by hardware address.
func Compare(a, b lan.Device) int {
	if len(a.Addresses) == 0 || len(b.Addresses) == 0 {
		none := compareBool(len(a.Addresses) == 0, len(b.Addresses) == 0)
		if none == 0 && len(a.MACs) > 0 && len(b.MACs) > 0 {
			none = compareMAC(a.MACs[0], b.MACs[0])
		}
		return cmp.Or(none, cmp.Compare(a.ID, b.ID))
	}
	return cmp.Or(compareAddr(a.Addresses[0], b.Addresses[0]), cmp.Compare(a.ID, b.ID))
}
