package router

import (
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// within are the networks whose addresses a router has outside only where another one
// translates for it: a provider's carrier-grade NAT (RFC 6598) and DS-Lite, 464XLAT and
// the like (RFC 6333, RFC 7335), beside those of RFC 1918.
var within = []netip.Prefix{netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/29")}

// internet are the IPv6 addresses that are given out for it (RFC 4291 section 2.4).
var internet = netip.MustParsePrefix("2000::/3")

// behind notes on the ways in of r that another router has to let through as well: all
// those of IPv4, where the way out is known and no link outside has an IPv4 address of
// the internet, but one that is not. A way to the router itself is one of IPv6 as well
// where it has such an address.
func (m machine) behind(r *lan.Router) {
	nets, err := m.nets()
	ways := m.waysOut()
	out, nested := false, false
	for _, z := range r.Zones {
		for _, link := range z.Links {
			if !z.Outside {
				continue
			}
			out = out || slices.Contains(ways, link)
			for _, p := range nets[link] {
				if a := p.Addr(); a.Is4() && !a.IsLinkLocalUnicast() && !translated(a) {
					return
				}
				nested = nested || translated(p.Addr())
			}
		}
	}
	if err != nil || !out || !nested {
		return
	}
	six := false
	for _, list := range nets {
		six = six || slices.ContainsFunc(list, func(p netip.Prefix) bool { return internet.Contains(p.Addr()) })
	}
	for _, list := range [][]lan.Forward{r.Forwards, r.Leases} {
		for i := range list {
			f := &list[i]
			f.Behind = f.Client.Is4() || !f.Client.IsValid() && f.Zone == "" && !six
		}
	}
}

// translated reports whether a is an IPv4 address that the internet does not know.
func translated(a netip.Addr) bool {
	return a.Is4() && (a.IsPrivate() || slices.ContainsFunc(within, func(p netip.Prefix) bool { return p.Contains(a) }))
}
