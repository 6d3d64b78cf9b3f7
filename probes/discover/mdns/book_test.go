package mdns

import (
	"fmt"
	"net"
	"net/netip"
	"testing"

	"github.com/hashicorp/mdns"

	"github.com/homesweep/homesweep/probes/lan"
)

var home = lan.Link{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.0.0/22"), netip.MustParsePrefix("fe80::/64")}}

func TestSighting(t *testing.T) {
	addr := netip.MustParseAddr("192.168.1.20")
	for _, c := range []struct {
		claim claim
		want  string // names, ID, endpoints, fields
	}{
		{claim{kind: "_hap._tcp", instance: `Hue\ Bridge\ -\ 1A2B3C`, host: "001788abcdef.local.", port: 8080, text: []string{"id=AA:BB:CC:DD:EE:FF", "md=BSB002", "sf=0"}},
			"[Hue Bridge - 1A2B3C 001788abcdef] hap:aa:bb:cc:dd:ee:ff [tcp/192.168.1.20:8080] map[mdns._hap._tcp.id:AA:BB:CC:DD:EE:FF mdns._hap._tcp.md:BSB002 mdns._hap._tcp.sf:0 mdns.types:_hap._tcp]"},
		{claim{kind: "_googlecast._tcp", instance: "Chromecast-0123456789abcdef", host: "0123.local.", port: 8009, text: []string{`fn=K\195\188che`, "id=x"}},
			"[Küche 0123]  [tcp/192.168.1.20:8009] map[mdns._googlecast._tcp.fn:Küche mdns._googlecast._tcp.id:x mdns.types:_googlecast._tcp]"},
		{claim{kind: "_raop._tcp", instance: "001122334455@Kitchen", host: "Kitchen.local."}, "[Kitchen]  [] map[mdns.types:_raop._tcp]"},
		{claim{kind: "_workstation._tcp", instance: `attic\ [00:11:22:33:44:55]`, host: "attic.local.", port: 9}, "[attic]  [tcp/192.168.1.20:9] map[mdns.types:_workstation._tcp]"},
		{claim{kind: "_matterc._udp", instance: "DD200C20D25AE5F7", host: "B75AFB458ECD.local.", port: 5540, text: []string{"CM=1"}},
			"[B75AFB458ECD]  [udp/192.168.1.20:5540] map[mdns._matterc._udp.CM:1 mdns.types:_matterc._udp]"},
		{claim{kind: "_x._tcp", instance: "a\x1b[31m\nb", port: 70000}, "[a[31m b]  [] map[mdns.types:_x._tcp]"},
	} {
		s := c.claim.sighting("br-lan", addr)
		if got := fmt.Sprint(s.Names, " ", s.ID, " ", s.Endpoints, " ", s.Heard); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.claim.kind, got, c.want)
		}
		if s.Source != "mdns" || s.Link != "br-lan" || s.Addr != addr || s.At.IsZero() {
			t.Errorf("%+v", s)
		}
	}
}

func TestBookBelievesOnlyTheScope(t *testing.T) {
	var seen []string
	b := newBook(home, func(s lan.Sighting) { seen = append(seen, s.Addr.String()) })
	c := claim{kind: "_http._tcp", instance: "x"}
	for _, a := range []string{"192.168.1.20", "8.8.8.8", "fe80::1%eth0", "fe80:1::1", "10.0.0.1", "192.168.1.20"} {
		c.addrs = append(c.addrs, netip.MustParseAddr(a))
	}
	b.add(c)
	c.instance = "X"
	b.add(c)
	if got := fmt.Sprint(seen); got != "[192.168.1.20 fe80::1]" {
		t.Errorf("believed %s", got)
	}
}

func TestBookIsBounded(t *testing.T) {
	n := 0
	b := newBook(home, func(lan.Sighting) { n++ })
	one := netip.MustParseAddr("192.168.1.20")
	for i := range 2 * perAddress {
		b.add(claim{kind: "_http._tcp", instance: fmt.Sprint(i), addrs: []netip.Addr{one}})
	}
	if n != perAddress {
		t.Errorf("%d services of one address", n)
	}
	room := true
	for addr := netip.MustParseAddr("192.168.0.1"); home.Contains(addr); addr = addr.Next() {
		for i := range 4 {
			room = b.add(claim{kind: "_http._tcp", instance: fmt.Sprint(i), addrs: []netip.Addr{addr}})
		}
	}
	if n != maxNames || room {
		t.Errorf("%d services in all, room for more: %t", n, room)
	}
}

func TestHintIsCheckedAgainstItsType(t *testing.T) {
	e := &mdns.ServiceEntry{Name: `My\ Printer._IPP._tcp.local.`, Host: "p.local.", Port: 631, InfoFields: []string{"ty=x"},
		AddrV4: net.IPv4(192, 168, 1, 9), AddrV6IPAddr: &net.IPAddr{IP: net.ParseIP("fe80::9"), Zone: "eth0"}}
	c, ok := fromHint(e, "_ipp._tcp")
	if !ok || c.instance != `My\ Printer` || fmt.Sprint(c.addrs) != "[192.168.1.9 fe80::9]" || c.port != 631 {
		t.Errorf("%+v, %t", c, ok)
	}
	for _, name := range []string{"x._http._tcp.local.", "_ipp._tcp.local.", "x._ipp._tcp.example.", ""} {
		if _, ok := fromHint(&mdns.ServiceEntry{Name: name}, "_ipp._tcp"); ok {
			t.Errorf("%q passes for _ipp._tcp", name)
		}
	}
}
