package links

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// waysOut names the interfaces that lead to the internet: those with a default
// route, and where that is a tunnel's also those that carry the tunnel (a route
// to one host through a gateway).
func waysOut(state State) []string {
	ways := slices.Clone(state.Outside)
	vpn := viaTunnel(state)
	for _, r := range state.Routes {
		if r.isDefault() || vpn && r.Gateway && r.To.IsSingleIP() {
			ways = append(ways, r.Link)
		}
	}
	return ways
}

// beyond is the ways out of a router. Where OpenWrt's own network, the bridge br-lan
// or what its firewall's zone lan has, carries the default route, the machine is an
// access point, and this is the home all the same.
func beyond(state State, ways []string) []string {
	return slices.DeleteFunc(slices.Clone(ways), func(name string) bool {
		own := name == "br-lan" && slices.ContainsFunc(state.Ifaces, func(i Iface) bool { return i.Name == name && i.Bridge })
		own = own || state.zone(name).Name == "lan" && !slices.Contains(state.Outside, name)
		return state.OpenWrt && own && state.behind(name) == ""
	})
}

// zone is the firewall's zone that the interface of that name is in, zero if none.
func (s State) zone(name string) lan.Zone {
	for _, z := range s.Zones {
		if slices.Contains(z.Links, name) {
			return z
		}
	}
	return lan.Zone{}
}

// behind is the zone behind which the internet is, if the interface is in one.
func (s State) behind(name string) string {
	if z := s.zone(name); z.Outside {
		return z.Name
	}
	return ""
}

// viaTunnel reports whether every default route goes through a tunnel.
func viaTunnel(state State) bool {
	all := false
	for _, r := range state.Routes {
		if !r.isDefault() {
			continue
		}
		if !slices.ContainsFunc(state.Ifaces, func(i Iface) bool { return i.Name == r.Link && tunnel(i) }) {
			return false
		}
		all = true
	}
	return all
}

// metric is the best (lowest) metric with which name leads out; an IPv4 default
// route goes before an IPv6 one, and both before a tunnel's carrier.
func (s State) metric(name string) uint64 {
	best := uint64(1) << 62
	for _, r := range s.Routes {
		if r.Link != name {
			continue
		}
		m := uint64(r.Metric)
		switch {
		case !r.isDefault():
			m |= 1 << 34
		case r.To.Addr().Is6():
			m |= 1 << 33
		}
		best = min(best, m)
	}
	return best
}

func (r Route) isDefault() bool { return r.To.IsValid() && r.To.Bits() == 0 }
