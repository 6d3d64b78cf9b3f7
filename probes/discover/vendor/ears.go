package vendor

import (
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Ears are the readers of what devices send unasked, by destination port, for a
// passive listener. Each is pure and safe for concurrent use; the sightings'
// Source is "vendor".
func Ears() map[uint16]func(datagram []byte) (lan.Sighting, bool) {
	ears := map[uint16]func([]byte) (lan.Sighting, bool){}
	for _, v := range vendors {
		for _, port := range v.Ears {
			ears[port] = v.hear
		}
	}
	return ears
}

// Groups are the multicast groups in which those ports are spoken, for a
// listener that has to join them.
func Groups() []netip.Addr {
	var groups []netip.Addr
	for _, v := range vendors {
		if len(v.Ears) > 0 && v.Group.IsValid() && !slices.Contains(groups, v.Group) {
			groups = append(groups, v.Group)
		}
	}
	return groups
}
