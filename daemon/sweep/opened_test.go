package sweep

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestOpened: of a login that opened a device the owner's consent is told, for that
// service and no other, and before each try; what that does not allow is not charged.
func TestOpened(t *testing.T) {
	const login = "airlive-bu 1"
	synctest.Test(t, func(t *testing.T) {
		h, _ := loginHome(t)
		tried := map[string][]string{}
		h.Checks[0].Run = func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
			at := p.Device.Addresses[0]
			if !slices.Equal(p.Opened, map[bool][]string{true: {login}}[at == cam]) {
				t.Errorf("on %v: opened by %q", at, p.Opened)
			}
			for _, name := range []string{"airlive-bu 2", login} {
				_, _ = p.Try(ctx, probes.Try{Account: "admin", Login: name}, func(context.Context) (probes.Outcome, error) {
					tried[at.String()] = append(tried[at.String()], name)
					return probes.Rejected, nil
				})
			}
			return lan.Pass, nil
		}
		if _, err := h.Ledger.Try(t.Context(), lan.Device{Addresses: at(t, h.sweep(t, want(lan.Ask)), cam).Addresses},
			probes.Try{Account: "admin", Login: "tcp/80 " + login}, func(context.Context) (probes.Outcome, error) { return probes.Accepted, nil }); err != nil {
			t.Fatal(err)
		}
		w := want(lan.Login)
		w.Consent = func(_ context.Context, all []Request) Allowed {
			for _, a := range all {
				if a.Opened != (a.Device.Addresses[0] == cam) {
					t.Errorf("asked for %v: opened %v", a.Device.Addresses, a.Opened)
				}
			}
			return func(a Request) string { return map[bool]string{false: notAllowed}[a.Opened] }
		}
		made := h.Ledger.Made()
		h.sweep(t, w)
		if len(tried) != 1 || !slices.Equal(tried[cam.String()], []string{login}) || h.Ledger.Made() != made+1 {
			t.Errorf("tried %v, %d charged", tried, h.Ledger.Made()-made)
		}
	})
}
