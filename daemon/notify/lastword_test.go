package notify

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestTheLastWordIsTrue: what comes and goes too often is told in the end as it is.
func TestTheLastWordIsTrue(t *testing.T) {
	broken := lan.Event{What: lan.FindingNew, Device: "cam", Check: "x", Severity: lan.ActNow, Words: "bad"}
	fixed := broken
	fixed.What, fixed.Words = lan.FindingFixed, "good"
	for name, c := range map[string]struct {
		do          []lan.Event
		soon, later string // the last word after an hour, and after two days
	}{
		"bad":  {[]lan.Event{broken}, "bad", "bad"},
		"good": {[]lan.Event{broken, fixed}, "bad", "good"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, lan.Rule{})
				last := func() string {
					p.mu.Lock()
					defer p.mu.Unlock()
					return p.sent[len(p.sent)-1]
				}
				for _, e := range append(slices.Repeat([]lan.Event{broken, fixed}, 6), c.do...) {
					n.Tell([]lan.Event{e})
					after(5 * time.Minute)
				}
				after(time.Hour)
				if !strings.HasSuffix(last(), c.soon) {
					t.Errorf("the last word is %q", last())
				}
				after(47 * time.Hour)
				p.mu.Lock()
				sent := len(p.sent)
				p.mu.Unlock()
				if !strings.HasSuffix(last(), c.later) || sent > maxTimes+2 {
					t.Errorf("after %d the last word is %q", sent, last())
				}
			})
		})
	}
}

// step is what happens, and how long is waited then.
type step struct {
	e    lan.Event
	wait time.Duration
}

// TestTheEndIsTold where the beginning was or is about to be, however long ago.
func TestTheEndIsTold(t *testing.T) {
	broken := lan.Event{What: lan.FindingNew, Device: "cam", Check: "x", Severity: lan.Soon, Words: "bad"}
	worse, fixed := broken, broken
	worse.What, worse.Severity, worse.Words = lan.FindingWorse, lan.ActNow, "worse"
	fixed.What, fixed.Words = lan.FindingFixed, "good"
	var often []step
	for range 6 {
		often = append(often, step{broken, time.Minute}, step{fixed, time.Minute})
	}
	for name, c := range map[string]struct {
		rule lan.Rule
		do   []step
		want string // of the last message
	}{
		"told long ago":     {lan.Rule{Delay: 8}, []step{{broken, 72 * time.Hour}, {worse, time.Minute}, {fixed, time.Hour}}, "good"},
		"about to be told":  {lan.Rule{Delay: 8, Digest: true}, []step{{broken, 10 * time.Minute}, {worse, time.Minute}, {fixed, 48 * time.Hour}}, "- bad\n- good"},
		"after a quiet day": {lan.Rule{}, append(often, step{fixed, 30 * time.Hour}, step{broken, time.Minute}, step{fixed, time.Minute}), "good"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n, p, _ := house(t, c.rule)
				for _, s := range c.do {
					n.Tell([]lan.Event{s.e})
					after(s.wait)
				}
				if len(p.sent) == 0 || !strings.HasSuffix(p.sent[len(p.sent)-1], "|"+c.want) {
					t.Errorf("told %q", p.sent)
				}
			})
		})
	}
}
