package notify

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestToldAgain: what ended may be told again when it begins anew, and what comes and
// goes all day is not told all day.
func TestToldAgain(t *testing.T) {
	problem := func(what lan.Happening) lan.Event {
		return lan.Event{What: what, Device: "cam", Check: "x", Severity: lan.Soon, Now: string(what), Words: string(what)}
	}
	gone, back := moved(lan.DeviceGone, "cam"), moved(lan.DeviceBack, "cam")
	broken, fixed := problem(lan.FindingNew), problem(lan.FindingFixed)
	worse := broken
	worse.What, worse.Severity = lan.FindingWorse, lan.ActNow
	var flapping []lan.Event
	for range 50 {
		flapping = append(flapping, gone, back)
	}
	presence := []lan.Happening{lan.DeviceGone, lan.DeviceBack}
	for name, c := range map[string]struct {
		rule lan.Rule
		do   []lan.Event
		want string
	}{
		"mended, and broken again": {lan.Rule{}, []lan.Event{broken, fixed, broken, fixed}, "finding-new finding-fixed finding-new finding-fixed"},
		"also where none asks":     {lan.Rule{Events: []lan.Happening{lan.FindingNew}}, []lan.Event{broken, fixed, broken}, "finding-new finding-new"},
		"worse":                    {lan.Rule{}, []lan.Event{broken, worse, worse}, "finding-new finding-new"},
		"not ended":                {lan.Rule{}, []lan.Event{broken, broken}, "finding-new"},
		"left open, closed":        {lan.Rule{}, []lan.Event{problem(lan.PairingOpen), fixed, problem(lan.PairingOpen)}, "pairing finding-fixed pairing"},
		"gone again":               {lan.Rule{Events: presence}, []lan.Event{gone, back, gone}, "gone back gone"},
		"only its going":           {lan.Rule{Events: presence[:1]}, []lan.Event{gone, back, gone}, "gone gone"},
		"all day":                  {lan.Rule{Events: presence}, flapping, strings.Repeat("gone back ", maxTimes/2) + "gone"},
		"broken all day":           {lan.Rule{}, slices.Repeat([]lan.Event{broken, fixed}, 20), strings.Repeat("finding-new finding-fixed ", maxTimes/2) + "finding-new"},
		"mended before it is told": {lan.Rule{Delay: 8}, []lan.Event{broken, broken, broken, worse, fixed, event(lan.DeviceJoined, "nas")}, "finding-new finding-fixed joined"},
		"mended in between":        {lan.Rule{Delay: 8}, []lan.Event{broken, broken, broken, fixed, broken, broken}, "finding-new"},
		"worse in between":         {lan.Rule{Delay: 8}, []lan.Event{broken, broken, broken, fixed, worse}, "finding-new finding-new"},
		"closed in time":           {lan.Rule{Delay: 60}, []lan.Event{problem(lan.PairingOpen), fixed}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, c.rule)
				for _, e := range c.do {
					n.Tell([]lan.Event{e})
					after(5 * time.Minute)
				}
				after(2 * time.Hour)
				var got []string
				for _, s := range p.sent {
					_, words, _ := strings.Cut(s, "|")
					got = append(got, strings.Fields(words)[0])
				}
				if s := strings.Join(got, " "); s != c.want {
					t.Errorf("told %q, want %q", s, c.want)
				}
			})
		})
	}
}

// TestOffIsOff: a rule that is taken back tells nothing that it held.
func TestOffIsOff(t *testing.T) {
	for name, change := range map[string]func(a *lan.Alerts){
		"off":     func(a *lan.Alerts) { a.Rules[0].Off = true },
		"removed": func(a *lan.Alerts) { a.Rules = nil },
		"another": func(a *lan.Alerts) { a.Rules[0].Group = "kind:camera" },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, lan.Rule{Delay: 30})
				n.Tell([]lan.Event{event("joined", "nas")})
				after(time.Minute)
				a := n.Alerts()
				change(&a)
				if err := n.SetAlerts(a); err != nil {
					t.Fatal(err)
				}
				after(time.Hour)
				if len(p.sent) != 0 {
					t.Errorf("told %q", p.sent)
				}
			})
		})
	}
}
