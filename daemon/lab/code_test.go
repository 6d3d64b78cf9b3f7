package lab

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui"
)

// concluded sweeps the household of testdata/devices and a sleeper that is known
// from earlier, and judges it by the Code of Practice.
func concluded(t *testing.T) lan.Sweep {
	t.Helper()
	household(t)
	sleeper := lan.Device{ID: "d-sleeper", Names: []string{"Sleeper"}, Kind: "speaker", MACs: []lan.MAC{{2, 0, 0, 0, 0, 9}}}
	how, err := howtos.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := sweepHouse(t, wiring.RungRaw, lan.Ask)
	sleeper.Addresses, sleeper.LastSeen = s.Devices[0].Addresses[:1], s.Started.AddDate(0, 0, -1)
	s.Devices = append(s.Devices, sleeper)
	return wiring.Conclude(s, how)
}

// TestCodeOfPractice is a reader of the report, who can say for each device and
// each of the 13 guidelines what was found, what was not looked at, and why.
func TestCodeOfPractice(t *testing.T) {
	s := concluded(t)
	for _, d := range s.Devices {
		if len(d.Guidelines) != 13 {
			t.Fatalf("%s: %d guidelines", d.ID, len(d.Guidelines))
		}
		for i, g := range d.Guidelines {
			t.Run(fmt.Sprintf("%s/%d", d.ID, i+1), func(t *testing.T) { readable(t, d, g, i+1) })
		}
		if steps := d.Guidelines[10].Steps; (len(steps) >= 7) != spokenOf(d) {
			t.Errorf("%s, a %s, has %d steps to part with it", d.ID, d.Kind, len(steps))
		}
	}
	added(t, s)
	provisionsOnce(t, s.Guidelines)
	sleeper := s.Devices[len(s.Devices)-1].Guidelines[2]
	if sleeper.Verdict != lan.NotTested || !strings.HasPrefix(sleeper.Why, "It was asleep, switched off or gone") {
		t.Errorf("of the sleeper: %+v", sleeper)
	}
	inText(t, s)
	inPaper(t, s)
}

// spokenOf reports whether the Code speaks of d.
func spokenOf(d lan.Device) bool { return d.Kind != "phone" && d.Kind != "computer" }

// unsaid are words that no report may say.
var unsaid = regexp.MustCompile(`(?i)complian|certified|\bsafe\b|hacked|illegal|unlawful|vulnerable`)

// readable holds g's words against d's findings.
func readable(t *testing.T, d lan.Device, g lan.Guideline, number int) {
	if g.Number != number || g.Words == "" || g.Why == "" || g.Instead == "" || g.Checked > g.Possible || g.Verdict == lan.Pass {
		t.Errorf("%+v", g)
	}
	if word := unsaid.FindString(strings.Join(append([]string{g.Words, g.Why, g.Instead}, g.Steps...), " ")); word != "" {
		t.Errorf("%q is said: %+v", word, g)
	}
	named, problems := map[string]bool{}, 0
	for _, p := range g.Provisions {
		for _, check := range p.Checks {
			named[check] = true
		}
	}
	for _, f := range d.Findings {
		if f.Guideline != number || !spokenOf(d) {
			continue
		}
		if !named[f.Check] && f.Verdict != lan.NotApplicable {
			t.Errorf("%s is of no provision: %+v", f.Check, g)
		}
		if f.Verdict.Problem() {
			problems++
		}
		if f.Verdict == lan.NotTested && g.Why == g.Instead {
			t.Errorf("why %s was not tried is not told: %+v", f.Check, g)
		}
	}
	if spokenOf(d) {
		telling(t, d, g, problems)
	}
}

