// Package census folds sightings into devices: who is who on the link. It is
// pure: no I/O, no clock of its own, and the same sightings in any order give
// the same devices.
package census

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Census is the list being taken. It is not safe for concurrent use; the sweep
// that owns it holds the lock.
type Census struct {
	people []*person
	macs   map[lan.MAC]*person
	addrs  map[netip.Addr]*person
	ids    map[string]*person
	self   map[netip.Addr]bool
	since  time.Time

	conflicts []netip.Addr
}

// person is one device while the census is taken.
type person struct {
	device  lan.Device
	present bool // heard itself, not only talked about
	merged  bool // folded into another one
}

// Bounds against a host that forges neighbours.
const (
	maxDevices = 2048
	maxAddrs   = 32 // addresses of one device
	maxNames   = 16
	maxPorts   = 64 // announced endpoints of one device

	maxConflicts = 16
)

// present are the sources whose sighting means that the device itself
// answered just now. The others (a lease, a name in somebody's multicast
// answer) add to a device that is there but never make one.
var present = map[string]bool{"arp": true, "neigh": true, "knock": true, "ssdp": true, "self": true}

// New starts a census. Addresses of the links' own interfaces are ourselves. A
// sighting from before since does not make a device present: the kernel's table
// of neighbours remembers some that left hours ago.
func New(links []lan.Link, since time.Time) *Census {
	c := &Census{
		since: since,
		macs:  map[lan.MAC]*person{}, addrs: map[netip.Addr]*person{},
		ids: map[string]*person{}, self: map[netip.Addr]bool{},
	}
	for _, l := range links {
		for _, a := range l.Addrs {
			if l.Contains(a) {
				c.self[a] = true
				c.See(lan.Sighting{Source: "self", At: since, Link: l.Name, MAC: l.MAC, Addr: a})
			}
		}
	}
	return c
}

// See takes one sighting. A second device for the same MAC, address or
// surviving identity is merged into the first.
func (c *Census) See(s lan.Sighting) {
	s.Addr = s.Addr.WithZone("").Unmap()
	if s.MAC.IsGroup() {
		s.MAC = lan.MAC{}
	}
	p := c.find(s)
	if p == nil {
		return
	}
	d := &p.device
	p.present = p.present || present[s.Source] && !s.At.Before(c.since)
	d.Self = d.Self || c.self[s.Addr]
	d.Link = cmp.Or(d.Link, s.Link)
	d.Sources = addOne(d.Sources, s.Source, maxNames)
	if !s.MAC.IsZero() {
		d.MACs = addOne(d.MACs, s.MAC, maxAddrs)
		c.macs[s.MAC] = p
	}
	if s.Addr.IsValid() {
		d.Addresses = addOne(d.Addresses, s.Addr, maxAddrs)
		if c.addrs[s.Addr] == nil {
			c.addrs[s.Addr] = p
		}
	}
	if s.ID != "" {
		c.ids[s.ID] = p
	}
	for _, name := range s.Names {
		if name = lan.Printable(name, lan.MaxName); name != "" {
			d.Names = addOne(d.Names, name, maxNames)
		}
	}
	for _, ep := range s.Endpoints {
		d.Announced = addOne(d.Announced, ep, maxPorts)
	}
	d.Heard.Merge(s.Heard)
	if s.At.After(d.LastSeen) {
		d.LastSeen = s.At
	}
}

