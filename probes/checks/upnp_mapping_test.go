package checks

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// mapped is a router with these open doors.
func mapped(doors []lan.Mapping) lan.Device {
	return lan.Device{
		Kind: "router", Heard: lan.Heard{lan.UPnPServices: "urn:schemas-upnp-org:service:WANIPConnection:1"}, Mappings: doors,
	}
}

var (
	cameraDoor  = lan.Mapping{Transport: lan.TCP, External: 8080, Client: netip.MustParseAddr("192.168.1.20"), Port: 80}
	consoleDoor = lan.Mapping{Transport: lan.UDP, External: 3074, Client: netip.MustParseAddr("192.168.1.9"), Port: 3074}
	sharingDoor = lan.Mapping{Transport: lan.TCP, External: 51413, Client: netip.MustParseAddr("192.168.1.7"), Port: 51413}
	snmpDoor    = lan.Mapping{Transport: lan.UDP, External: 161, Client: netip.MustParseAddr("192.168.1.7"), Port: 161}
)

var _ = hold("upnp-mapping",
	twin{name: "a console's door", device: mapped([]lan.Mapping{consoleDoor}), want: lan.Fail},
	twin{name: "no doors", device: mapped([]lan.Mapping{}), want: lan.Pass},
	twin{name: "will not say", device: mapped(nil), want: lan.Undecided},
	twin{name: "offers none", device: lan.Device{Kind: "router"}, want: lan.NotApplicable})

// TestDelicateDoor: what leads to a camera's page is more pressing than a game's.
func TestDelicateDoor(t *testing.T) {
	for door, want := range map[lan.Mapping]lan.Severity{cameraDoor: lan.Soon, consoleDoor: lan.ForInfo, sharingDoor: lan.WhenYouCan, snmpDoor: lan.Soon} {
		p := &probes.Pass{Device: mapped([]lan.Mapping{door})}
		_, err := judged(t, "upnp-mapping", p)
		got := check(t, "upnp-mapping").Severity
		if p.Severity != nil {
			got = *p.Severity
		}
		if err != nil || got != want || !strings.Contains(words(p), door.Client.String()) {
			t.Errorf("%+v: %v, %v\n%s", door, got, err, words(p))
		}
	}
}
