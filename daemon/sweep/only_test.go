package sweep

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// TestOnly: nobody but those meant is asked or told of, whoever else is heard; who
// only has the address of one of them by now is not meant; what they said before
// counts.
func TestOnly(t *testing.T) {
	h := newHome(t)
	h.engine.open[cam], h.engine.open[pc] = []uint16{80}, []uint16{80}
	w := want(lan.Look)
	meant := sight("arp", cam)
	taken := lan.Device{ID: "gone", MACs: []lan.MAC{{0, 9, 9, 9, 9, 9}}, Addresses: []netip.Addr{pc}}
	w.Only = []lan.Device{{ID: "x", MACs: []lan.MAC{meant.MAC}, Addresses: []netip.Addr{cam}}, taken}
	meant.Names, meant.At = []string{"Hall camera"}, h.Now()
	w.Heard = []lan.Sighting{meant}
	s := h.sweep(t, w)
	if len(s.Devices) != 1 || s.Devices[0].MACs[0] != meant.MAC || len(s.Devices[0].Services) == 0 || !slices.Contains(s.Devices[0].Names, "Hall camera") {
		t.Errorf("%+v", s.Devices)
	}
	for _, target := range h.engine.targets {
		if target.Addr != cam {
			t.Errorf("%v was asked", target.Addr)
		}
	}
}

// TestFirst: the first look at a newcomer asks the likely ports and those that it
// announced, whatever list the others are asked by; of a fragile one its own.
func TestFirst(t *testing.T) {
	h := newHome(t)
	h.announce(says("mdns", sight("mdns", cam, tcp(cam, 7777), tcp(cam, 12345))))
	w, all := want(lan.Look), map[string]bool{}
	for _, d := range h.sweep(t, w).Devices {
		all[d.ID] = true
	}
	h.engine.targets = nil
	w.First, w.Ports = all, ports.WideList
	h.sweep(t, w)
	for addr, list := range map[netip.Addr][]uint16{
		cam: append(ports.First(), 7777, 12345), pc: ports.First(), plug: ports.Short(),
	} {
		if target, ok := h.engine.asked(addr); !ok || !slices.Equal(target.Ports, list) {
			t.Errorf("%s was asked %v, want %v", addr, target.Ports, list)
		}
	}
}

// TestNarrow: a device's own addresses on its own link, and nothing else.
func TestNarrow(t *testing.T) {
	guest := lan.Link{Name: "guest", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.9.0/24"), netip.MustParsePrefix("fe80::/64")}}
	home := brLAN
	home.Prefixes = append(slices.Clip(home.Prefixes), netip.MustParsePrefix("fe80::/64"))
	links := []lan.Link{home, guest}
	at := netip.MustParseAddr
	got := Narrow(links, []lan.Device{{Link: "br-lan", Addresses: []netip.Addr{cam, at("fe80::7"), at("10.0.0.1"), at("2001:db8::1")}}})
	want := []netip.Prefix{netip.PrefixFrom(cam, 32), netip.MustParsePrefix("fe80::7/128")}
	if len(got) != 1 || got[0].Name != "br-lan" || !slices.Equal(got[0].Prefixes, want) || !slices.Equal(got[0].Networks, home.Prefixes) {
		t.Errorf("%+v", got)
	}
	if len(Narrow(links, []lan.Device{{Link: "br-lan", MACs: []lan.MAC{{2}}}})) > 0 {
		t.Error("one without an address has a scope")
	}
	if unlinked := Narrow(links, []lan.Device{{Link: "away0", Addresses: []netip.Addr{at("192.168.9.4")}}}); len(unlinked) != 1 || unlinked[0].Name != "guest" {
		t.Errorf("%+v", unlinked)
	}
	if len(links[0].Prefixes) != 2 {
		t.Error("the links were changed")
	}
}
