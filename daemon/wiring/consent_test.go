package wiring_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestDaemonNeedsAGrant for each device, another for Telnet, and lets a device be
// for a week after a try unless the owner asks anew.
func TestDaemonNeedsAGrant(t *testing.T) {
	d, _ := mustStart(t, t.TempDir())
	page := sweep.Request{Device: lan.Device{ID: "cam"}, Service: lan.Service{Name: "http"}}
	shell := sweep.Request{Device: lan.Device{ID: "cam"}, Service: lan.Service{Name: "telnet"}}
	expect := func(when, onPage, onShell string) sweep.Allowed {
		t.Helper()
		allowed := d.Consent(t.Context(), []sweep.Request{page, shell})
		for what, why := range map[string]string{onPage: allowed(page), onShell: allowed(shell)} {
			if (what == "") != (why == "") || !strings.Contains(why, what) {
				t.Errorf("%s: %q, want %q", when, why, what)
			}
		}
		return allowed
	}
	grant := func(g lan.Grant) {
		t.Helper()
		if err := d.Home.SetGrant(g); err != nil {
			t.Fatal(err)
		}
	}
	const none, noShell, notYet = "not allowed it for this device", "not allowed Telnet and FTP", "less than a week ago"
	expect("without a word", none, none)
	grant(lan.Grant{Until: time.Now().Add(time.Hour)})
	expect("by a word on all", "", noShell)
	grant(lan.Grant{Device: "cam"})
	expect("but not on this", none, none)
	grant(lan.Grant{Device: "cam", Clear: true, Until: time.Now().Add(time.Hour)})
	allowed := expect("by a word on it", "", "")
	if _, err := d.Ledger().Try(t.Context(), page.Device, probes.Try{Account: "admin"}, func(context.Context) (probes.Outcome, error) {
		return probes.Rejected, nil
	}); err != nil {
		t.Fatal(err)
	}
	if why := allowed(page); why != "" {
		t.Errorf("within the same sweep: %q", why)
	}
	expect("in the next sweep", notYet, notYet)
	grant(lan.Grant{Device: "cam", Clear: true, Until: time.Now().Add(time.Hour)})
	allowed = expect("asked anew", "", "")
	grant(lan.Grant{Device: "cam"})
	if why := allowed(page); !strings.Contains(why, none) {
		t.Errorf("taken back in the middle of a sweep: %q", why)
	}
}

// TestOwnerIsToldOfDamage: decisions and tries may be missing.
func TestOwnerIsToldOfDamage(t *testing.T) {
	dir := t.TempDir()
	b := openBook(t, dir)
	if err := b.Append(journal.Damage, journal.Health{Damaged: 2}); err != nil {
		t.Fatal(err)
	}
	_ = b.Close()
	d, _ := mustStart(t, dir)
	_, err := d.Ledger().Try(t.Context(), lan.Device{ID: "x"}, probes.Try{}, func(context.Context) (probes.Outcome, error) {
		t.Error("tried")
		return probes.Rejected, nil
	})
	if err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("error %v", err)
	}
}
