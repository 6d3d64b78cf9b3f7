package report

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestGuesses(t *testing.T) {
	s := lan.Sweep{Devices: []lan.Device{
		{ID: "new", Names: []string{"Annas-iPhone"}, Addresses: []netip.Addr{addr("192.168.1.9")}, MACs: []lan.MAC{{2, 0, 0, 0, 0, 1}}},
		{ID: "lap-1", Names: []string{"desk"}, Addresses: []netip.Addr{addr("192.168.1.10")}},
		{ID: "lap-2", Names: []string{"desk"}, Addresses: []netip.Addr{addr("192.168.1.11")}},
	}, Suggestions: []lan.Suggestion{
		{Device: "new", Same: "d-0011", Reasons: []string{"Both call themselves “Annas-iPhone”.", evil}},
		{Device: "lap-2", Same: "lap-1", Reasons: []string{"Both are there."}},
		{Device: "nobody", Same: "lap-1", Reasons: []string{"Nobody is told."}},
	}}
	got := string(text(t, s, TextOptions{Width: 120}))
	for _, want := range []string{
		"PERHAPS THE SAME DEVICE (2)", "Annas-iPhone (192.168.1.9) and one that is not here now (d-0011).", "Both call themselves “Annas-iPhone”.",
		"desk (192.168.1.11) and desk (192.168.1.10).", "until you decide in the dashboard",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if strings.Contains(got, "Nobody is told") || strings.Contains(got, "\x1b") {
		t.Errorf("told of nobody, or let a device write to the terminal:\n%q", got)
	}
	for i := range 40 {
		s.Suggestions = append(s.Suggestions, lan.Suggestion{Device: "new", Same: fmt.Sprint("d-", i), Reasons: []string{"One more."}})
	}
	if n := strings.Count(string(text(t, s, TextOptions{})), "One more."); n != maxGuesses-2 {
		t.Errorf("%d of forty more are told", n)
	}
}

func TestAddressing(t *testing.T) {
	d := lan.Device{ID: "nas", Names: []string{"nas"}, MACs: []lan.MAC{{0, 1, 2, 3, 4, 5}, {2, 0, 0, 0, 0, 1}}, Addresses: []netip.Addr{addr("192.168.1.3")}}
	phone := lan.Device{ID: "phone", Names: []string{"phone"}, MACs: []lan.MAC{{2, 0, 0, 0, 0, 2}}, Addresses: []netip.Addr{addr("192.168.1.4")}}
	quiet := string(text(t, lan.Sweep{Devices: []lan.Device{d}}, TextOptions{}))
	if strings.Contains(quiet, "INTERNET") || strings.Contains(quiet, "private") {
		t.Errorf("nothing to tell of:\n%s", quiet)
	}
	for i := range 5 {
		d.Exposed = append(d.Exposed, addr(fmt.Sprintf("2001:db8::%d", 5-i)))
	}
	got := string(text(t, lan.Sweep{Devices: []lan.Device{d, phone}}, TextOptions{Width: 120}))
	for _, want := range []string{
		"INTERNET ADDRESSES (1)", "nas (192.168.1.3): 2001:db8::1, 2001:db8::2, 2001:db8::3 and 2 more",
		"Whether your router lets anybody in cannot be seen from here.", "hides the maker: phone (192.168.1.4).",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}
