package code

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestHome(t *testing.T) {
	s := Fill(household(), known, nil)
	for _, c := range []struct {
		guideline         int
		verdict           lan.Verdict
		checked, possible int
		words             string
		devices           []string
	}{
		{1, lan.Undecided, 0, 6, "2 of 8 devices: could not be told; 6 not checked.", nil},
		{3, lan.LikelyFail, 3, 16, "1 of 8 devices: probably a problem; 1 nothing worrying seen; 1 could not be told; 5 not checked.", []string{"camera"}},
		{6, lan.Fail, 4, 13, "2 of 9 devices: problem found; 1 nothing worrying seen; 2 could not be told; 4 not checked.", []string{"camera", "laptop"}},
		{13, lan.Undecided, 0, 0, "We can't tell from here: nothing of it shows on a network.", nil},
	} {
		g := s.Guidelines[c.guideline-1]
		if g.Verdict != c.verdict || g.Checked != c.checked || g.Possible != c.possible || g.Words != c.words || !slices.Equal(g.Devices, c.devices) {
			t.Errorf("guideline %d: want %+v\ngot %s, %d of %d, %q, %q", c.guideline, c, g.Verdict, g.Checked, g.Possible, g.Words, g.Devices)
		}
	}
	for want, devices := range map[string][]lan.Device{
		"No device was looked at.":                      nil,
		"The Code speaks of none of the devices found.": {device("p", "phone")},
		"1 of 1 device: problem found.":                 {device("c", "camera", found("telnet-open", lan.Fail))},
		"1 of 2 devices: problem found; 1 not checked.": {device("c", "camera", found("telnet-open", lan.Fail)), device("d", "tv")},
		"Not checked lately.":                           {device("c", "camera", found("telnet-open", lan.Stale))},
		"1 of 1 device: probably a problem.":            {device("c", "camera", found("telnet-open", lan.LikelyFail))},
		"Nothing worrying seen.":                        {device("c", "camera", found("telnet-open", lan.LikelyPass))},
	} {
		if got := Fill(lan.Sweep{Touch: lan.Ask, Devices: devices}, known, nil).Guidelines[5].Words; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestHomeProvisions: all 78 are listed, each with its meaning, what was seen of
// it, and why nothing was.
func TestHomeProvisions(t *testing.T) {
	for _, s := range sweeps() {
		n := 0
		for _, g := range s.Guidelines {
			for _, p := range g.Provisions {
				n++
				if p.Meaning == "" || p.Status == "" || p.Seen == "" || p.Verdict == lan.Undecided && p.Why == "" {
					t.Errorf("%+v", p)
				}
			}
		}
		if n != 78 {
			t.Errorf("%d provisions", n)
		}
	}
	want := map[string]lan.Provision{
		"5.6-1":  {Verdict: lan.Fail, Checks: []string{"telnet-open"}},
		"5.5-1":  {Verdict: lan.Undecided, Why: "No check of it came to an answer.", Checks: []string{"weak-tls"}},
		"5.3-13": {Verdict: lan.Undecided, Why: "On some devices no check of it came to an answer.", Checks: []string{"end-of-support"}},
		"5.6-3":  {Why: "It cannot be seen from the network."},
		"5.3-8":  {Why: "Published records may tell of it; none of our checks reads them for that."},
		"5.5-6":  {Why: "See 5.5-1: a login that travels unprotected is told there."},
		"5.5-7":  {Why: "None of our checks looks at it."},
		"5.12-1": {Verdict: lan.NotTested, Checks: []string{"setup-unfinished"}},
		"5.4-3":  {Verdict: lan.NotTested, Checks: []string{"known-backdoor"}},
	}
	for _, g := range Fill(household(), known, nil).Guidelines {
		for _, p := range g.Provisions {
			w, asked := want[p.ID]
			if asked && (p.Verdict != w.Verdict || w.Why != "" && p.Why != w.Why || !slices.Equal(p.Checks, w.Checks)) {
				t.Errorf("%+v, want %+v", p, w)
			}
		}
	}
}

// TestFillCopies: what was handed in stays as it was, and a result filled again
// is the same.
func TestFillCopies(t *testing.T) {
	s, checks := household(), slices.Clone(known)
	before, _ := json.Marshal(s)
	once := Fill(s, checks, nil)
	if after, _ := json.Marshal(s); string(before) != string(after) || !reflect.DeepEqual(checks, known) {
		t.Error("Fill changed what it was given")
	}
	if again := Fill(once, checks, nil); !reflect.DeepEqual(once, again) {
		t.Error("filled again it differs")
	}
	if none := Fill(s, nil, nil); len(none.Guidelines) != 13 || guidelineOf(none, "camera", 6).Verdict != lan.Fail {
		t.Error("without a list of checks the findings say nothing")
	}
}
