package sweep

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// findings are those of the camera after a sweep with these checks, by check.
func findings(t *testing.T, h *home, touch lan.Touch, checks ...probes.Check) map[string]lan.Finding {
	t.Helper()
	h.Checks = checks
	byID := map[string]lan.Finding{}
	for _, f := range at(t, h.sweep(t, want(touch)), cam).Findings {
		byID[f.Check] = f
	}
	return byID
}

// TestWordsOfFinding: a problem has the check's title and advice, all else its
// topic and no advice, and what the run itself says goes before both.
func TestWordsOfFinding(t *testing.T) {
	own := func(v lan.Verdict) func(context.Context, *probes.Pass) (lan.Verdict, error) {
		return func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
			p.Title, p.Advice = "Own title", "Own advice"
			p.Grade(lan.ForInfo)
			p.Saw("GET /", "200")
			return v, nil
		}
	}
	for _, c := range []struct {
		run           func(context.Context, *probes.Pass) (lan.Verdict, error)
		verdict       lan.Verdict
		title, advice string
		severity      lan.Severity
		evidence      int
	}{
		{always(lan.Fail), lan.Fail, "Title of c", "Advice of c", lan.Soon, 0},
		{always(lan.LikelyFail), lan.LikelyFail, "Title of c", "Advice of c", lan.Soon, 0},
		{always(lan.Pass), lan.Pass, "Topic of c", "", lan.Soon, 0},
		{always(lan.LikelyPass), lan.LikelyPass, "Topic of c", "", lan.Soon, 0},
		{always(lan.Undecided), lan.Undecided, "Topic of c", "", lan.Soon, 0},
		{own(lan.Fail), lan.Fail, "Own title", "Own advice", lan.ForInfo, 1},
		{own(lan.Pass), lan.Pass, "Own title", "Own advice", lan.ForInfo, 1},
	} {
		f, ok := findings(t, newHome(t), lan.Ask, check("c", lan.Look, c.run))["c"]
		if !ok || f.Verdict != c.verdict || f.Title != c.title || f.Advice != c.advice || f.Severity != c.severity || len(f.Evidence) != c.evidence {
			t.Errorf("got %+v, want %+v", f, c)
		}
		if f.Guideline != 3 || f.Provision != "5.3-2" || f.Service != "" || f.FirstSeen.IsZero() || f.LastSeen != f.FirstSeen {
			t.Errorf("finding %+v", f)
		}
	}
}

func TestNotApplicableIsLeftOut(t *testing.T) {
	never := check("never", lan.Look, always(lan.Fail))
	never.Applies = func(lan.Device, lan.Service) bool { return false }
	got := findings(t, newHome(t), lan.Ask, never, check("na", lan.Look, always(lan.NotApplicable)), check("c", lan.Look, always(lan.Pass)))
	if len(got) != 1 || got["c"].Verdict != lan.Pass {
		t.Errorf("findings %+v", got)
	}
}

func TestAboveTheTouchIsNotTested(t *testing.T) {
	f := findings(t, newHome(t), lan.Look, check("c", lan.Ask, func(context.Context, *probes.Pass) (lan.Verdict, error) {
		t.Error("it ran")
		return lan.Fail, nil
	}))["c"]
	if f.Verdict != lan.NotTested || f.Title != "Topic of c" || f.Advice != "" || f.Evidence != nil {
		t.Errorf("finding %+v", f)
	}
}

// TestErrorIsUnknown: whatever verdict comes with an error, it is unknown, and
// the finding says what came in the way.
func TestErrorIsUnknown(t *testing.T) {
	f := findings(t, newHome(t), lan.Ask, check("c", lan.Look, func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Saw("GET /", "200")
		return lan.Pass, errors.New("connection reset\x1b[31m")
	}))["c"]
	if f.Verdict != lan.Undecided || f.Title != "Topic of c" || len(f.Evidence) != 2 {
		t.Fatalf("finding %+v", f)
	}
	if e := f.Evidence[1]; !strings.HasPrefix(e.Heard, "connection reset") || strings.Contains(e.Heard, "\x1b") {
		t.Errorf("evidence %q", e)
	}
}

// TestPanicInCheck: it is that check's unknown, with a stack in the log, and
// nobody else's business.
func TestPanicInCheck(t *testing.T) {
	h := newHome(t)
	got := findings(t, h, lan.Ask, check("before", lan.Look, always(lan.Pass)), check("bad", lan.Look, func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		if p.Device.Addresses[0] == cam {
			panic("a thing that nobody thought of")
		}
		return lan.Pass, nil
	}), check("after", lan.Look, always(lan.Fail)))
	if got["before"].Verdict != lan.Pass || got["bad"].Verdict != lan.Undecided || got["after"].Verdict != lan.Fail {
		t.Errorf("findings %+v", got)
	}
	if e := got["bad"].Evidence; len(e) != 1 || !strings.Contains(e[0].Heard, "the check itself failed") {
		t.Errorf("evidence %+v", e)
	}
	log := h.log.String()
	if strings.Count(log, "check panicked") != 1 || !strings.Contains(log, "judge_test.go") || !strings.Contains(log, "check=bad") {
		t.Errorf("log %s", log)
	}
}

// TestPanicInIdentification: a byte that breaks one service's identification
// leaves it open and unknown.
func TestPanicInIdentification(t *testing.T) {
	h := newHome(t)
	h.engine.open[cam] = []uint16{22, 80}
	h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
		if ep.Port != 80 {
			panic("index out of range")
		}
		return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: "http"}, nil
	}
	services := at(t, h.sweep(t, want(lan.Ask)), cam).Services
	if len(services) != 2 || services[0].Key() != "tcp/22" || services[0].Name != lan.Unknown || services[1].Name != "http" {
		t.Errorf("services %+v", services)
	}
	if log := h.log.String(); !strings.Contains(log, "identification panicked") || !strings.Contains(log, "judge_test.go") {
		t.Errorf("log %s", log)
	}
}

// TestChecksAreBounded: a check has 15 s, one that tries logins two minutes, and
// the sweep goes on after it.
func TestChecksAreBounded(t *testing.T) {
	for touch, limit := range map[lan.Touch]time.Duration{lan.Ask: maxCheck, lan.Login: maxLogin} {
		synctest.Test(t, func(t *testing.T) {
			h, _ := loginHome(t)
			delete(h.engine.open, pc)
			for i := range h.Checks {
				h.Checks[i].Touch, h.Checks[i].Applies = lan.Ask, h.Checks[0].Applies
			}
			h.Checks[0].Touch = touch
			h.Checks[0].Run = func(ctx context.Context, _ *probes.Pass) (lan.Verdict, error) {
				<-ctx.Done()
				return lan.Undecided, ctx.Err()
			}
			w := want(lan.Login)
			w.Consent = Yes
			start := time.Now()
			s := h.sweep(t, w)
			if took := time.Since(start); took != limit {
				t.Errorf("touch %s: it had %v, want %v", touch, took, limit)
			}
			if v, _ := verdictOf(t, s, cam); v != lan.Undecided || !slices.ContainsFunc(at(t, s, cam).Findings, func(f lan.Finding) bool { return f.Check == "other" && f.Verdict == lan.Pass }) {
				t.Errorf("findings %+v", at(t, s, cam).Findings)
			}
		})
	}
}
