package router

import (
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// zone is a zone of the firewall with what it was concluded from.
type zone struct {
	lan.Zone
	networks []string
	masq     bool
	aps      []*uci.Section
}

// Zones are those of the firewall that files describe, in its order; not nil.
func Zones(files map[string]uci.File) []lan.Zone {
	list := []lan.Zone{}
	for _, z := range settings(files).zones() {
		list = append(list, z.Zone)
	}
	return list
}

func (s settings) zones() (list []zone) {
	defaults := &uci.Section{}
	if all := s.of("firewall", "defaults"); len(all) > 0 {
		defaults = all[0] // the firewall takes no second one
	}
	aps := s.aps()
	for _, section := range s.of("firewall", "zone") {
		name := section.Get("name")
		known := slices.ContainsFunc(list, func(z zone) bool { return z.Name == name })
		if name == "" || known || !section.Bool("enabled", true) || len(list) == maxZones {
			continue
		}
		z := s.zone(name, section)
		z.Router = accepts(section.Get("input"), defaults.Get("input"))
		for _, ap := range aps {
			if slices.ContainsFunc(ap.Words("network"), func(n string) bool { return slices.Contains(z.networks, n) }) {
				z.aps = append(z.aps, ap)
			}
		}
		z.Outside = s.outside(&z)
		z.Guest = !z.Outside && z.guests()
		list = append(list, z)
	}
	s.policy(list, accepts(defaults.Get("forward"), ""))
	s.mix(list)
	return list
}

// accepts reads a policy; without one the firewall takes the default's, and without
// that drops (fw4.uc, parse_zone and parse_defaults).
func accepts(policy, otherwise string) bool {
	if policy == "" {
		policy = otherwise
	}
	return strings.EqualFold(policy, "accept")
}

// zone is the section's networks and their links. A network may name its zone, too.
func (s settings) zone(name string, section *uci.Section) zone {
	z := zone{Zone: lan.Zone{Name: name, Links: []string{}}, masq: section.Bool("masq", false)}
	for _, n := range section.Words("network") {
		if !strings.HasPrefix(n, "!") {
			z.networks = append(z.networks, n)
		}
	}
	if len(section.Values("network"))+len(section.Values("device")) == 0 {
		z.networks = append(z.networks, name) // as fw3 does
	}
	for _, i := range s.of("network", "interface") {
		if i.Get("zone") == name && i.Name != "" && !slices.Contains(z.networks, i.Name) {
			z.networks = append(z.networks, i.Name)
		}
	}
	for _, n := range z.networks {
		z.add(s.links(n)...)
	}
	for _, d := range section.Words("device") {
		if linkName(d) {
			z.add(d)
		}
	}
	return z
}

func (z *zone) add(links ...string) {
	for _, l := range links {
		if !slices.Contains(z.Links, l) && len(z.Links) < maxLinks {
			z.Links = append(z.Links, l)
		}
	}
}

// outside reports whether the internet is behind z: by the names that OpenWrt and
// LuCI give such a zone and its networks, by a provider's protocol, or because the
// firewall hides behind one address whoever goes there (masq), lets nobody in from
// there and gives out no addresses there, as to a VPN that leads away. What bears the
// home's own name is not, as an access point's "lan" that has its wan port in it.
func (s settings) outside(z *zone) bool {
	if wan(z.Name) || !z.own() && slices.ContainsFunc(z.networks, s.uplink) {
		return true
	}
	return z.masq && !z.Router && !z.own() && !s.serves(z.networks) && !z.guests()
}

// uplink reports whether a network is one that leads to a provider.
func (s settings) uplink(network string) bool {
	return wan(network) || slices.Contains(uplinks, s.network(network).Get("proto"))
}

// wan reports a name such as wan, wan6, wanb, wan_lte or wwan.
func wan(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "wan") || strings.HasPrefix(name, "wwan")
}

// Outside are the links behind which the internet is: of the firewall's zones, and
// of networks that are in none, or in the home's own with it.
func Outside(files map[string]uci.File) (links []string) {
	add := func(list []string) {
		for _, l := range list {
			if !slices.Contains(links, l) && len(links) < maxZones*maxLinks {
				links = append(links, l)
			}
		}
	}
	s := settings(files)
	for _, z := range s.zones() {
		if z.Outside {
			add(z.Links)
		}
	}
	for _, i := range s.of("network", "interface") {
		if s.uplink(i.Name) {
			add(s.links(i.Name))
		}
	}
	return links
}
