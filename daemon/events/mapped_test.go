package events

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestMappedForOneNotMet: an inspection of the router alone knows for whom a port was
// opened, and keeps the day only of what goes where a person goes.
func TestMappedForOneNotMet(t *testing.T) {
	at := time.Date(2026, 11, 23, 14, 27, 0, 0, time.UTC)
	phone := lan.Device{ID: "p", Kind: "phone", Names: []string{"Anna"}, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.7")}, FirstSeen: at.Add(-time.Hour)}
	router := lan.Device{ID: "r", Kind: "router", Names: []string{"Box"}, FirstSeen: at.Add(-48 * time.Hour),
		Findings: []lan.Finding{{Check: mappingCheck, Verdict: lan.Pass}}}
	before := lan.Sweep{Started: at.Add(-time.Hour), Finished: at.Add(-time.Hour), Touch: lan.Ask, Devices: []lan.Device{router, phone}}
	router.Mappings = []lan.Mapping{{Transport: lan.TCP, External: 8080, Client: phone.Addresses[0], Port: 80}}
	for _, e := range Between(before, lan.Sweep{Started: at, Finished: at, Touch: lan.Ask, Devices: []lan.Device{router}}, at) {
		if e.What == lan.PortMapped {
			if !strings.Contains(e.Words, "for Anna") || !e.At.Equal(lan.DayOf(at, at.Location())) {
				t.Errorf("%+v", e)
			}
			return
		}
	}
	t.Error("it is not told")
}

// TestMappedAsFound: a way that was opened matters as much as what is found of it on
// its device, and of a game's nothing is told.
func TestMappedAsFound(t *testing.T) {
	for severity, want := range map[lan.Severity]string{lan.ForInfo: "", lan.WhenYouCan: "port-map x tcp/8080", lan.ActNow: "port-map x tcp/8080"} {
		ours := func(d *lan.Device) { d.Self, d.Zones = true, []lan.Zone{{Name: "lan"}} }
		client := thing("y", other, "192.168.1.20")
		before := swept(time.Hour, thing("x", factory, "192.168.1.1", ours), client)
		finds(forwardCheck, lan.Fail, severity)(&client)
		router := thing("x", factory, "192.168.1.1", ours)
		router.Mappings = []lan.Mapping{{Transport: lan.TCP, External: 8080, Client: client.Addresses[0], Port: 80}}
		list := Between(before, swept(0, router, client), now)
		if got := told(list); got != want || want != "" && list[0].Severity != severity {
			t.Errorf("%v: %q, %+v", severity, got, list)
		}
	}
}
