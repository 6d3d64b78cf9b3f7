package census

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxKnown is how many remembered devices are looked up.
const maxKnown = 2 * maxDevices

// memory is what earlier sweeps left of the home's devices, by every mark that a
// device may be known again by.
type memory struct {
	devices []lan.Device // the longest known first
	byMAC   map[lan.MAC][]int
	byID    map[string][]int // by identity
	byAddr  map[netip.Addr][]int
	byName  map[string]int // by the device's ID
}

func remember(known []lan.Device) memory {
	m := memory{
		devices: slices.Clone(known),
		byMAC:   map[lan.MAC][]int{}, byID: map[string][]int{}, byAddr: map[netip.Addr][]int{}, byName: map[string]int{},
	}
	lan.Sort(m.devices, func(a, b lan.Device) int {
		return cmp.Or(a.FirstSeen.Compare(b.FirstSeen), cmp.Compare(a.ID, b.ID))
	})
	m.devices = m.devices[:min(len(m.devices), maxKnown)]
	for i, d := range m.devices {
		m.byName[d.ID] = i
		for _, mac := range macsOf(d) {
			m.byMAC[mac] = append(m.byMAC[mac], i)
		}
		for _, a := range d.Addresses {
			m.byAddr[a] = append(m.byAddr[a], i)
		}
		for _, f := range d.Identity {
			if f.Field == lan.FieldIdentity && f.Confidence > sureShared {
				m.byID[f.Value] = addOne(m.byID[f.Value], i, maxKnown)
			}
		}
	}
	for mac, list := range m.byMAC {
		m.latest(list, func(d lan.Device) bool { return slices.Contains(d.MACs, mac) })
	}
	for _, list := range m.byID {
		m.latest(list, nil)
	}
	for _, list := range m.byAddr {
		m.latest(list, nil)
	}
	return m
}

// latest puts the devices of list that have a mark now before those that had it,
// and who was seen last before the others.
func (m memory) latest(list []int, has func(lan.Device) bool) {
	lan.Sort(list, func(i, j int) int {
		a, b := m.devices[i], m.devices[j]
		if has != nil && has(a) != has(b) {
			return -compareBool(has(a), has(b))
		}
		return b.LastSeen.Compare(a.LastSeen)
	})
}

// macsOf are the hardware addresses that d has or had: a laptop on its cable is
// still the one that was on Wi-Fi yesterday.
func macsOf(d lan.Device) []lan.MAC {
	list := slices.Clone(d.MACs)
	for _, f := range d.Identity {
		if f.Field != lan.FieldMAC {
			continue
		}
		if mac, err := lan.ParseMAC(f.Value); err == nil {
			list = addOne(list, mac, maxFacts)
		}
	}
	return list
}

// has reports whether the device with that ID is known by the handle: a hardware
// address, an address, an identity, or the ID that a device of one hardware
// address or address has from the start.
func (m memory) has(id, handle string) bool {
	if i, known := m.byName[id]; known {
		d := m.devices[i]
		mac, macErr := lan.ParseMAC(handle)
		a, addrErr := netip.ParseAddr(handle)
		switch {
		case macErr == nil && slices.Contains(macsOf(d), mac), addrErr == nil && slices.Contains(d.Addresses, a),
			slices.ContainsFunc(d.Identity, func(f lan.Fact) bool { return f.Field == lan.FieldIdentity && f.Value == handle }):
			return true
		}
		return false
	}
	return firstID(handle) == id
}

// firstID is the ID of a device of which nothing but the handle is known.
func firstID(handle string) string {
	if mac, err := lan.ParseMAC(handle); err == nil {
		return ID(lan.Device{MACs: []lan.MAC{mac}})
	}
	if a, err := netip.ParseAddr(handle); err == nil {
		return ID(lan.Device{Addresses: []netip.Addr{a}})
	}
	return ""
}

// rejoin bonds the hardware addresses that were one device before, and the IPv6
// addresses that it had.
func (f *fold) rejoin() {
	first := map[int]int{}
	for n := range f.nodes {
		i := f.recall(n)
		if i < 0 {
			continue
		}
		other, met := first[i]
		switch {
		case !met:
			first[i] = n
		case !f.contradict(other, n):
			f.join(other, n, "earlier sweeps found them to be one device", "memory")
		}
	}
}

// recall is the remembered device that has the node's hardware address, or its
// IPv6 address where it has none; -1 for none. IPv4 addresses are lent anew every
// day and say nothing here.
func (f *fold) recall(n int) int {
	list := f.memory.byMAC[f.nodes[n].mac]
	if a := f.nodes[n].place.addr; a.Is6() {
		list = f.memory.byAddr[a]
	}
	for _, i := range list {
		if !f.denied(n, f.memory.devices[i].ID) {
			return i
		}
	}
	return -1
}
