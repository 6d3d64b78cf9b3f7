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
// address at home, and rules that accept what is for such an address, as IPv6 has
// it. Those that end at the router itself have no client. Never nil.
func (s settings) forwards(list []zone) []lan.Forward {
	out := []lan.Forward{}
	outside := func(name string) bool {
		return slices.ContainsFunc(list, func(z zone) bool { return z.Outside && z.Name == name })
	}
	all := s["firewall"].Sections
	for n := range all {
		section := &all[n]
		if !section.Bool("enabled", true) || len(out) >= maxForwards {
			continue
		}
		switch src := section.Get("src"); {
		case section.Type == "redirect" && outside(src):
			out = append(out, redirect(section)...)
		case section.Type == "rule" && (outside(src) || src == "*") && accepts(section.Get("target"), ""):
			if dest := section.Get("dest"); dest == "" {
				out = append(out, service(section)...)
			} else if !outside(dest) {
				out = append(out, pinhole(section)...)
			}
		}
	}
	whole := slices.ContainsFunc(out, func(f lan.Forward) bool { return !f.Client.IsValid() && f.External == 0 })
	for _, z := range list {
		if z.Outside && z.Router && len(z.Links) > 0 && !whole {
			out = append(out, lan.Forward{By: lan.ByOwner, Mapping: lan.Mapping{For: "input of the zone " + lan.Printable(z.Name, lan.MaxName/2)}})
		}
	}
	return out[:min(len(out), maxForwards)]
}

// redirect reads one that changes where to (DNAT, which is the default of one that
// names a source: fw4.uc, parse_redirect). Without dest_ip it leads to the router.
func redirect(s *uci.Section) []lan.Forward {
	if t := strings.ToLower(s.Get("target")); t != "" && t != "dnat" {
		return nil
	}
	client := netip.Addr{}
	if word := s.Get("dest_ip"); word != "" {
		var err error
		if client, err = host(word); err != nil {
			return nil
		}
	}
	outer, inner := ports(s.Words("src_dport")), ports(s.Words("dest_port"))
	var out []lan.Forward
	for _, o := range outer {
		to := o[0]
		if len(s.Words("dest_port")) > 0 {
			to = inner[0][0]
		}
		out = append(out, open(s, client, o, to)...)
	}
	return out
}

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

// pinhole reads a rule that accepts what comes for a device. One without an address,
// as those that OpenWrt comes with, is none; nor is one of a private IPv4 address,
// which nobody on the internet can name.
func pinhole(s *uci.Section) (out []lan.Forward) {
	for _, word := range s.Words("dest_ip") {
		client, err := host(word)
		if err != nil || client.Is4() && client.IsPrivate() {
			continue
		}
		for _, p := range ports(s.Words("dest_port")) {
			out = append(out, open(s, client, p, p[0])...)
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
// left out ("!192.0.2.1") leaves everybody else.
func from(s *uci.Section) string {
	var who []string
	for _, option := range []string{"src_ip", "src_mac", "ipset"} {
		for _, word := range s.Words(option) {
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
