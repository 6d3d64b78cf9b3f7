package census

import (
	"fmt"
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// The links of the house: the home's own network with a delegated prefix of the
// internet, and one for guests.
var houseLinks = []lan.Link{
	{
		Name: "br-lan", MAC: mac("00:0d:b9:00:00:01"),
		Addrs:    []netip.Addr{addr("192.168.1.1"), addr("fe80::20d:b9ff:fe00:1"), addr("fd00:1::1"), addr("2001:db8:1::1")},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fe80::/64"), netip.MustParsePrefix("fd00:1::/64")},
		Public:   []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")},
	},
	{
		Name: "br-guest", MAC: mac("02:0d:b9:00:00:01"),
		Addrs:    []netip.Addr{addr("192.168.3.1"), addr("fe80::d:b9ff:fe00:1")},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.3.0/24"), netip.MustParsePrefix("fe80::/64")},
	},
}

// say is a sighting of the house; m and a may be empty.
func say(source, link string, seconds int, m, a string, more ...func(*lan.Sighting)) lan.Sighting {
	s := lan.Sighting{Source: source, At: at.Add(time.Duration(seconds) * time.Second), Link: link}
	if m != "" {
		s.MAC = mac(m)
	}
	if a != "" {
		s.Addr = addr(a)
	}
	for _, f := range more {
		f(&s)
	}
	return s
}

func named(names ...string) func(*lan.Sighting) {
	return func(s *lan.Sighting) { s.Names = names }
}

func being(id string) func(*lan.Sighting) { return func(s *lan.Sighting) { s.ID = id } }

func saying(pairs ...string) func(*lan.Sighting) {
	return func(s *lan.Sighting) {
		s.Heard = lan.Heard{}
		for i := 0; i < len(pairs); i += 2 {
			s.Heard.Set(pairs[i], pairs[i+1])
		}
	}
}

func claimed(s *lan.Sighting) { s.Claim = true }
func leaving(s *lan.Sighting) { s.Gone = true }

func serving(port uint16) func(*lan.Sighting) {
	return func(s *lan.Sighting) {
		s.Endpoints = append(s.Endpoints, lan.Endpoint{Addr: s.Addr, Transport: lan.TCP, Port: port})
	}
}

// house is what the sources heard in one sweep of a household of more than thirty
// devices, with everything in it that makes a census hard.
func house() []lan.Sighting {
	list := plain4And6()
	for _, part := range [][]lan.Sighting{nas(), phones(), ipv6Only(), proxies(), swap(), liars(), quiet()} {
		list = append(list, part...)
	}
	return list
}

// plain4And6 are twelve ordinary devices: ARP, a link-local address made from the
// hardware address, a lease, an announcement, some with an address of the internet.
func plain4And6() (list []lan.Sighting) {
	for i := range 12 {
		m := fmt.Sprintf("00:11:22:00:00:%02x", i+1)
		v4 := fmt.Sprintf("192.168.1.%d", 20+i)
		list = append(list,
			say("arp", "br-lan", i, m, v4),
			say("neigh", "br-lan", -20+i, m, v4),
			say("neigh", "br-lan", i, m, fmt.Sprintf("fe80::211:22ff:fe00:%x", i+1)),
			say("leases", "br-lan", 0, m, v4, named(fmt.Sprintf("device-%d", i)), saying(lan.DHCPHostname, fmt.Sprintf("device-%d", i))),
			say("mdns", "br-lan", 3, "", v4, named(fmt.Sprintf("Device number %d", i), fmt.Sprintf("device-%d", i)),
				saying(lan.MDNSTypes, "_http._tcp", lan.MDNS("_http._tcp", "path"), fmt.Sprintf("/%d", i)), serving(80)),
			say("mdns", "br-lan", 3, "", v4, saying(lan.MDNSTypes, "_ssh._tcp"), serving(22)),
		)
		if i%4 == 0 {
			list = append(list, say("ndp", "br-lan", 1, m, fmt.Sprintf("2001:db8:1::%x", 0x100+i)))
		}
	}
	return list
}

// nas has two network interfaces. Each says the same of itself, and each answers
// for the other's address now and then.
func nas() []lan.Sighting {
	const a, b = "00:11:32:00:00:0a", "00:11:32:00:00:0b"
	return []lan.Sighting{
		say("arp", "br-lan", 1, a, "192.168.1.50"),
		say("arp", "br-lan", 1, b, "192.168.1.51"),
		say("arp", "br-lan", 1, b, "192.168.1.50"),
		say("ssdp", "br-lan", 4, "", "192.168.1.50", being("udn:4d15c0de-0000-1000-8000-001132aabbcc"), named("DiskStation")),
		say("ssdp", "br-lan", 4, "", "192.168.1.51", being("udn:4d15c0de-0000-1000-8000-001132aabbcc"), named("DiskStation")),
		say("dhcp", "br-lan", 2, a, "", being("duid:000100011122334400113200000a"), named("DiskStation")),
		say("dhcp", "br-lan", 2, b, "", being("duid:000100011122334400113200000a"), named("DiskStation")),
		say("mdns", "br-lan", 5, "", "fe80::beef:0:0:1", being("duid:000100011122334400113200000a")),
	}
}

// phones make up their hardware addresses.
func phones() (list []lan.Sighting) {
	for i := range 4 {
		m := fmt.Sprintf("da:a1:19:00:00:%02x", i+1)
		list = append(list,
			say("wifi", "br-lan", 5+i, m, ""),
			say("arp", "br-lan", 1, m, fmt.Sprintf("192.168.1.%d", 60+i)),
			say("dhcp", "br-lan", 2, m, "", named("iPhone"), saying(lan.DHCPParams, "1,121,3,6,15", lan.OUIVendor, "Nobody")),
			say("ndp", "br-lan", 2, m, fmt.Sprintf("fe80::1c%02x:aaaa:bbbb:cccc", i+1)),
		)
	}
	return list
}

// ipv6Only are heard by no ARP: one whose address is made from its hardware
// address, one at random, and one that says who it is from two addresses.
func ipv6Only() []lan.Sighting {
	return []lan.Sighting{
		say("ndp", "br-lan", 1, "", "fe80::212:4bff:fe00:77"),
		say("ndp", "br-lan", 1, "", "fd00:1::212:4bff:fe00:77"),
		say("ndp", "br-lan", 2, "", "fe80::4242:1:2:3"),
		say("mdns", "br-lan", 3, "", "fe80::4242:1:2:3", named("Thread thing")),
		say("ndp", "br-lan", 2, "", "fe80::5151:1:2:3"),
		say("ndp", "br-lan", 2, "", "fd00:1::5151:1:2:3"),
		say("mdns", "br-lan", 3, "", "fe80::5151:1:2:3", being("hap:a1:b2:c3:d4:e5:f6"), named("Leak sensor")),
		say("mdns", "br-lan", 3, "", "fd00:1::5151:1:2:3", being("hap:a1:b2:c3:d4:e5:f6"), named("Leak sensor")),
	}
}

// proxies answer for others: a host for most of the network, and a repeater that
// puts its own hardware address on the frames of those behind it.
func proxies() []lan.Sighting {
	list := []lan.Sighting{
		say("arp", "br-lan", 9, "00:26:5a:00:00:01", "", saying("arp.proxy", "240")),
		say("leases", "br-lan", 0, "00:26:5a:00:00:01", "192.168.1.2", named("old-router")),
		say("mdns", "br-lan", 3, "", "192.168.1.2", named("old-router")),
	}
	for i := range 40 {
		list = append(list, say("neigh", "br-lan", 2, "00:26:5a:00:00:01", fmt.Sprintf("192.168.1.%d", 150+i)))
	}
	const repeater = "00:14:6c:00:00:01"
	return append(list,
		say("arp", "br-lan", 2, repeater, "192.168.1.70"),
		say("arp", "br-lan", 2, repeater, "192.168.1.71"),
		say("arp", "br-lan", 2, repeater, "192.168.1.72"),
		say("leases", "br-lan", 0, repeater, "192.168.1.70", named("repeater")),
		say("leases", "br-lan", 0, "00:14:6c:00:00:71", "192.168.1.71", named("attic-tv")),
		say("ssdp", "br-lan", 4, "", "192.168.1.72", being("udn:2fac1234-31f8-11b4-a222-08002b34c003"), named("Attic radio")),
		// Some devices answer at the broadcast address.
		say("knock", "br-lan", 3, "18:b4:30:00:00:01", "192.168.1.80"),
		say("knock", "br-lan", 3, "18:b4:30:00:00:01", "192.168.1.255"),
		say("ssdp", "br-lan", 3, "", "192.168.1.255", being("udn:99999999-31f8-11b4-a222-08002b34c003")),
	)
}

// swap are two devices that change addresses in the course of the sweep.
func swap() []lan.Sighting {
	const a, b = "00:17:88:00:00:0a", "00:17:88:00:00:0b"
	return []lan.Sighting{
		say("arp", "br-lan", 0, a, "192.168.1.90"),
		say("arp", "br-lan", 0, b, "192.168.1.91"),
		say("mdns", "br-lan", 1, "", "192.168.1.90", named("Lamp A")),
		say("mdns", "br-lan", 1, "", "192.168.1.91", named("Lamp B")),
		say("arp", "br-lan", 60, a, "192.168.1.91"),
		say("arp", "br-lan", 60, b, "192.168.1.90"),
		say("llmnr", "br-lan", 61, "", "192.168.1.91", named("lamp-a")),
		say("llmnr", "br-lan", 61, "", "192.168.1.90", named("lamp-b")),
	}
}

// liars say of others what is not so.
func liars() []lan.Sighting {
	const liar = "00:de:ad:00:00:01"
	return []lan.Sighting{
		say("arp", "br-lan", 1, liar, "192.168.1.95", named("liar")),
		say("mdns", "br-lan", 2, "", "192.168.1.20", named("Not your TV"), claimed, being("hap:a1:b2:c3:d4:e5:f6"), saying(lan.UPnPModelName, "Fake")),
		say("mdns", "br-lan", 2, "", "192.168.1.199", named("Nobody at all"), claimed),
		say("mdns", "br-lan", 2, "", "192.168.1.95", claimed, named("what others call it")),
		say("ndp", "br-lan", 2, liar, "fe80::211:22ff:fe00:2"),       // a forged advertisement for device 1
		say("arp", "br-lan", 2, "00:de:ad:00:00:02", "192.168.1.96"), // the same static address twice
		say("arp", "br-lan", 2, "00:de:ad:00:00:03", "192.168.1.96"),
		say("leases", "br-lan", 0, "00:de:ad:00:00:04", "192.168.1.22", named("stale lease")), // device 2 has it
	}
}

// quiet are heard without an address, or not at all; and a router that is on both
// links.
func quiet() []lan.Sighting {
	list := []lan.Sighting{
		say("wifi", "br-lan", 7, "00:0e:58:00:00:01", ""),
		say("fdb", "br-lan", 7, "00:0e:58:00:00:02", ""),
		say("dhcp", "br-lan", 7, "00:0e:58:00:00:03", "", named("sensor"), saying(lan.DHCPVendor, "udhcp 1.30")),
		say("leases", "br-lan", 0, "00:0e:58:00:00:03", "192.168.1.97", named("sensor")),
		say("fdb", "br-lan", -7200, "00:0e:58:00:00:04", ""),
		say("leases", "br-lan", 0, "00:0e:58:00:00:05", "192.168.1.98", named("switched-off")),
		say("neigh", "br-lan", -3600, "00:0e:58:00:00:06", "192.168.1.99"),
		say("wifi", "br-lan", 3, "00:0e:58:00:00:07", ""),
		say("wifi", "br-lan", 6, "00:0e:58:00:00:07", "", leaving),
		say("hosts", "br-lan", 0, "", "192.168.1.97", named("Sensor in the garden")),
		// The same link-local address on two links is two devices.
		say("ndp", "br-lan", 2, "00:c0:ee:00:00:01", "fe80::1"),
		say("ndp", "br-guest", 2, "00:c0:ee:00:00:02", "fe80::1"),
		say("arp", "br-guest", 2, "00:c0:ee:00:00:02", "192.168.3.7"),
		// Our own words come back to us.
		say("mdns", "br-lan", 4, "00:0d:b9:00:00:01", "192.168.1.1", named("router")),
		say("mdns", "br-guest", 4, "", "192.168.3.1", named("router"), being("udn:4d15c0de-0000-1000-8000-001132aabbcc")),
	}
	return list
}

func takeHouse(sightings []lan.Sighting) *Census {
	c := New(houseLinks, at.Add(-30*time.Second), nil, nil)
	for _, s := range sightings {
		c.See(s)
	}
	return c
}
