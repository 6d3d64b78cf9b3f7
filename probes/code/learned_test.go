package code

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

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
