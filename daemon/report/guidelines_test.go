package report

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/homesweep/homesweep/probes/code"
	"github.com/homesweep/homesweep/probes/lan"
)

// coded is home judged by the Code of Practice, with a phone in it.
func coded() lan.Sweep {
	s := home()
	s.Devices = append(s.Devices, lan.Device{ID: "phone", Names: []string{"Anna's phone"}, Kind: "phone"})
	return code.Fill(s, []code.Check{
		{ID: "default-login", Topic: "Its factory password", Guideline: 1, Provision: "5.1-1", Touch: lan.Login},
		{ID: "firmware-outdated", Topic: "How old its software is", Guideline: 3, Provision: "5.3-2"},
		{ID: "local-control", Topic: "Control by others on your network", Guideline: 5, Provision: "5.5-4", Touch: lan.Ask},
		{ID: "stream-open", Topic: "Its picture on the web", Guideline: 5, Provision: "5.5-4", Touch: lan.Ask},
		{ID: "telnet-open", Topic: "Remote control by Telnet", Guideline: 6, Provision: "5.6-1", Touch: lan.Look},
		{ID: "upnp-igd", Topic: "Opening doors to the internet (UPnP)", Guideline: 5, Provision: "5.5-5", Touch: lan.Ask},
	}, func(lan.Device) []string { return []string{"Hold the button for 15 seconds."} })
}

// section is what o gives of s from the Code's heading on.
func section(t *testing.T, s lan.Sweep, o TextOptions) string {
	t.Helper()
	_, after, there := strings.Cut(string(text(t, s, o)), "THE CODE OF PRACTICE")
	if !there {
		t.Fatalf("no section on width %d", o.Width)
	}
	after, _, _ = strings.Cut(after, "\n\nCost to the network")
	return after + "\n"
}

func TestCodeGolden(t *testing.T) {
	golden(t, "code.txt", []byte(section(t, coded(), TextOptions{})))
	golden(t, "code-40.txt", []byte(section(t, coded(), TextOptions{Width: 40})))
	golden(t, "code-full.txt", []byte(section(t, coded(), TextOptions{Guidelines: true})))
}

// TestCodeFits: on no terminal is a line too long, and nothing that a stranger
// put into any string is obeyed.
func TestCodeFits(t *testing.T) {
	for _, s := range []lan.Sweep{coded(), poisoned()} {
		for width := 20; width <= 200; width += 10 {
			for _, full := range []bool{false, true} {
				out := section(t, s, TextOptions{Width: width, Guidelines: full})
				for l := range strings.Lines(out) {
					if n := cells(strings.TrimSuffix(l, "\n")); n > width {
						t.Fatalf("a line of %d columns on %d: %q", n, width, l)
					}
				}
				for _, r := range out {
					if r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf) {
						t.Fatalf("%U on width %d", r, width)
					}
				}
			}
		}
	}
}

// poisoned is coded with evil in every string of its guidelines and devices.
func poisoned() lan.Sweep {
	s := coded()
	bad := func(list []lan.Guideline) {
		for i := range list {
			g := &list[i]
			g.Title, g.Words, g.Why, g.Instead = evil, evil, evil, evil
			for j := range g.Provisions {
				g.Provisions[j].ID, g.Provisions[j].Meaning, g.Provisions[j].Why = evil, evil, evil
			}
			for j := range g.Steps {
				g.Steps[j] = evil
			}
		}
	}
	bad(s.Guidelines)
	for i := range s.Devices {
		bad(s.Devices[i].Guidelines)
		s.Devices[i].Names = []string{evil}
		for j := range s.Devices[i].Findings {
			s.Devices[i].Findings[j].Title = evil
		}
	}
	return s
}

// TestCodeReader reads the full text as a household does: under each device each
// guideline with what was not seen and what to do instead, where the home's part
// does not say so, and each finding that belongs to one. Unfolded by a wide
// terminal, so that lines can be compared.
func TestCodeReader(t *testing.T) {
	s := coded()
	out := section(t, s, TextOptions{Width: 2000, Guidelines: true})
	for _, d := range ordered(s).Devices {
		_, block, there := strings.Cut(out, "\n\n"+called(d)+"\n")
		if !there {
			t.Errorf("%q has no block of its own", called(d))
			continue
		}
		block, _, _ = strings.Cut(block, "\n\n")
		if d.Kind == "phone" {
			if strings.Count(block, "\n") > 1 || !strings.Contains(block, "does not speak of phones") {
				t.Errorf("a phone is told so:\n%s", block)
			}
			continue
		}
		for i, g := range d.Guidelines {
			readGuideline(t, block+"\n", g, s.Guidelines[i])
		}
		for _, f := range d.Findings {
			if !strings.Contains(block, "("+f.Check) {
				t.Errorf("%s: finding %s stands under no guideline", d.ID, f.Check)
			}
		}
		if n := strings.Count(block, "[ ] "); n != 7 {
			t.Errorf("%s: a checklist of %d lines", d.ID, n)
		}
	}
}

// readGuideline wants g told in a device's block, but for what is said of the home.
func readGuideline(t *testing.T, block string, g, home lan.Guideline) {
	t.Helper()
	lines := []string{fmt.Sprintf("  %2d  %s: %s%s\n", g.Number, g.Title, g.Words, checks(g))}
	if strings.Contains(g.Words, "nothing of it shows") {
		lines = []string{fmt.Sprintf("%d %s", g.Number, g.Title), g.Words + "\n"}
	}
	for label, text := range map[string][2]string{"Not seen: ": {g.Why, home.Why}, "Instead:  ": {g.Instead, home.Instead}} {
		if own, cut := strings.CutSuffix(text[0], text[1]); !cut {
			t.Errorf("%q does not end as the home's: %q", text[0], text[1])
		} else if own != "" {
			lines = append(lines, label+strings.TrimSpace(own)+"\n")
		}
	}
	for _, line := range lines {
		if !strings.Contains(block, line) {
			t.Errorf("guideline %d: %q is not in\n%s", g.Number, line, block)
		}
	}
}

func TestCodeAbsent(t *testing.T) {
	if strings.Contains(string(text(t, home(), TextOptions{Guidelines: true})), "CODE OF PRACTICE") {
		t.Error("a sweep that was not judged by the Code has a section of it")
	}
}
