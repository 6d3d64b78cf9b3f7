package wiring_test

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestAskedOnceMore: what is known to open a device may be tried again as soon as its
// owner asks for a look at it, nothing else may; and where the budget has no room he is
// told from when on it has.
func TestAskedOnceMore(t *testing.T) {
	web := lan.Service{Address: netip.MustParseAddr("192.0.2.9"), Transport: lan.TCP, Port: 80, Name: "http"}
	cam := lan.Device{ID: "cam", Addresses: []netip.Addr{web.Address}, Services: []lan.Service{web}, Findings: []lan.Finding{
		{Check: "default-login", Verdict: lan.Fail, Severity: lan.ActNow, Service: web.Key(), Title: "The factory password opens it"},
	}}
	dir := t.TempDir()
	d, _ := mustStart(t, dir)
	again := func() {
		t.Helper()
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		d, _ = mustStart(t, dir)
	}
	if err := errors.Join(d.Home.SetTouch(lan.Ask), d.Remember(lan.Sweep{
		Started: time.Now(), Finished: time.Now(), Touch: lan.Ask, Devices: []lan.Device{cam, {ID: "other"}},
	})); err != nil {
		t.Fatal(err)
	}
	again()
	spared := func(when string, words ...string) {
		t.Helper()
		got := d.Spared("cam")
		for _, w := range words {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q lacks %q", when, got, w)
			}
		}
		if len(words) == 0 && got != "" || d.Spared("other")+d.Spared("nobody") != "" {
			t.Errorf("%s: %q", when, got)
		}
	}
	spared("without a word", "problem stays on your list", "not allowed it for this device")
	if err := d.Home.SetGrant(lan.Grant{Until: time.Now().Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	spared("allowed")
	tries := 0
	tried := func(login, outcome string) {
		t.Helper()
		tries++
		if err := errors.Join(d.Append(ledger.Kind, map[string]any{"seq": tries, "device": []string{"cam"}, "account": "admin", "at": time.Now()}),
			d.Append(ledger.Kind, map[string]any{"seq": tries, "device": []string{"cam"}, "account": "admin", "login": login, "outcome": outcome, "at": time.Now()})); err != nil {
			t.Fatal(err)
		}
	}
	tried(web.Key()+" acme 1", "accepted")
	tried("", "rejected")
	again()
	spared("it opened")

	all := sweep.Request{Device: cam, Service: web}
	known := all
	known.Opened = true
	for name, c := range map[string]struct {
		allowed sweep.Allowed
		want    bool
	}{
		"by itself":        {d.Consent(t.Context(), []sweep.Request{known}), false},
		"another is asked": {d.ConsentAsked(t.Context(), "other", []sweep.Request{known}), false},
		"asked":            {d.ConsentAsked(t.Context(), "cam", []sweep.Request{known}), true},
	} {
		if got := c.allowed(known) == ""; got != c.want || c.allowed(all) == "" {
			t.Errorf("%s: what opened it is allowed: %v; the others: %q", name, got, c.allowed(all))
		}
	}

	tried(web.Key()+" acme 1", "accepted")
	tried("", "rejected")
	again()
	spared("tried twice", "2 wrong passwords on account \"admin\" in the last 24 h", "It can be tried from")
	if got := d.Spared("cam"); !regexp.MustCompile(`from \d\d:\d\d on \d+ [A-Z][a-z]+ on\.$`).MatchString(got) {
		t.Errorf("no day in %q", got)
	}
}
