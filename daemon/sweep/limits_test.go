package sweep

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// pfSense is what a page says whose maker's lock comes after three.
var pfSense = lan.Heard{lan.HTTPTitle: "pfSense - Login", lan.HTTPStatus: "200", lan.HTTPForm: "login"}

// TestOneDoorKnowsOfAnothersLock: a device counts wrong passwords at whatever door,
// so that what is known of one of its services holds for the tries on all.
func TestOneDoorKnowsOfAnothersLock(t *testing.T) {
	for name, c := range map[string]struct {
		second lan.Heard
		tries  int
	}{"no lock is known": {nil, 4}, "the other door locks": {pfSense, 2}} {
		synctest.Test(t, func(t *testing.T) {
			h, _ := loginHome(t)
			h.engine.open = map[netip.Addr][]uint16{cam: {80, 8443}}
			first := h.Identify
			h.Identify = func(ctx context.Context, r probes.Reach, ep lan.Endpoint, n int, heard lan.Heard) (lan.Service, error) {
				s, err := first(ctx, r, ep, n, heard)
				if ep.Port == 8443 && c.second != nil {
					s.Heard = c.second.Clone()
				}
				return s, err
			}
			tried := 0
			login := check("login", lan.Login, func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
				for _, account := range []string{"a", "b", "c", "d", "e"} {
					_, err := p.Try(ctx, probes.Try{Account: account}, func(context.Context) (probes.Outcome, error) {
						tried++
						return probes.Rejected, nil
					})
					if errors.Is(err, probes.ErrBudget) {
						return lan.NotTested, nil
					}
				}
				return lan.Pass, nil
			})
			login.Applies = func(_ lan.Device, s lan.Service) bool { return s.Port == 80 }
			h.Checks = []probes.Check{login}
			w := want(lan.Login)
			w.Consent = Yes
			h.sweep(t, w)
			if tried != c.tries {
				t.Errorf("%s: %d wrong passwords, want %d", name, tried, c.tries)
			}
		})
	}
}

// TestSlowDeviceDoesNotHoldUp a home: after some minutes nothing more is begun on it,
// and the findings say so.
func TestSlowDeviceDoesNotHoldUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, _ := loginHome(t)
		var many []uint16
		for port := range uint16(40) {
			many = append(many, 8000+port)
		}
		h.engine.open = map[netip.Addr][]uint16{cam: many}
		first := h.Identify
		h.Identify = func(ctx context.Context, r probes.Reach, ep lan.Endpoint, n int, heard lan.Heard) (lan.Service, error) {
			s, err := first(ctx, r, ep, n, heard)
			s.Heard = bu2015.Clone()
			return s, err
		}
		login := check("login", lan.Login, func(ctx context.Context, _ *probes.Pass) (lan.Verdict, error) {
			<-ctx.Done() // a drip
			return lan.Undecided, ctx.Err()
		})
		login.Applies = func(_ lan.Device, s lan.Service) bool { return s.Port != 0 }
		h.Checks = []probes.Check{login}
		w := want(lan.Login)
		w.Consent = Yes
		s := h.sweep(t, w)
		if took := s.Finished.Sub(s.Started); took > 10*time.Minute {
			t.Errorf("one device held up the home for %v", took)
		}
		late := 0
		for _, f := range at(t, s, cam).Findings {
			if f.Verdict == lan.NotTested && strings.Contains(f.Evidence[0].Heard, "took too long") {
				late++
			}
		}
		if late < 30 {
			t.Errorf("%d of 40 findings say why they were not tried", late)
		}
	})
}
