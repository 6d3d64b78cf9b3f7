package code

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// known are checks such as the program has: every touch, several guidelines.
var known = []Check{
	{"weak-tls", "How well its connections are encrypted", 5, "5.5-1", lan.Ask},
	{"default-login", "Its factory password", 1, "5.1-1", lan.Login},
	{"end-of-support", "How long its maker supports it", 3, "5.3-13", lan.Listen},
	{"firmware-outdated", "How old its software is", 3, "5.3-2", lan.Listen},
	{"known-backdoor", "Accounts that its maker hid", 4, "5.4-3", lan.Listen},
	{"no-login", "Control without a password", 5, "5.5-5", lan.Ask},
	{"setup-unfinished", "Its set-up", 12, "5.12-1", lan.Ask},
	{"snmp-public", "Inner details by SNMP", 6, "5.6-2", lan.Ask},
	{"telnet-open", "Remote control by Telnet", 6, "5.6-1", lan.Look},
	{"vulnerability-contact", "Who to tell about a security flaw in it", 2, "5.2-1", lan.Listen},
}

// found is a finding of one of known.
func found(check string, v lan.Verdict) lan.Finding {
	f := lan.Finding{Check: check, Verdict: v, Title: "The title of " + check}
	for _, c := range known {
		if c.ID == check {
			f.Guideline, f.Provision, f.Title = c.Guideline, c.Provision, c.Topic
		}
	}
	if v.Problem() {
		f.Title, f.Severity = "A problem that "+check+" sees", lan.Soon
	}
	return f
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func device(id string, kind lan.Kind, findings ...lan.Finding) lan.Device {
	return lan.Device{ID: id, Kind: kind, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.20")}, Findings: findings}
}

// household has a device of every sort that is judged differently.
func household() lan.Sweep {
	tired, heard, self := device("tired", "plug", found("telnet-open", lan.Pass)), device("heard", "tv"), device("self", "router")
	tired.Suffered = lan.Suffering{At: noon.Add(-time.Hour), Sign: "It stopped answering."}
	heard.Addresses, self.Self = nil, true
	away := device("away", "speaker")
	away.LastSeen = noon.Add(-time.Hour)
	return lan.Sweep{
		Started: noon.Add(-time.Minute), Finished: noon, Touch: lan.Ask,
		Devices: []lan.Device{
			device("camera", "camera",
				found("default-login", lan.NotTested), found("firmware-outdated", lan.LikelyFail), found("end-of-support", lan.Undecided),
				found("vulnerability-contact", lan.Pass), found("telnet-open", lan.Fail), found("snmp-public", lan.Pass),
				found("no-login", lan.Pass), found("weak-tls", lan.Undecided), found("known-backdoor", lan.LikelyPass)),
			device("bulb", "bulb",
				found("firmware-outdated", lan.Undecided), found("end-of-support", lan.Undecided), found("vulnerability-contact", lan.Undecided)),
			device("nas", "nas",
				found("firmware-outdated", lan.LikelyPass), found("end-of-support", lan.Pass), found("setup-unfinished", lan.Pass),
				found("vulnerability-contact", lan.Stale), found("a-check-of-tomorrow", lan.Fail)),
			device("phone", "phone"), device("laptop", "computer", found("telnet-open", lan.Fail)),
			device("asleep", "speaker"), away, tired, heard, self,
		},
	}
}

// sweeps are the household, seen at each touch, and homes of other sorts.
func sweeps() []lan.Sweep {
	only := household()
	only.Devices = only.Devices[3:4]
	all := []lan.Sweep{{}, only}
	for touch := lan.Listen; touch <= lan.Login; touch++ {
		s := household()
		s.Touch = touch
		all = append(all, s)
	}
	for i, s := range all {
		all[i] = Fill(s, known, func(d lan.Device) []string {
			if d.ID == "camera" {
				return []string{"Open the app.", "Press delete."}
			}
			return nil
		})
	}
	return all
}

// said is every text that Fill put into s.
func said(s lan.Sweep) (texts []string) {
	gather := func(list []lan.Guideline) {
		for _, g := range list {
			texts = append(append(texts, g.Title, g.Words, g.Why, g.Instead), g.Steps...)
			for _, p := range g.Provisions {
				texts = append(texts, p.Meaning, p.Status, p.Seen, p.Why, p.Instead)
			}
		}
	}
	gather(s.Guidelines)
	for _, d := range s.Devices {
		gather(d.Guidelines)
	}
	return texts
}

// TestReader is a reader of the report, who can say of each guideline and each
// device what was found, what was not looked at and why, and what to do instead.
func TestReader(t *testing.T) {
	for _, s := range sweeps() {
		for _, d := range s.Devices {
			if len(d.Guidelines) != 13 {
				t.Fatalf("%s: %d guidelines", d.ID, len(d.Guidelines))
			}
			for i, g := range d.Guidelines {
				at := fmt.Sprintf("touch %s, %s, guideline %d (%s)", s.Touch, d.ID, i+1, g.Verdict)
				if g.Number != i+1 || g.Title != guidelines[i].title || g.Words == "" || g.Why == "" || g.Instead == "" {
					t.Errorf("%s: %+v", at, g)
				}
				if g.Checked > g.Possible || g.Verdict == lan.Pass {
					t.Errorf("%s: %d of %d", at, g.Checked, g.Possible)
				}
				told(t, at, d, g)
			}
		}
	}
}

// told wants every problem of d's that belongs to g named, and every check that
// came to no answer.
func told(t *testing.T, at string, d lan.Device, g lan.Guideline) {
	t.Helper()
	var checks []string
	for _, p := range g.Provisions {
		checks = append(checks, p.Checks...)
	}
	problems := 0
	for _, f := range d.Findings {
		if f.Guideline != g.Number || g.Verdict == lan.NotApplicable {
			continue
		}
		if !slices.Contains(checks, f.Check) {
			t.Errorf("%s: no provision names %s", at, f.Check)
		}
		if f.Verdict.Problem() {
			problems++
			if problems == 1 && !strings.Contains(g.Words, f.Title) {
				t.Errorf("%s: %q does not name %q", at, g.Words, f.Title)
			}
		}
		if f.Verdict == lan.Undecided && !strings.Contains(g.Why, f.Title) {
			t.Errorf("%s: %q does not name %q", at, g.Why, f.Title)
		}
	}
	if g.Verdict.Problem() != (problems > 0) {
		t.Errorf("%s: %d problems", at, problems)
	}
}
