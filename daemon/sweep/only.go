package sweep

import (
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Narrow cuts links to the addresses of devices, each on its own link: a sweep of
// what it yields asks nobody else who they are. A link that none is on is left out.
// Addresses of the internet's are noted as before, never asked.
func Narrow(links []lan.Link, devices []lan.Device) (narrow []lan.Link) {
	for _, l := range links {
		var scope []netip.Prefix
		for _, d := range devices {
			elsewhere := d.Link != l.Name && slices.ContainsFunc(links, func(o lan.Link) bool { return o.Name == d.Link })
			for _, a := range d.Addresses {
				a = a.WithZone("").Unmap()
				if one := netip.PrefixFrom(a, a.BitLen()); !elsewhere && l.Contains(a) && !slices.Contains(scope, one) {
					scope = append(scope, one)
				}
			}
		}
		if len(scope) == 0 {
			continue
		}
		if len(l.Networks) == 0 {
			l.Networks = l.Prefixes
		}
		l.Prefixes = scope
		narrow = append(narrow, l)
	}
	return narrow
}

// meant are those of list that the sweep is about. Who only has the address of one
// of them by now is not.
func (r *run) meant(list []lan.Device) []lan.Device {
	if len(r.want.Only) == 0 {
		return list
	}
	return slices.DeleteFunc(list, func(d lan.Device) bool {
		return !slices.ContainsFunc(r.want.Only, func(o lan.Device) bool { return same(o, d) })
	})
}
