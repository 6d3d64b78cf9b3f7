package checks

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestGlobalAddress: named, and never an alarm.
func TestGlobalAddress(t *testing.T) {
	c := check(t, "global-address")
	if c.Severity != lan.ForInfo || c.Touch != lan.Listen {
		t.Errorf("%v from touch %v", c.Severity, c.Touch)
	}
	var d lan.Device
	for _, want := range []struct {
		add, words string
		more       bool
	}{
		{"2001:db8::5", "2001:db8::5.", false}, {"2001:db8::6", "2001:db8::5, 2001:db8::6.", false},
		{"2001:db8::7", "2001:db8::7.", false}, {"2001:db8::8", "2001:db8::8.", false}, {"2001:db8::9", "2001:db8::8, and more.", true},
	} {
		d.Exposed = append(d.Exposed, netip.MustParseAddr(want.add))
		p := &probes.Pass{Device: d}
		got, err := judged(t, "global-address", p)
		if got != lan.Undecided || err != nil || p.Severity != nil || !strings.Contains(words(p), want.words) || !strings.Contains(words(p), "firewall decides") {
			t.Errorf("%v, %v\n%s", got, err, words(p))
		}
	}
	d.Reachable = []lan.Forward{}
	p := &probes.Pass{Device: d}
	if got, err := judged(t, "global-address", p); got != lan.Undecided || err != nil || p.Advice != "" || strings.Contains(words(p), "cannot be seen") {
		t.Errorf("where the router was read: %v, %v\n%s", got, err, words(p))
	}
	d.Reachable = nil
	at := netip.MustParseAddr("fd00::5")
	for _, on := range []struct {
		device  lan.Device
		service lan.Service
		want    bool
	}{
		{d, lan.Service{}, true}, {d, lan.Service{Port: 80, Name: "http"}, false},
		{lan.Device{Addresses: []netip.Addr{at}}, lan.Service{}, false},
		{lan.Device{Kind: "phone", Exposed: d.Exposed}, lan.Service{}, true},
	} {
		if c.Applies(on.device, on.service) != on.want {
			t.Errorf("on %s with %v, port %d: %v", on.device.Kind, on.device.Exposed, on.service.Port, !on.want)
		}
	}
}
