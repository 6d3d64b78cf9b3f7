package router

import (
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// pinhole reads a rule that accepts what comes for a device. One of a private IPv4
// address is none, which nobody on the internet can name. One without a device's
// address, or with all but one, is for every device of the zones that it leads to;
// clear is false where it is not known whom it means.
func pinhole(s *uci.Section, list []zone) (out []lan.Forward, clear bool) {
	wide := len(s.Words("dest_ip")) == 0
	for _, word := range s.Words("dest_ip") {
		client, err := host(word)
		network, masked := netip.ParsePrefix(word)
		switch {
		case err == nil && !(client.Is4() && client.IsPrivate()):
			for _, p := range ports(s.Words("dest_port")) {
				out = append(out, open(s, client, p, p[0])...)
			}
		case err != nil && !(masked == nil && network.Addr().Is4() && network.Addr().IsPrivate()):
			wide = true
		}
	}
	if !wide {
		return out, true
	}
	for i := range list {
		if !list[i].Outside && of(s, "dest", list[i].Name) {
			out = append(out, throughout(s, list[i].Name)...)
		}
	}
	if family(s) == 4 && slices.ContainsFunc(out, func(f lan.Forward) bool { return f.Zone != "" }) {
		return slices.DeleteFunc(out, func(f lan.Forward) bool { return f.Zone != "" }), false // whether its addresses are the internet's is not known
	}
	return out, true
}

// throughout is the way of s to every device of a zone. What OpenWrt itself lets
// through to everybody is none: keys for IPsec (ICMP and ESP have no ports).
func throughout(s *uci.Section, zone string) (out []lan.Forward) {
	for _, p := range ports(s.Words("dest_port")) {
		for _, f := range open(s, netip.Addr{}, p, p[0]) {
			if f.Zone = zone; f.Transport != lan.UDP || f.Port != 500 || f.Last != 0 {
				out = append(out, f)
			}
		}
	}
	return out
}
