package router

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// policy notes on each zone whether its devices may open the router's own ports, and
// the zones that they may connect to: by rules for all traffic, of which the first
// that fits counts, then by forwardings, then by what the firewall does with the
// rest (fw4's chains forward_ZONE and input_ZONE hold them in this order).
func (s settings) policy(list []zone, rest bool) {
	var rules []*uci.Section
	for _, r := range s.of("firewall", "rule") {
		if general(r) {
			rules = append(rules, r)
		}
	}
	for i := range list {
		z := &list[i]
		for _, r := range rules {
			if r.Get("dest") == "" && of(r, "src", z.Name) && len(r.Words("dest_ip")) == 0 {
				z.Router = accepts(r.Get("target"), "")
				break
			}
		}
		if z.Guest {
			s.some(z, list)
		}
		for n := range list {
			if to := &list[n]; to.Name != z.Name && s.reaches(z.Name, to, rules, rest) {
				z.To = append(z.To, to.Name)
			}
		}
	}
}

// reaches reports whether devices of the zone from may connect to those of to.
func (s settings) reaches(from string, to *zone, rules []*uci.Section, rest bool) bool {
	for _, r := range rules {
		if !of(r, "src", from) || !of(r, "dest", to.Name) {
			continue
		}
		allow, whole := accepts(r.Get("target"), ""), len(r.Words("dest_ip")) == 0
		if whole || !allow && s.covers(r, to) {
			return allow
		}
	}
	for _, f := range s.of("firewall", "forwarding") {
		rest = rest || f.Bool("enabled", true) && of(f, "src", from) && of(f, "dest", to.Name)
	}
	return rest
}

// maxSome bounds the rules of one zone that are told one by one.
const maxSome = 16

// some notes the rules by which guests in z reach single ports or addresses, of the
// router or of the home, save names and addresses (DNS, DHCP) that they have to ask
// the router for.
func (s settings) some(z *zone, list []zone) {
	asked := []string{"53", "67", "546", "547"}
	for _, r := range s.of("firewall", "rule") {
		doors, single := r.Words("dest_port"), !general(r) || len(r.Words("dest_ip")) > 0
		all, tcp, udp := transports(r.Words("proto"))
		if !r.Bool("enabled", true) || !accepts(r.Get("target"), "") || !of(r, "src", z.Name) || !single || !all && !tcp && !udp {
			continue
		}
		text := strings.Join(append(append(r.Words("proto"), doors...), r.Words("dest_ip")...), " ")
		dest := r.Get("dest")
		home := slices.ContainsFunc(list, func(to zone) bool {
			return of(r, "dest", to.Name) && !to.Outside && !to.Guest && to.Name != z.Name
		})
		switch {
		case dest == "" && (len(doors) == 0 || slices.ContainsFunc(doors, func(p string) bool { return !slices.Contains(asked, p) })):
			text += " of the router"
		case dest != "" && home:
			text += " of " + dest
		default:
			continue
		}
		if text = lan.Printable(strings.TrimSpace(text), lan.MaxName); len(z.Some) < maxSome && !slices.Contains(z.Some, text) {
			z.Some = append(z.Some, text)
		}
	}
}

// of reports whether the section's option names zone, or all of them.
func of(s *uci.Section, option, zone string) bool {
	return s.Get(option) == zone || s.Get(option) == "*"
}

// general reports whether r decides over all that anybody may send by TCP and UDP
// over IPv4, to everybody or to some addresses.
func general(r *uci.Section) bool {
	target := strings.ToLower(r.Get("target"))
	all, tcp, udp := transports(r.Words("proto"))
	return r.Bool("enabled", true) && (target == "accept" || target == "reject" || target == "drop") &&
		!slices.ContainsFunc(strings.Fields(details+" "+matches), func(l string) bool { return len(r.Values(l)) > 0 }) &&
		(all || tcp && udp) && family(r) != 6
}

// covers reports whether r's addresses are all of zone's: its networks, or whole
// private ones where the router does not know which they are (as an access point
// that has its address from another router).
func (s settings) covers(r *uci.Section, z *zone) bool {
	var blocked []netip.Prefix
	for _, word := range r.Words("dest_ip") {
		if p, err := prefix(word); err == nil && p.Bits() <= 24 && p.Addr().IsPrivate() {
			blocked = append(blocked, p.Masked())
		}
	}
	known := 0
	for _, n := range z.networks {
		i := s.network(n)
		for _, word := range i.Words("ipaddr") {
			a, err := prefix(word)
			if err != nil {
				continue
			}
			known++
			if !slices.ContainsFunc(blocked, func(p netip.Prefix) bool { return p.Contains(a.Addr()) }) {
				return false
			}
		}
	}
	return len(blocked) > 0 || known > 0
}

// prefix reads an address alone or with its network's length.
func prefix(word string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(word); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(word)
}

// family is 4 or 6 for a section of one family of addresses, else 0.
func family(s *uci.Section) int {
	switch f := strings.ToLower(s.Get("family")); {
	case strings.HasSuffix(f, "4"):
		return 4
	case strings.HasSuffix(f, "6"):
		return 6
	}
	return 0
}

// transports reads an option proto; without one it is TCP and UDP.
func transports(protos []string) (all, tcp, udp bool) {
	if len(protos) == 0 {
		return false, true, true
	}
	for _, p := range protos {
		switch strings.ToLower(p) {
		case "all", "any", "*", "0", "-1":
			all = true
		case "tcpudp":
			tcp, udp = true, true
		case "tcp", "6":
			tcp = true
		case "udp", "17":
			udp = true
		}
	}
	return all, tcp, udp
}
