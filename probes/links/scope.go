package links

import (
	"fmt"
	"net/netip"
	"slices"
)

// widest is the widest IPv4 network that is looked at as a whole: 1,024
// addresses, which an ARP sweep at a polite pace asks in half a minute.
const widest = 22

// homes are the address ranges that never belong to the internet.
var homes = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), // RFC 1918
	netip.MustParsePrefix("172.16.0.0/12"),
	netip.MustParsePrefix("192.168.0.0/16"),
	netip.MustParsePrefix("169.254.0.0/16"), // RFC 3927
	netip.MustParsePrefix("fe80::/10"),      // RFC 4291, section 2.5.6
	netip.MustParsePrefix("fc00::/7"),       // RFC 4193
}

// internet is the range of all global IPv6 addresses that are given out (RFC
// 4291 section 2.4; IANA's registry of global unicast addresses).
var internet = netip.MustParsePrefix("2000::/3")

// shared is the range between a provider and its customers (RFC 6598): other
// households live there.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// private reports whether all of p lies in one of the homes' ranges.
func private(p netip.Prefix) bool {
	return slices.ContainsFunc(homes, func(h netip.Prefix) bool {
		return h.Bits() <= p.Bits() && h.Contains(p.Addr())
	})
}

// ordinary reports whether i has a private network that somebody gave it, and
// not only the link-local addresses that every interface makes up for itself.
func ordinary(i Iface) bool {
	return slices.ContainsFunc(i.Addrs, func(p netip.Prefix) bool {
		return private(p.Masked()) && !p.Addr().IsLinkLocalUnicast()
	})
}

// scope is what of i's networks may be looked at, cut to the targets if any,
// and which IPv4 networks are too wide. It marks the targets that were used.
func (c *Choice) scope(i Iface, targets []netip.Prefix, used []bool) (scope, wide []netip.Prefix) {
	for _, own := range i.Addrs {
		p := own.Masked()
		if !private(p) {
			c.note(leftOut(i, p, len(targets) == 0))
			continue
		}
		for _, cut := range cuts(p, targets, used) {
			switch {
			case is4(cut) && cut.Bits() < widest:
				wide = append(wide, cut)
			case !is4(cut) && cut.Bits() < 64:
				c.note(fmt.Sprintf("%s: %s is wider than one IPv6 network (/64) and left out", i.Name, cut))
			case !slices.Contains(scope, cut):
				scope = append(scope, cut)
			}
		}
	}
	return scope, wide
}

// leftOut says what becomes of i's public network p.
func leftOut(i Iface, p netip.Prefix, whole bool) string {
	if whole && internet.Contains(p.Addr()) {
		return fmt.Sprintf("%s: %s is a public network: addresses in it are noted, nothing is sent to them", i.Name, p)
	}
	return fmt.Sprintf("%s: %s is a public network and left out", i.Name, p)
}

// public are the networks around i's own global IPv6 addresses. A router may
// hold a shorter prefix and a host be told a single address; the network on the
// link is a /64 either way (RFC 4291 section 2.5.4).
func public(i Iface) []netip.Prefix {
	var list []netip.Prefix
	for _, own := range i.Addrs {
		addr := own.Addr().WithZone("")
		if !internet.Contains(addr) {
			continue
		}
		if p := netip.PrefixFrom(addr, 64).Masked(); !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

func (c *Choice) note(s string) {
	if !slices.Contains(c.Notes, s) {
		c.Notes = append(c.Notes, s)
	}
}

// cuts is p itself, or what p has in common with each target.
func cuts(p netip.Prefix, targets []netip.Prefix, used []bool) []netip.Prefix {
	if len(targets) == 0 {
		return []netip.Prefix{p}
	}
	var common []netip.Prefix
	for n, t := range targets {
		t = t.Masked()
		if !t.Overlaps(p) {
			continue
		}
		used[n] = true
		if t.Bits() < p.Bits() {
			t = p
		}
		common = append(common, t)
	}
	return common
}

// tooWideFor explains a network that is too wide, with a part that would do.
func tooWideFor(i Iface, wide netip.Prefix) string {
	example := wide.Addr()
	for _, own := range i.Addrs {
		if wide.Contains(own.Addr()) {
			example = own.Addr()
			break
		}
	}
	part := netip.PrefixFrom(example, 24).Masked()
	return fmt.Sprintf("the network %s is wider than /%d; name a part of it, for example -target %s", wide, widest, part)
}
