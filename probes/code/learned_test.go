package code

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestKnownByTheRouterOnly: what the router knows of a device that was left alone does
// not make it one that was looked at.
func TestKnownByTheRouterOnly(t *testing.T) {
	door := lan.Finding{Check: "port-forward", Title: "A door", Guideline: 6, Provision: "5.6-1", Verdict: lan.Fail}
	d := device("a", "camera", door)
	checks := []Check{{ID: "telnet-open", Topic: "Telnet", Guideline: 5, Provision: "5.5-1", Touch: lan.Look}, {ID: "port-forward", Topic: "Doors", Guideline: 6, Provision: "5.6-1", Touch: lan.Listen}}
	list := Device(d, lan.Sweep{Touch: lan.Ask}, checks, nil)
	if list[5].Verdict != lan.Fail || list[4].Possible != 1 || !strings.Contains(list[4].Why, "left alone") && !strings.Contains(list[4].Why, "leave it alone") {
		t.Errorf("%+v\n%+v", list[4], list[5])
	}
}

// TestLearned: a check that is known by its findings alone counts where it has
// one, is called by its title, and is missed nowhere.
func TestLearned(t *testing.T) {
	of := func(guideline int, provision string) lan.Finding {
		return lan.Finding{Check: "of-tomorrow", Title: "Its tomorrow", Guideline: guideline, Provision: provision}
	}
	s := lan.Sweep{Touch: lan.Ask, Devices: []lan.Device{device("a", "tv", of(9, "5.9-2")), device("b", "tv")}}
	got := Fill(s, nil, nil)
	if g := guidelineOf(got, "a", 9); g.Possible != 1 || !strings.HasPrefix(g.Why, "No sure answer came on: Its tomorrow.") {
		t.Errorf("%+v", g)
	}
	if g := guidelineOf(got, "b", 9); g.Possible != 0 || g.Verdict != lan.Undecided {
		t.Errorf("%+v", g)
	}
	for _, findings := range [][]lan.Finding{{of(9, "5.9-2"), of(9, "5.9-1"), of(6, "5.6-2")}, {of(6, "5.6-2"), of(9, "5.9-1"), of(9, "5.9-2")}} {
		list := Device(device("a", "tv", findings...), lan.Sweep{Touch: lan.Ask}, nil, nil)
		if list[8].Possible != 0 || list[5].Possible != 1 || list[5].Provisions[0].ID != "5.6-2" {
			t.Errorf("%+v", list)
		}
	}
}
