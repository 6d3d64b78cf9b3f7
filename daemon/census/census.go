// Package census folds sightings into devices: who is who in the home. It is
// pure: no I/O, no clock of its own, and the same sightings in any order give
// the same devices.
//
// Sightings are first kept as evidence, each under the hardware address and the
// address it was heard from. Who is one device is decided afterwards, in one
// pass over all of it.
package census

import (
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
	places int      // of each host that are kept; fewer when there are too many in all
	lone   []*cell  // what was heard from an address alone
	claims []*claim // what was said of somebody else

	result  *result // nil when something was heard since
	count   int     // devices at the last fold
	changes int     // new hosts, addresses, sources and identities since
	cells   int     // kept in all, perhaps some fewer
}

// Bounds against a host that forges neighbours. Within each the lowest are kept,
// those remembered from earlier sweeps before all others, so that neither the
// order of arrival nor a flood of strangers decides.
const (
	maxDevices = 2048
	maxCells   = 4 * maxDevices // pairs of a hardware address and an address
	maxLone    = 2048           // addresses heard without a hardware address
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
		since: since, memory: remember(known), places: maxPlaces,
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

// Count is how many devices are there, or were a little while ago: it is meant for
// showing progress at each sighting, and lags behind Devices by an eighth of what
// was heard.
func (c *Census) Count() int {
	if c.changes > max(c.count, c.cells)/8 {
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
