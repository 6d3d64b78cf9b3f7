package router

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Conclude is what a View says of the home. Where a file of the firewall or of the
// network was not read, there are neither zones nor forwards; a router without any
// zone keeps nothing apart, and the kernel lets in whom it likes. Inside are the home's networks:
// a way to "::7 of whatever prefix there is" becomes one for each.
func Conclude(v View, inside []netip.Prefix) lan.Router {
	r := lan.Router{Flows: v.Flows, Leases: v.Leases}
	if v.has("firewall") && v.has("network") {
		s := settings(v.UCI)
		r.Zones = Zones(v.UCI)
		list, whole := s.forwards(s.zones())
		r.Forwards = placed(list, inside)
		r.Partial = !whole || len(r.Zones) == 0
	}
	for _, part := range slices.Sorted(maps.Keys(v.Unread)) {
		why := v.Unread[part]
		r.Partial = r.Partial || part == "firewall" || part == "network" || part == partLeases
		if part != object {
			why = "Of the router's settings, not all could be read (" + part + "): " + why
		}
		r.Unread = append(r.Unread, why)
	}
	return r
}

// has reports whether the file was read, or is not there to be read.
func (v View) has(name string) bool {
	_, read := v.UCI[name]
	return read || v.Unread[name] == "" && !slices.Contains(v.refused, name)
}

// placed puts the home's IPv6 prefixes before the addresses that are only a device's
// part of one. Without any they stay.
func placed(list []lan.Forward, inside []netip.Prefix) []lan.Forward {
	out := []lan.Forward{}
	for _, f := range list {
		from := len(out)
		for _, p := range inside {
			if part(f.Client) && p.Addr().Is6() && p.Bits() <= 64 && len(out) < maxForwards {
				b, prefix := f.Client.As16(), p.Masked().Addr().As16()
				copy(b[:8], prefix[:8])
				out = append(out, f)
				out[len(out)-1].Client = netip.AddrFrom16(b)
			}
		}
		if len(out) == from {
			out = append(out, f)
		}
	}
	return out[:min(len(out), maxForwards)]
}

// part reports whether a is only a device's part of an IPv6 address.
func part(a netip.Addr) bool {
	b := a.As16()
	return a.Is6() && [8]byte(b[:8]) == [8]byte{}
}
