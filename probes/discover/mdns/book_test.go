package mdns

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

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
		{claim{kind: "_googlecast._tcp", instance: "Chromecast-0123456789abcdef", host: "0123.local.", port: 8009, text: []string{`fn=K\195\188che`, "id=0A1b"}},
			"[Küche 0123] cast:0a1b [tcp/192.168.1.20:8009] map[mdns._googlecast._tcp.fn:Küche mdns._googlecast._tcp.id:0A1b mdns.types:_googlecast._tcp]"},
		{claim{kind: "_hap._tcp", instance: "x", text: []string{"id=00:00:00:00:00:00"}}, "[x]  [] map[mdns._hap._tcp.id:00:00:00:00:00:00 mdns.types:_hap._tcp]"},
		{claim{kind: "_companion-link._tcp", instance: "4a7c01d2e9f0", host: "Jane.local."}, "[Jane]  [] map[mdns.types:_companion-link._tcp]"},
		{claim{kind: "_companion-link._tcp", instance: "Ada"}, "[Ada]  [] map[mdns.types:_companion-link._tcp]"},
		{claim{kind: "_raop._tcp", instance: "001122334455@Kitchen", host: "Kitchen.local."}, "[Kitchen]  [] map[mdns.types:_raop._tcp]"},
		{claim{kind: "_workstation._tcp", instance: `attic\ [00:11:22:33:44:55]`, host: "attic.local.", port: 9}, "[attic]  [tcp/192.168.1.20:9] map[mdns.types:_workstation._tcp]"},
		{claim{kind: "_matterc._udp", instance: "DD200C20D25AE5F7", host: "B75AFB458ECD.local.", port: 5540, text: []string{"CM=1"}},
			"[B75AFB458ECD]  [udp/192.168.1.20:5540] map[mdns._matterc._udp.CM:1 mdns.types:_matterc._udp]"},
		{claim{kind: "_x._tcp", instance: "a\x1b[31m\nb", port: 70000}, "[a[31m b]  [] map[mdns.types:_x._tcp]"},
	} {
		s := c.claim.sighting("br-lan", addr, time.Unix(9, 0))
		if got := fmt.Sprint(s.Names, " ", s.ID, " ", s.Endpoints, " ", s.Heard); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.claim.kind, got, c.want)
		}
		if s.Source != "mdns" || s.Link != "br-lan" || s.Addr != addr || !s.At.Equal(time.Unix(9, 0)) {
			t.Errorf("%+v", s)
		}
	}
}

// answer is a packet's report.
func answer(t testing.TB, lines ...string) report {
	t.Helper()
	r, ok := read(packet(t, lines...))
	if !ok {
		t.Fatal("not an answer")
	}
	return r
}

// told is what a book tells, in short: address, names, "claim".
func told(into *[]string) func(lan.Sighting) {
	return func(s lan.Sighting) {
		line := s.Addr.String() + " " + strings.Join(s.Names, ",")
		if s.Claim {
			line += " claim"
		}
		*into = append(*into, line)
	}
}

func TestBookBelievesADeviceAboutItself(t *testing.T) {
	one, two := netip.MustParseAddr("192.168.1.20"), netip.MustParseAddr("192.168.1.21")
	service := func(name, host string) string { return name + "._http._tcp.local. 9 IN SRV 0 0 80 " + host + ".local." }
	for name, c := range map[string]struct {
		answers []report // from one, two, one, …
		hints   []claim
		want    string
	}{
		"itself": {[]report{answer(t, service("A", "h"), "h.local. 9 IN A 192.168.1.20", "h.local. 9 IN AAAA fe80::20", "h.local. 9 IN A 8.8.8.8")}, nil,
			"[192.168.1.20 A,h|fe80::20 A,h claim]"},
		"twice the same":        {[]report{answer(t, service("A", "h")), {}, answer(t, service("a", "h"))}, nil, "[192.168.1.20 A,h|192.168.1.20 a,h]"},
		"another":               {[]report{answer(t, service("A", "h"), "h.local. 9 IN A 192.168.1.99")}, nil, "[192.168.1.99 A,h claim]"},
		"who says it later":     {[]report{answer(t, service("A", "h"), "h.local. 9 IN A 192.168.1.21"), answer(t, service("A", "h"))}, nil, "[192.168.1.21 A,h]"},
		"a host met before":     {[]report{answer(t, service("A", "h"), "h.local. 9 IN A 192.168.1.20"), answer(t, service("B", "h"))}, nil, "[192.168.1.20 A,h]"},
		"for one that sleeps":   {[]report{{owner: lan.MAC{2}, services: answer(t, service("A", "h")).services}}, nil, "[]"},
		"goodbye":               {[]report{answer(t, "A._http._tcp.local. 0 IN SRV 0 0 80 h.local.")}, nil, "[]"},
		"a library alone":       {nil, []claim{{kind: "_http._tcp", instance: "A", addrs: []netip.Addr{one, netip.MustParseAddr("8.8.8.8")}}}, "[192.168.1.20 A claim]"},
		"a library and himself": {[]report{answer(t, service("A", "h"))}, []claim{{kind: "_http._tcp", instance: "a", addrs: []netip.Addr{one}}}, "[192.168.1.20 A,h]"},
	} {
		var seen []string
		b := newBook(home, told(&seen))
		for _, h := range c.hints {
			b.hint(h)
		}
		for i, r := range c.answers {
			b.heard([]netip.Addr{one, two}[i%2], r)
		}
		b.rest()
		if got := "[" + strings.Join(seen, "|") + "]"; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestBookHearsTheScopeOnly(t *testing.T) {
	var seen []string
	b := newBook(home, told(&seen))
	for _, from := range []string{"8.8.8.8", "10.0.0.1", "fe80:1::1", "fe80::7%eth0", "::ffff:192.168.1.7"} {
		b.heard(netip.MustParseAddr(from), answer(t, "A._http._tcp.local. 9 IN SRV 0 0 80 h.local."))
	}
	if got := fmt.Sprint(seen); got != "[fe80::7 A,h 192.168.1.7 A,h]" {
		t.Errorf("believed %s", got)
	}
}

func TestBookIsBounded(t *testing.T) {
	own, claims := 0, 0
	b := newBook(home, func(s lan.Sighting) {
		if s.Claim {
			claims++
		} else {
			own++
		}
	})
	service := func(from netip.Addr, i int) report {
		c := &claim{kind: "_http._tcp", instance: fmt.Sprint(i), port: 80, host: "h.local."}
		other := &claim{kind: "_http._tcp", instance: fmt.Sprint(i), port: 80, host: "g.local.", addrs: []netip.Addr{from.Next()}}
		return report{services: []*claim{c, other}}
	}
	one := netip.MustParseAddr("192.168.1.20")
	for i := range 2 * perAddress {
		b.heard(one, service(one, i))
	}
	if own != perAddress || len(b.hints) != perAddress {
		t.Errorf("%d services of one sender and %d of others by it", own, len(b.hints))
	}
	for i := range 2 * maxHints {
		b.hint(claim{kind: "_x._tcp", instance: fmt.Sprint(i), addrs: []netip.Addr{one}})
	}
	for addr := netip.MustParseAddr("192.168.0.1"); home.Contains(addr); addr = addr.Next() {
		for i := range 4 {
			b.heard(addr, service(addr, i))
		}
	}
	if _, room := b.hint(claim{}); room || len(b.hints) != maxHints || own+len(b.hints) != maxNames {
		t.Errorf("%d services and %d claims, room for more: %t", own, len(b.hints), room)
	}
	b.rest()
	if claims > maxHints {
		t.Errorf("%d claims", claims)
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
