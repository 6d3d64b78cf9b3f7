package sweep

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// bu2015 is what a page says whose maker documents a factory login.
var bu2015 = lan.Heard{lan.HTTPRealm: "BU-2015", lan.HTTPAuth: "basic", lan.HTTPStatus: "401"}

// loginHome is a household of which the camera and the PC have a page whose maker
// documents a factory login, and whose check tries it once and is refused.
func loginHome(t *testing.T) (h *home, tried *[]string) {
	h, tried = newHome(t), new([]string)
	h.engine.open = map[netip.Addr][]uint16{cam: {80}, pc: {80, 8080}, plug: {80}}
	h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
		s := lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: "http", Heard: lan.Heard{}}
		if ep.Transport == lan.UDP {
			return s, errors.New("no answer")
		}
		if ep.Addr != plug && ep.Port == 80 {
			s.Heard = bu2015.Clone()
		}
		return s, nil
	}
	var mu sync.Mutex
	login := check("login", lan.Login, func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		_, err := p.Try(ctx, probes.Try{Account: "admin"}, func(context.Context) (probes.Outcome, error) {
			mu.Lock()
			defer mu.Unlock()
			*tried = append(*tried, p.Device.Addresses[0].String())
			return probes.Rejected, nil
		})
		if errors.Is(err, probes.ErrBudget) {
			p.Saw("tried nothing", err.Error())
			return lan.NotTested, nil
		}
		return lan.Pass, err
	})
	login.Applies = func(_ lan.Device, s lan.Service) bool { return s.Port != 0 }
	h.Checks = []probes.Check{login, check("other", lan.Ask, always(lan.Pass))}
	h.Ledger = open(t, &paper{})
	return h, tried
}

// verdictOf is what became of the check "login" on addr.
func verdictOf(t *testing.T, s lan.Sweep, addr netip.Addr) (v lan.Verdict, words string) {
	t.Helper()
	n := 0
	for _, f := range at(t, s, addr).Findings {
		if f.Check == "login" {
			v, n = f.Verdict, n+1
			for _, e := range f.Evidence {
				words += e.Said + " / " + e.Heard
			}
		}
	}
	if n != 1 {
		t.Fatalf("%d findings on %s", n, addr)
	}
	return v, words
}

// TestConsentIsAskedOnce, about everything and when all else is done; and nothing
// is tried but what was allowed.
func TestConsentIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, tried := loginHome(t)
		w := want(lan.Login)
		asked := 0
		w.Consent = func(_ context.Context, all []Request) Allowed {
			asked++
			if len(all) != 2 || len(*tried) != 0 {
				t.Errorf("asked for %d, after %d tries", len(all), len(*tried))
			}
			for _, a := range all {
				if a.Service.Port != 80 || len(a.Logins) != 1 || a.Logins[0].Record != "airlive-bu" || a.Logins[0].Account != "admin" || a.Clear() {
					t.Errorf("asked for %+v", a)
				}
				if len(a.Device.Findings) == 0 || a.Device.Findings[0].Check != "other" {
					t.Errorf("asked before the other checks of %v were done", a.Device.Addresses)
				}
			}
			return func(a Request) string {
				return map[bool]string{false: notAllowed}[a.Device.Addresses[0] == pc]
			}
		}
		var told []string
		s, err := Run(t.Context(), h.Parts, w, Talk{Device: func(d lan.Device) { told = append(told, d.Addresses[0].String()) }})
		if err != nil || asked != 1 {
			t.Fatalf("asked %d times: %v", asked, err)
		}
		if v, _ := verdictOf(t, s, pc); v != lan.Pass || len(*tried) != 1 || (*tried)[0] != pc.String() || s.Cost.LoginTries != 1 {
			t.Errorf("what was allowed: %v, tried %v", v, *tried)
		}
		v, words := verdictOf(t, s, cam)
		if v != lan.NotTested || !strings.Contains(words, `airlive-bu, account "admin"`) || !strings.Contains(words, notAllowed) || strings.Contains(words, "airlive/") {
			t.Errorf("what was not allowed: %v, %q", v, words)
		}
		for _, f := range at(t, s, plug).Findings {
			if f.Check == "login" {
				t.Errorf("a device with nothing to try has %+v", f)
			}
		}
		if len(told) != 4+2 {
			t.Errorf("told of %v, want four devices and two of them once more", told)
		}
	})
}

