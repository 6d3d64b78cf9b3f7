package router

import (
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// forwards are the ways that the owner keeps open from the internet: redirects to an
// address at home, and rules that accept what is for such an address or for a whole
// zone, as IPv6 has it. Those that end at the router itself have neither. Never nil;
// whole is false where there may be more.
func (s settings) forwards(list []zone) (out []lan.Forward, whole bool) {
	out, whole = []lan.Forward{}, true
	outside := func(name string) bool {
		return slices.ContainsFunc(list, func(z zone) bool { return z.Outside && z.Name == name })
	}
	all, shut := s["firewall"].Sections, refusals{}
	for n := range all {
		section, ways, clear := &all[n], []lan.Forward(nil), true
		if !section.Bool("enabled", true) || section.Type == "rule" && shut.pass(section) {
			continue
		}
		switch src := section.Get("src"); {
		case section.Type == "redirect" && outside(src):
			ways, clear = redirect(section)
		case section.Type == "rule" && (outside(src) || src == "*") && accepts(section.Get("target"), ""):
			if dest := section.Get("dest"); dest == "" {
				ways = service(section)
			} else if !outside(dest) {
				ways, clear = pinhole(section, list)
			}
		}
		out, whole = append(out, ways...), whole && clear
	}
	out = append(out, policies(list, slices.ContainsFunc(out, func(f lan.Forward) bool {
		return !f.Client.IsValid() && f.Zone == "" && f.External == 0
	}))...)
	return out[:min(len(out), maxForwards)], whole && len(out) <= maxForwards
}

// refusals are from which zone to which (none for the router itself) everything is refused
// by a rule, so that those after it open nothing.
type refusals map[[2]string]bool

// pass reports whether rule opens nothing any more, and notes what it refuses.
func (d refusals) pass(rule *uci.Section) bool {
	src, dest := rule.Get("src"), rule.Get("dest")
	if d[[2]string{src, dest}] || d[[2]string{"*", dest}] || dest != "" && (d[[2]string{src, "*"}] || d[[2]string{"*", "*"}]) {
		return true
	}
	refuses := general(rule) && family(rule) == 0 && len(rule.Words("dest_ip")) == 0 && !accepts(rule.Get("target"), "")
	d[[2]string{src, dest}] = refuses
	return refuses
}

// policies are the ways that no rule needs: where a zone with the internet behind it
// may open the router's own ports (told says that a rule says so already), or connect
// to a part of the home.
func policies(list []zone, told bool) (out []lan.Forward) {
	for _, z := range list {
		if !z.Outside {
			continue
		}
		name := lan.Printable(z.Name, lan.MaxName/4)
		if z.Router && len(z.Links) > 0 && !told {
			out = append(out, lan.Forward{By: lan.ByOwner, Mapping: lan.Mapping{For: "input of the zone " + name}})
		}
		for _, home := range list {
			if !home.Outside && slices.Contains(z.To, home.Name) {
				out = append(out, lan.Forward{By: lan.ByOwner, Zone: home.Name, Mapping: lan.Mapping{For: "forwarding from " + name + " to " + lan.Printable(home.Name, lan.MaxName/4)}})
			}
		}
	}
	return out
}

// redirect reads one that changes where to (DNAT, which is the default of one that
// names a source: fw4.uc, parse_redirect). Without dest_ip it leads to the router. A
// range without dest_port keeps its ports; to one port, all of it leads there.
func redirect(s *uci.Section) (out []lan.Forward, clear bool) {
	if t := strings.ToLower(s.Get("target")); t != "" && t != "dnat" {
		return nil, true
	}
	client := netip.Addr{}
	if word := s.Get("dest_ip"); word != "" {
		var err error
		if client, err = host(word); err != nil {
			return nil, false
		}
	}
	inner := ports(s.Words("dest_port"))[0]
	for _, o := range ports(s.Words("src_dport")) {
		to := inner
		if len(s.Words("dest_port")) == 0 || inner == o {
			to = [2]uint16{o[0], o[0]}
		}
		for n := 0; n <= int(to[1]-to[0]) && n < maxInner; n++ {
			out = append(out, open(s, client, o, to[0]+uint16(n))...)
		}
	}
	return out, true
}

// maxInner bounds the ports to which a range leads that becomes another.
const maxInner = 32

// service reads a rule that accepts what comes for the router itself. What it gets
// as a client of its provider, as OpenWrt's own rules have it (the DHCP client's
// ports, ICMP, IGMP), is no way in.
func service(s *uci.Section) (out []lan.Forward) {
	for _, p := range ports(s.Words("dest_port")) {
		for _, f := range open(s, netip.Addr{}, p, p[0]) {
			if f.Last != 0 || f.Transport != lan.UDP || p[0] != 68 && p[0] != 546 {
				out = append(out, f)
			}
		}
	}
	return out
}

// open is the way through ports to a port of client, for each transport that s
// names.
func open(s *uci.Section, client netip.Addr, ports [2]uint16, to uint16) (out []lan.Forward) {
	way := lan.Forward{By: lan.ByOwner, From: from(s), Mapping: lan.Mapping{
		External: ports[0], Client: client, Port: to, For: lan.Printable(s.Get("name"), lan.MaxName),
	}}
	if ports[1] > ports[0] {
		way.Last = ports[1]
	}
	all, tcp, udp := transports(s.Words("proto"))
	if all && ports[0] == 0 {
		return []lan.Forward{way}
	}
	for _, t := range []struct {
		is   bool
		name lan.Transport
	}{{all || tcp, lan.TCP}, {all || udp, lan.UDP}} {
		if t.is {
			way.Transport = t.name
			out = append(out, way)
		}
	}
	return out
}

// from is who may use a way: addresses, or a set of them by its name. Who is only
// left out ("!192.0.2.1") leaves everybody else, and so does a network of all
// addresses. A hardware address is the provider's, whoever sends.
func from(s *uci.Section) string {
	var who []string
	for _, option := range []string{"src_ip", "ipset"} {
		for _, word := range s.Words(option) {
			if p, err := netip.ParsePrefix(word); err == nil && p.Bits() == 0 {
				who = nil
				break
			}
			if !strings.HasPrefix(word, "!") {
				who = append(who, word)
			}
		}
	}
	return lan.Printable(strings.Join(who, ", "), lan.MaxName)
}

// ports reads ranges such as "80", "8000-8010" and "8000:8010", each with its last;
// {0, 0} are all of them, as where none is named or some are left out.
func ports(words []string) (list [][2]uint16) {
	for _, word := range words {
		low, high, isRange := strings.Cut(strings.ReplaceAll(word, ":", "-"), "-")
		if !isRange {
			high = low
		}
		first, err1 := strconv.ParseUint(low, 10, 16)
		last, err2 := strconv.ParseUint(high, 10, 16)
		if err1 != nil || err2 != nil || first > last || first == 0 {
			return [][2]uint16{{}}
		}
		list = append(list, [2]uint16{uint16(first), uint16(last)})
	}
	if len(list) == 0 {
		return [][2]uint16{{}}
	}
	return list
}

// host reads the address of one device: "192.168.1.7", "192.168.1.7/32". Of
// "::1234/::ffff:ffff:ffff:ffff" and "::1234/-64", which fit whatever prefix the
// provider gives, it is the part of the device (RFC 4291 section 2.5.1) with zeros
// before it.
func host(word string) (netip.Addr, error) {
	word, mask, masked := strings.Cut(word, "/")
	a, err := netip.ParseAddr(word)
	a = a.Unmap()
	if err != nil || !a.IsValid() || a.IsUnspecified() || a.Zone() != "" {
		return netip.Addr{}, errors.New("no address of a device")
	}
	if own := strings.HasPrefix(mask, "-") || strings.HasPrefix(mask, "::"); own && a.Is6() {
		b := a.As16()
		clear(b[:8])
		return netip.AddrFrom16(b), nil
	}
	if masked && mask != strconv.Itoa(a.BitLen()) && mask != "255.255.255.255" {
		return netip.Addr{}, errors.New("not one device's address")
	}
	return a, nil
}
