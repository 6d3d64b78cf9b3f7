package report

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// ordered is s with its lists in an order that does not depend on who answered
// first: devices and their addresses by address, services by port, findings by
// check. The caller's lists stay as they are.
func ordered(s lan.Sweep) lan.Sweep {
	s.Devices = slices.Clone(s.Devices)
	for i := range s.Devices {
		d := &s.Devices[i]
		d.Addresses = lan.Sorted(slices.Values(d.Addresses), netip.Addr.Compare)
		d.Services = lan.Sorted(slices.Values(d.Services), func(a, b lan.Service) int {
			return cmp.Or(cmp.Compare(a.Port, b.Port), cmp.Compare(a.Transport, b.Transport), a.Address.Compare(b.Address))
		})
		d.Findings = lan.Sorted(slices.Values(d.Findings), func(a, b lan.Finding) int {
			return cmp.Compare(a.Key(), b.Key())
		})
	}
	lan.Sort(s.Devices, func(a, b lan.Device) int {
		// A device without an address, known by its MAC only, comes last.
		return cmp.Or(cmp.Compare(min(len(b.Addresses), 1), min(len(a.Addresses), 1)),
			first(a).Compare(first(b)), cmp.Compare(a.ID, b.ID))
	})
	return s
}

// first is the address a person would use: the lowest, which is IPv4 if there
// is one.
func first(d lan.Device) netip.Addr {
	if len(d.Addresses) == 0 {
		return netip.Addr{}
	}
	return d.Addresses[0]
}
