package checks

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var (
	wanZone  = lan.Zone{Name: "wan", Links: []string{"eth1"}, Outside: true}
	lanZone  = lan.Zone{Name: "lan", Links: []string{"br-lan"}, Router: true, To: []string{"wan", "guest"}}
	guestOff = lan.Zone{Name: "guest", Links: []string{"br-guest"}, Guest: true, To: []string{"wan"}}
)

// zoned is the router with these parts of the home.
func zoned(zones ...lan.Zone) lan.Device { return lan.Device{Self: true, Kind: "router", Zones: zones} }

// changedZone is z after change.
func changedZone(z lan.Zone, change func(*lan.Zone)) lan.Zone { change(&z); return z }

var (
	guestIn     = changedZone(guestOff, func(z *lan.Zone) { z.To = []string{"wan", "lan"} })
	guestRouter = changedZone(guestOff, func(z *lan.Zone) { z.Router = true })
	guestMixed  = changedZone(guestOff, func(z *lan.Zone) { z.Mixed = []string{"Gast"} })
	guestPrint  = changedZone(guestOff, func(z *lan.Zone) { z.Some = []string{"tcp 631 of lan"} })
	lanMixed    = changedZone(lanZone, func(z *lan.Zone) { z.Mixed = []string{"Gast"} })
	guestThings = changedZone(guestOff, func(z *lan.Zone) { z.Name, z.To = "iot", []string{"wan", "guest"} })
)

var _ = hold("guest-isolation",
	twin{name: "guests reach the home", device: zoned(lanZone, wanZone, guestIn), want: lan.Fail},
	twin{name: "guests reach the router's settings", device: zoned(lanZone, wanZone, guestRouter), want: lan.Fail},
	twin{name: "a guests' network in the home's own, by its name", device: zoned(lanMixed, wanZone), want: lan.LikelyFail},
	twin{name: "guests may print", device: zoned(lanZone, wanZone, guestPrint), want: lan.Fail},
	twin{name: "guests reach each other", device: zoned(lanZone, wanZone, guestMixed), want: lan.Fail},
	twin{name: "as it should be", device: zoned(lanZone, wanZone, guestOff), want: lan.LikelyPass},
	twin{name: "guests reach what is not trusted either", device: zoned(lanZone, wanZone, guestOff, guestThings), want: lan.LikelyPass},
	twin{name: "no guests", device: zoned(lanZone, wanZone), want: lan.NotApplicable},
	twin{name: "another device", device: lan.Device{Kind: "router", Zones: []lan.Zone{guestIn}}, want: lan.NotApplicable},
	twin{name: "the router was not read", device: zoned(), want: lan.NotApplicable})

// TestIsolationWords: what is reached is named, and guests among themselves are the
// milder thing.
func TestIsolationWords(t *testing.T) {
	for name, tt := range map[string]struct {
		device lan.Device
		want   lan.Severity
		word   string
	}{
		"the home":   {zoned(lanZone, wanZone, guestIn), lan.WhenYouCan, "from “guest” the devices of “lan” can be connected to"},
		"the router": {zoned(lanZone, wanZone, guestRouter), lan.WhenYouCan, "every port of the router is open"},
		"its own":    {zoned(lanMixed, wanZone), lan.WhenYouCan, "“Gast” lies in the home's own network “lan”"},
		"a printer":  {zoned(lanZone, wanZone, guestPrint), lan.ForInfo, "a rule lets “guest” reach tcp 631 of lan"},
		"each other": {zoned(lanZone, wanZone, guestMixed), lan.ForInfo, "in “Gast” the devices of guests can reach each other"},
	} {
		p := &probes.Pass{Device: tt.device}
		_, err := judged(t, "guest-isolation", p)
		got := check(t, "guest-isolation").Severity
		if p.Severity != nil {
			got = *p.Severity
		}
		if err != nil || got != tt.want || !strings.Contains(words(p), tt.word) || (tt.want == lan.ForInfo) != (p.Title != "") {
			t.Errorf("%s: %v, %v\n%s", name, got, err, words(p))
		}
	}
}
