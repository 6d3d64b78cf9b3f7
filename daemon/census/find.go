package census

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

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
