package report

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestAlike has one problem on two devices and the same with other advice on a
// third: the first two are told together, each with its own proof.
func TestAlike(t *testing.T) {
	door := func(id, advice, heard string) lan.Device {
		return lan.Device{ID: id, Findings: []lan.Finding{{
			Check: "telnet-open", Verdict: lan.Fail, Severity: lan.Soon, Title: "Telnet is open", Advice: advice,
			Evidence: []lan.Evidence{{Said: "connected", Heard: heard}},
		}}}
	}
	got := string(text(t, lan.Sweep{Devices: []lan.Device{
		door("a", "Turn it off.", "login a:"), door("b", "Ask the maker.", "login b:"), door("c", "Turn it off.", "login c:"),
	}}, TextOptions{}))
	if n := strings.Count(got, "Soon: Telnet is open"); n != 2 {
		t.Errorf("told %d times, want 2:\n%s", n, got)
	}
	if n := strings.Count(got, "Turn it off."); n != 1 {
		t.Errorf("the advice of two devices stands %d times, want once", n)
	}
	a, c, b := strings.Index(got, "login a:"), strings.Index(got, "login c:"), strings.Index(got, "login b:")
	if a < 0 || c < a || b < c {
		t.Errorf("proofs at %d, %d, %d, want a, c, b in this order:\n%s", a, c, b, got)
	}
}

func TestReason(t *testing.T) {
	for _, c := range []struct {
		name  string
		heard []string
		want  string
	}{
		{"the last sentence", []string{"401 Unauthorized", "We have no facts on it."}, "We have no facts on it."},
		{"no sentence", []string{"no entry"}, "Look at the maker's site."},
		{"nothing", nil, "Look at the maker's site."},
	} {
		f := lan.Finding{Advice: "Look at the maker's site."}
		for _, h := range c.heard {
			f.Evidence = append(f.Evidence, lan.Evidence{Heard: h})
		}
		if got := reason(f); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := reason(lan.Finding{Evidence: []lan.Evidence{{Heard: "no entry"}}}); got != "no entry" {
		t.Errorf("without advice: %q", got)
	}
}

// TestProblems: the same check stands together within a severity, whoever has it,
// and what is only good to know is apart.
func TestProblems(t *testing.T) {
	has := func(id string, checks ...string) lan.Device {
		d := lan.Device{ID: id}
		for _, c := range checks {
			d.Findings = append(d.Findings, lan.Finding{Check: c, Verdict: lan.Fail, Severity: lan.Soon})
		}
		return d
	}
	s := lan.Sweep{Devices: []lan.Device{has("a", "telnet-open", "ftp-open"), has("b", "telnet-open", "raw-print")}}
	s.Devices[1].Findings[1].Severity = lan.ForInfo
	todo, info := problems(s)
	got := ""
	for _, p := range append(todo, info...) {
		got += p.device.ID + " " + p.finding.Check + ", "
	}
	if want := "a ftp-open, a telnet-open, b telnet-open, b raw-print, "; got != want || len(info) != 1 {
		t.Errorf("%s with %d of them good to know, want %s", got, len(info), want)
	}
}
