package reach

import (
	"net/netip"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestLinkLocalOnTheSecondLink: every link has the same link-local network, so
// only what was heard of a device says on which of them it is.
func TestLinkLocalOnTheSecondLink(t *testing.T) {
	local := []netip.Prefix{netip.MustParsePrefix("fe80::/64"), netip.MustParsePrefix("192.168.1.0/24")}
	r := NewRoad(NewScope([]lan.Link{{Name: "br-lan", Prefixes: local}, {Name: "br-iot", Prefixes: local[:1]}}), Options{})
	one, two := netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fe80::2")
	r.Know(lan.Device{Link: "br-iot", Addresses: []netip.Addr{two, netip.MustParseAddr("192.168.1.2")}})
	r.Know(lan.Device{Link: "wan", Addresses: []netip.Addr{one}})
	for addr, want := range map[netip.Addr]string{
		one: "[fe80::1%br-lan]:80", two: "[fe80::2%br-iot]:80", two.WithZone("7"): "[fe80::2%7]:80",
		netip.MustParseAddr("192.168.1.2"): "192.168.1.2:80",
	} {
		if got := r.target(lan.Endpoint{Addr: addr, Transport: lan.TCP, Port: 80}); got != want {
			t.Errorf("%s leads to %s, want %s", addr, got, want)
		}
	}
}