// telling holds that g calls problems problems and nothing else so, and tells what
// cannot be seen from what was not allowed and what was not there.
func telling(t *testing.T, d lan.Device, g lan.Guideline, problems int) {
	t.Helper()
	head, rest, _ := strings.Cut(g.Words, ": ")
	switch {
	case g.Verdict.Problem() != (problems > 0):
		t.Errorf("%d problems: %+v", problems, g)
	case g.Verdict.Problem():
		titled := func(f lan.Finding) bool { return f.Verdict == g.Verdict && strings.HasPrefix(rest, f.Title) }
		if !slices.ContainsFunc(d.Findings, titled) {
			t.Errorf("%q names none of its problems", g.Words)
		}
	case g.Verdict == lan.LikelyPass && (head != "Nothing worrying seen" || rest == "." || g.Checked == 0):
		t.Errorf("%q with %d checks", g.Words, g.Checked)
	case g.Possible == 0 && rest == "":
		t.Errorf("%q says nothing of why no check was made", g.Words)
	case g.Verdict == lan.NotTested && !strings.HasPrefix(g.Why, "Not tried: ") && !strings.HasPrefix(g.Why, "It "):
		t.Errorf("%q is no reason", g.Why)
	}
}

// added holds the home's guidelines to be those of its devices taken together.
func added(t *testing.T, s lan.Sweep) {
	t.Helper()
	for i, home := range s.Guidelines {
		checked, possible, worst := 0, 0, lan.Verdict(lan.Undecided)
		var with []string
		for _, d := range s.Devices {
			g := d.Guidelines[i]
			checked, possible = checked+g.Checked, possible+g.Possible
			if g.Verdict.Problem() {
				with = append(with, d.ID)
			}
			if g.Verdict == lan.Fail || g.Verdict == lan.LikelyFail && worst != lan.Fail {
				worst = g.Verdict
			}
		}
		slices.Sort(with)
		if home.Checked != checked || home.Possible != possible || !slices.Equal(home.Devices, with) {
			t.Errorf("guideline %d: %d of %d, devices %v; want %d of %d, %v", i+1, home.Checked, home.Possible, home.Devices, checked, possible, with)
		}
		if home.Verdict.Problem() != worst.Problem() || worst.Problem() && home.Verdict != worst {
			t.Errorf("guideline %d is %s, its worst device %s", i+1, home.Verdict, worst)
		}
	}
}

// provisionsOnce wants all provisions of the standard, each once and told of.
func provisionsOnce(t *testing.T, home []lan.Guideline) {
	t.Helper()
	seen := map[string]bool{}
	for _, g := range home {
		for _, p := range g.Provisions {
			if seen[p.ID] || p.Meaning == "" || p.Seen == "" || p.Verdict == lan.Undecided && p.Why == "" {
				t.Errorf("%+v", p)
			}
			seen[p.ID] = true
		}
	}
	if len(seen) != 78 {
		t.Errorf("%d provisions", len(seen))
	}
}

// inText wants every sentence of every guideline in the text, if not with the
// device then with the home.
func inText(t *testing.T, s lan.Sweep) {
	t.Helper()
	var b bytes.Buffer
	if err := report.Text(&b, s, report.TextOptions{Width: 4000, Guidelines: true}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for _, d := range s.Devices {
		for i, g := range d.Guidelines {
			why, do := strings.TrimSuffix(g.Why, s.Guidelines[i].Why), strings.TrimSuffix(g.Instead, s.Guidelines[i].Instead)
			for _, said := range append([]string{g.Words, why, s.Guidelines[i].Why, do, s.Guidelines[i].Instead}, g.Steps...) {
				if !strings.Contains(text, strings.TrimSpace(said)) {
					t.Errorf("%s, guideline %d: the text does not say %q", d.ID, i+1, said)
				}
			}
		}
	}
}

// inPaper wants the same guidelines in the HTML file.
func inPaper(t *testing.T, s lan.Sweep) {
	t.Helper()
	var b bytes.Buffer
	if err := ui.Paper(&b, ui.PaperData{Sweep: s, Version: "test", Made: s.Finished}); err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(b.String(), `<script type="application/json" id="data">`)
	data, _, _ := strings.Cut(after, "</script>")
	var page ui.PaperData
	if err := json.Unmarshal([]byte(data), &page); err != nil {
		t.Fatal(err)
	}
	want, _ := json.Marshal(s.Guidelines)
	got, _ := json.Marshal(page.Sweep.Guidelines)
	for i, d := range s.Devices {
		of, _ := json.Marshal(d.Guidelines)
		in, _ := json.Marshal(page.Sweep.Devices[i].Guidelines)
		want, got = append(want, of...), append(got, in...)
	}
	if !bytes.Equal(want, got) {
		t.Error("the HTML file holds other guidelines than the sweep")
	}
}