// TestNoLoginWithout consent, ledger, or time; nor on whom the owner wants left
// alone. The finding says why.
func TestNoLoginWithout(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*home, *Want)
		why    string
	}{
		"consent": {func(_ *home, w *Want) { w.Consent = nil }, notAllowed},
		"ledger":  {func(h *home, _ *Want) { h.Ledger = nil }, noLedger},
		"touch":   {func(_ *home, w *Want) { w.Touch = lan.Ask }, notAllowed},
		"a consent that lasts": {func(_ *home, w *Want) {
			w.Consent = func(context.Context, []Request) Allowed {
				left := 1
				return func(Request) string { left--; return map[bool]string{true: "The owner took it back."}[left < 0] }
			}
		}, "The owner took it back."},
	} {
		synctest.Test(t, func(t *testing.T) {
			h, tried := loginHome(t)
			h.engine.open[pc] = nil
			w := want(lan.Login)
			w.Consent = Yes
			c.change(h, &w)
			s := h.sweep(t, w)
			if v, words := verdictOf(t, s, cam); v != lan.NotTested || !strings.Contains(words, c.why) || len(*tried) != 0 {
				t.Errorf("without %s: %v, %q, tried %v", name, v, words, *tried)
			}
		})
	}
}

// TestLeftAloneIsNotAsked: who is skipped is no part of the question, and where
// nothing is left there is none.
func TestLeftAloneIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, tried := loginHome(t)
		w := want(lan.Login)
		first := h.sweep(t, want(lan.Ask))
		w.Skip = map[string]bool{at(t, first, pc).ID: true, at(t, first, cam).ID: true}
		w.Consent = func(_ context.Context, all []Request) Allowed {
			t.Errorf("asked for %+v", all)
			return nil
		}
		h.sweep(t, w)
		if len(*tried) != 0 {
			t.Errorf("tried %v", *tried)
		}
	})
}

// TestStoppedBeforeTheQuestion: each login has a finding that says so, so that an
// earlier one stands.
func TestStoppedBeforeTheQuestion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, tried := loginHome(t)
		ctx, cancel := context.WithCancel(t.Context())
		w := want(lan.Login)
		w.Consent = func(context.Context, []Request) Allowed {
			cancel()
			return Yes(ctx, nil)
		}
		s, err := Run(ctx, h.Parts, w, Talk{})
		if !errors.Is(err, context.Canceled) || len(*tried) != 0 {
			t.Errorf("%v, tried %v", err, *tried)
		}
		if v, words := verdictOf(t, s, cam); v != lan.NotTested || !strings.Contains(words, cutShort) {
			t.Errorf("%v, %q", v, words)
		}
	})
}

// TestLaterLoginCheckSeesEarlier: what one found, the next one reads.
func TestLaterLoginCheckSeesEarlier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := loginHome(t)
		second := check("second", lan.Login, always(lan.Fail))
		second.Applies = func(d lan.Device, s lan.Service) bool {
			return slices.ContainsFunc(d.Findings, func(f lan.Finding) bool { return f.Check == "login" && f.Service == s.Key() })
		}
		h.Checks = append(h.Checks, second)
		w := want(lan.Login)
		w.Consent = Yes
		list := at(t, h.sweep(t, w), cam).Findings
		if !slices.ContainsFunc(list, func(f lan.Finding) bool { return f.Check == "second" && f.Verdict == lan.Fail }) {
			t.Errorf("findings %+v", list)
		}
	})
}

func TestClear(t *testing.T) {
	for name, clear := range map[string]bool{"telnet": true, "ftp": true, "http": false, "ssh": false, "ftps": false} {
		if got := (Request{Service: lan.Service{Name: name}}).Clear(); got != clear {
			t.Errorf("%s: %v", name, got)
		}
	}
}