// find is the person a sighting is about, merging those it proves to be one,
// or a new one; nil when the list is full or the sighting names nobody.
func (c *Census) find(s lan.Sighting) *person {
	var found []*person
	add := func(p *person) {
		if p != nil && !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	if !s.MAC.IsZero() {
		add(c.macs[s.MAC])
	}
	if p := c.addrs[s.Addr]; p != nil {
		// Two MACs that answer for one address are two devices, one of which may
		// only pretend: neither loses the address to the other.
		if s.MAC.IsZero() || len(p.device.MACs) == 0 || slices.Contains(p.device.MACs, s.MAC) {
			add(p)
		} else {
			c.conflicts = addOne(c.conflicts, s.Addr, maxConflicts)
		}
	}
	if p := c.ids[s.ID]; s.ID != "" && p != nil && len(found) == 0 && s.MAC.IsZero() && !s.Addr.IsValid() {
		add(p)
	}
	switch {
	case len(found) > 0:
		for _, other := range found[1:] {
			c.merge(found[0], other)
		}
		return found[0]
	case len(c.people) >= maxDevices || s.MAC.IsZero() && !s.Addr.IsValid():
		return nil
	}
	p := &person{device: lan.Device{Heard: lan.Heard{}}}
	c.people = append(c.people, p)
	return p
}

func (c *Census) merge(into, other *person) {
	other.merged = true
	into.present = into.present || other.present
	d, o := &into.device, &other.device
	for _, m := range o.MACs {
		d.MACs = addOne(d.MACs, m, maxAddrs)
		c.macs[m] = into
	}
	for _, a := range o.Addresses {
		d.Addresses = addOne(d.Addresses, a, maxAddrs)
		c.addrs[a] = into
	}
	for id, p := range c.ids {
		if p == other {
			c.ids[id] = into
		}
	}
	for _, n := range o.Names {
		d.Names = addOne(d.Names, n, maxNames)
	}
	for _, s := range o.Sources {
		d.Sources = addOne(d.Sources, s, maxNames)
	}
	for _, ep := range o.Announced {
		d.Announced = addOne(d.Announced, ep, maxPorts)
	}
	d.Heard.Merge(o.Heard)
	d.Self = d.Self || o.Self
	d.Link = cmp.Or(d.Link, o.Link)
	if o.LastSeen.After(d.LastSeen) {
		d.LastSeen = o.LastSeen
	}
}

// Conflicts are the addresses that more than one MAC answered for, the first few
// of them.
func (c *Census) Conflicts() []netip.Addr {
	return slices.SortedFunc(slices.Values(c.conflicts), compareAddr)
}

// Count is how many devices are there.
func (c *Census) Count() (n int) {
	for _, p := range c.people {
		if p.here() {
			n++
		}
	}
	return n
}

// here reports whether the person is a device of its own that answered itself.
func (p *person) here() bool { return !p.merged && p.present && len(p.device.Addresses) > 0 }

// Devices are those that were there themselves, by address. The slices in
// them are the caller's own.
func (c *Census) Devices() []lan.Device {
	var list []lan.Device
	for _, p := range c.people {
		if !p.here() {
			continue
		}
		d := p.device
		d.MACs = slices.SortedFunc(slices.Values(d.MACs), func(a, b lan.MAC) int { return slices.Compare(a[:], b[:]) })
		d.Addresses = slices.SortedFunc(slices.Values(d.Addresses), compareAddr)
		d.Names = slices.Sorted(slices.Values(d.Names))
		d.Sources = slices.Sorted(slices.Values(d.Sources))
		d.Announced = slices.Clone(d.Announced)
		d.Heard = d.Heard.Clone()
		d.ID = ID(d)
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b lan.Device) int {
		return cmp.Or(compareAddr(a.Addresses[0], b.Addresses[0]), cmp.Compare(a.ID, b.ID))
	})
	return list
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

// ID is a device's own name for itself across sweeps: made from its lowest
// factory-given MAC, else from any MAC, else from its first address.
func ID(d lan.Device) string {
	seed := "addr:"
	if len(d.Addresses) > 0 {
		seed += d.Addresses[0].String()
	}
	for _, local := range []bool{true, false} {
		for _, m := range slices.Backward(d.MACs) {
			if m.IsLocal() == local {
				seed = "mac:" + m.String()
			}
		}
	}
	sum := sha256.Sum256([]byte(seed))
	return "d-" + hex.EncodeToString(sum[:6])
}

func addOne[T comparable](list []T, one T, limit int) []T {
	if slices.Contains(list, one) || len(list) >= limit {
		return list
	}
	return append(list, one)
}
