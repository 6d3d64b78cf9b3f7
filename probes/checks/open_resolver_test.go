package checks

import (
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

var offers = lan.Heard{identify.DNSRecursion: "available"}

var _ = hold("open-resolver",
	twin{name: "a camera", device: lan.Device{Kind: "camera"}, service: port("domain", offers), want: lan.LikelyFail},
	twin{name: "a filter of the owner's", device: lan.Device{Kind: "server"}, service: port("domain", offers), want: lan.LikelyFail},
	twin{name: "the router", device: lan.Device{Kind: "router"}, service: port("domain", offers), want: lan.NotApplicable},
	twin{name: "a router that is known by its UPnP", service: port("domain", offers), want: lan.NotApplicable,
		device: lan.Device{Heard: lan.Heard{lan.UPnPServices: "urn:schemas-upnp-org:service:WANIPConnection:1"}}},
	twin{name: "says that it does not", device: lan.Device{Kind: "camera"}, service: port("domain", nil), want: lan.LikelyPass})

// TestOddResolver: a name server is worse on a camera than on a server.
func TestOddResolver(t *testing.T) {
	for kind, want := range map[lan.Kind]lan.Severity{"camera": lan.WhenYouCan, "plug": lan.WhenYouCan, "server": lan.ForInfo, "": lan.ForInfo} {
		p := &probes.Pass{Device: lan.Device{Kind: kind}, Service: port("domain", offers)}
		_, err := judged(t, "open-resolver", p)
		got := check(t, "open-resolver").Severity
		if p.Severity != nil {
			got = *p.Severity
		}
		if got != want || err != nil {
			t.Errorf("%q: %v, %v; want %v", kind, got, err, want)
		}
	}
}
