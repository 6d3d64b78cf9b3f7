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
