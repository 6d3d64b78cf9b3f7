package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// urgent is a device with one problem to act on now.
func urgent(id, check, advice string, u lan.Urgency, v lan.Verdict) lan.Device {
	return lan.Device{ID: id, Findings: []lan.Finding{{
		Check: check, Verdict: v, Severity: lan.ActNow, Title: "Title of " + check, Advice: advice, Urgency: u,
	}}}
}

// TestFirstOrder: each reason goes before all that follow, whatever these say.
func TestFirstOrder(t *testing.T) {
	rising := []struct {
		name string
		u    lan.Urgency
		v    lan.Verdict
	}{
		{"likely", lan.Urgency{}, lan.LikelyFail},
		{"certain", lan.Urgency{}, lan.Fail},
		{"cvss", lan.Urgency{CVSS: 5}, lan.LikelyFail},
		{"cvss more", lan.Urgency{CVSS: 9.8}, lan.LikelyFail},
		{"epss", lan.Urgency{EPSS: 0.01}, lan.LikelyFail},
		{"epss more", lan.Urgency{EPSS: 0.94, CVSS: 1}, lan.LikelyFail},
		{"no fix", lan.Urgency{NoFix: true}, lan.LikelyFail},
		{"exposed", lan.Urgency{Exposed: true}, lan.LikelyFail},
		{"exploited", lan.Urgency{Exploited: true}, lan.LikelyFail},
	}
	var s lan.Sweep
	var want []string
	for i, r := range rising {
		s.Devices = append(s.Devices, urgent(r.name, fmt.Sprintf("check-%d", i), "Advice "+r.name, r.u, r.v))
		want = append([]string{r.name}, want...)
	}
	todo, _ := problems(s)
	var got []string
	for _, p := range todo {
		got = append(got, p.device.ID)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	first := First(s)
	if len(first) != 3 || first[0].Device != "exploited" || first[1].Device != "exposed" || first[2].Device != "no fix" {
		t.Errorf("%v", first)
	}
}

// TestFirstOnce: one problem on many devices is one of the three, and nothing but
// what is to be done now is among them.
func TestFirstOnce(t *testing.T) {
	s := lan.Sweep{Devices: []lan.Device{
		urgent("a", "default-login", "Change it.", lan.Urgency{}, lan.Fail), urgent("b", "default-login", "Change it.", lan.Urgency{}, lan.Fail),
		urgent("c", "default-login", "Change it.", lan.Urgency{}, lan.Fail), urgent("d", "default-login", "Ask the maker.", lan.Urgency{}, lan.Fail),
		urgent("e", "known-backdoor", "Replace it.", lan.Urgency{}, lan.Pass),
	}}
	soon := urgent("f", "telnet-open", "Turn it off.", lan.Urgency{Exploited: true}, lan.Fail)
	soon.Findings[0].Severity = lan.Soon
	s.Devices = append(s.Devices, soon)
	before := fmt.Sprint(s)
	got := First(s)
	slices.Reverse(s.Devices)
	if again := First(s); len(got) != 2 || got[0].Device != "a" || got[1].Device != "d" || !slices.Equal(got, again) {
		t.Errorf("%v, in another order of devices %v", got, again)
	}
	slices.Reverse(s.Devices)
	if fmt.Sprint(s) != before {
		t.Error("the sweep was changed")
	}
	if First(lan.Sweep{}) != nil {
		t.Error("a home without problems has some to begin with")
	}
}

// TestActNow: the text calls at most three "Act now", the others follow under words
// of their own, and what all severities are is left as it was.
func TestActNow(t *testing.T) {
	var s lan.Sweep
	for i := range 5 {
		d := urgent(fmt.Sprint(i), fmt.Sprintf("check-%d", i), fmt.Sprintf("Advice %d.", i), lan.Urgency{CVSS: float64(9 - i)}, lan.Fail)
		d.Findings[0].Steps = []string{"Open the app.", fmt.Sprintf("Choose %d.", i)}
		s.Devices = append(s.Devices, d)
	}
	twin := urgent("twin", "check-0", "Advice 0.", lan.Urgency{CVSS: 9}, lan.LikelyFail)
	twin.Findings[0].Title, twin.Findings[0].Steps = "Another title", []string{"Another way."}
	again := urgent("again", "other", "Advice 1.", lan.Urgency{}, lan.Fail)
	again.Findings[0].Severity, again.Findings[0].Steps = lan.Soon, s.Devices[1].Findings[0].Steps
	s.Devices = append(s.Devices, twin, again)
	out := string(text(t, s, TextOptions{}))
	golden(t, "first.txt", []byte(out))
	now, then, found := strings.Cut(out, "As soon as those are done:")
	if !found || strings.Count(now, "\nAct now: ") != 3 || strings.Contains(then, "Act now: ") || strings.Count(then, "\nSoon after that: ") != 2 {
		t.Errorf("not three and two:\n%s", out)
	}
	for want, n := range map[string]int{
		"act now: 4, soon after that: 2, soon: 1": 1, " 1. Open the app.": 5, " 2. Choose 1.": 1, " 1. Another way.": 1,
		"Advice 0.": 1, "Advice 1.": 1, "The same as for: Title of check-1": 1, "twin: Another title (Probably a problem)": 1,
	} {
		if got := strings.Count(strings.Join(strings.Fields(out), " "), strings.TrimSpace(want)); got != n {
			t.Errorf("%q stands %d times, want %d", want, got, n)
		}
	}
}

// TestFirstOnDifferentDevices: one device's many problems do not fill the list
// while another has one.
func TestFirstOnDifferentDevices(t *testing.T) {
	device := func(id string, checks ...string) lan.Device {
		d := lan.Device{ID: id}
		for i, c := range checks {
			d.Findings = append(d.Findings, lan.Finding{
				Check: c, Verdict: lan.Fail, Severity: lan.ActNow, Title: c, Advice: c, Urgency: lan.Urgency{CVSS: float64(9 - i)},
			})
		}
		return d
	}
	for _, c := range []struct {
		devices []lan.Device
		want    string
	}{
		{[]lan.Device{device("a", "p", "q", "r", "s"), device("b", "t")}, "a p, b t, a q, "},
		{[]lan.Device{device("a", "p", "q", "r", "s")}, "a p, a q, a r, "},
		{[]lan.Device{device("a", "p", "q"), device("b", "t"), device("c", "u"), device("d", "v")}, "a p, b t, c u, "},
	} {
		got := ""
		for _, ref := range First(lan.Sweep{Devices: c.devices}) {
			got += ref.Device + " " + ref.Check + ", "
		}
		if got != c.want {
			t.Errorf("%s want %s", got, c.want)
		}
	}
}
