package watch

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes/lan"
)

func allow(t *testing.T, h *house, list ...lan.Grant) {
	t.Helper()
	for _, g := range list {
		g.By = "a browser at 192.168.1.7"
		if err := h.SetGrant(g); err != nil {
			t.Fatal(err)
		}
	}
}

// in is a grant for device that holds for the time given.
func in(device string, long time.Duration, clear bool) lan.Grant {
	return lan.Grant{Device: device, Clear: clear, Until: time.Now().Add(long)}
}

// may is what the owner allows on device: nothing, logins, or also Telnet and FTP.
func may(h *house, device string) string {
	switch {
	case !h.Grant(device, true).At.IsZero():
		return "all"
	case !h.Grant(device, false).At.IsZero():
		return "some"
	}
	return "none"
}

// TestGrants: nothing without a word; the word on one device goes before that on
// all, each holds for its time and over a restart, and can be taken back.
func TestGrants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		expect := func(when string, want map[string]string) {
			t.Helper()
			for range 2 {
				for device, what := range want {
					if got := may(h, device); got != what {
						t.Errorf("%s: %s on %s, want %s", when, got, device, what)
					}
				}
				h.reopen(t)
			}
		}
		expect("at first", map[string]string{"a": "none", "": "none"})
		if h.Granted() {
			t.Error("something is granted at first")
		}
		allow(t, h, in("a", 48*time.Hour, true))
		expect("one", map[string]string{"a": "all", "b": "none"})
		allow(t, h, in("", lan.GrantTime, false), lan.Grant{Device: "c"})
		expect("all but one", map[string]string{"a": "all", "b": "some", "c": "none"})
		allow(t, h, in("", lan.GrantTime, true), in("b", time.Hour, false))
		expect("the narrower word", map[string]string{"b": "some", "c": "none", "d": "all"})
		time.Sleep(72 * time.Hour)
		expect("its time is over", map[string]string{"a": "all", "b": "all", "c": "none"})
		allow(t, h, lan.Grant{})
		expect("taken back", map[string]string{"a": "none", "b": "none"})
		allow(t, h, in("c", lan.GrantTime, false))
		time.Sleep(lan.GrantTime - time.Second)
		expect("nearly over", map[string]string{"c": "some"})
		time.Sleep(time.Second)
		expect("over", map[string]string{"c": "none"})
		if h.Granted() {
			t.Error("something is granted for ever")
		}
		for _, g := range h.Grants() {
			if g.By == "" || g.At.IsZero() {
				t.Errorf("who gave %+v is not kept", g)
			}
		}
	})
}

// TestGrantRefused: a word without an end, or that cannot be kept, allows nothing;
// one that takes back holds even so.
func TestGrantRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		for _, long := range []time.Duration{lan.MaxGrantTime + time.Minute, -time.Minute} {
			if err := h.SetGrant(in("", long, false)); err == nil || h.Granted() {
				t.Errorf("a grant for %v: %v", long, err)
			}
		}
		h.journal.full = true
		if err := h.SetGrant(in("a", time.Hour, false)); err == nil || !strings.Contains(err.Error(), "no space left") || may(h, "a") != "none" {
			t.Errorf("%v, %s", err, may(h, "a"))
		}
		h.journal.full = false
		allow(t, h, in("a", time.Hour, false))
		h.journal.full = true
		if err := h.SetGrant(lan.Grant{Device: "a"}); err == nil || may(h, "a") != "none" {
			t.Errorf("taken back: %v, %s", err, may(h, "a"))
		}
	})
}

// TestTouchIsAskAtMost, whatever the settings file and the journal say.
func TestTouchIsAskAtMost(t *testing.T) {
	h := newHouse(t)
	if err := h.journal.Append(touchKind, lan.Login); err != nil {
		t.Fatal(err)
	}
	h.reopen(t)
	if h.Touch() != lan.Ask || h.Granted() {
		t.Errorf("touch %v, granted %v", h.Touch(), h.Granted())
	}
}

// TestGrantOfMerged: what was said of a device that is one with another is said of
// that other.
func TestGrantOfMerged(t *testing.T) {
	h := newHouse(t)
	h.memory.latest = lan.Sweep{Devices: []lan.Device{device("a"), device("b")}}
	h.reopen(t)
	allow(t, h, lan.Grant{Device: "b"}, in("", time.Hour, true))
	decide(t, h, lan.Decision{Device: "a", What: "merge", Value: "b"})
	if got := may(h, "a"); got != "none" {
		t.Errorf("a device that is one with another that is not allowed: %s", got)
	}
}

// TestLeftAloneIsNotGranted: who says on the dashboard, in the middle of a sweep,
// that a device is to be left alone, ends the tries on it.
func TestLeftAloneIsNotGranted(t *testing.T) {
	h := newHouse(t)
	h.memory.latest = lan.Sweep{Devices: []lan.Device{device("a"), device("b")}}
	h.reopen(t)
	allow(t, h, in("a", time.Hour, true), in("", time.Hour, true))
	decide(t, h, lan.Decision{Device: "a", What: "do-not-probe", Value: "yes"})
	if may(h, "a") != "none" || may(h, "b") != "all" {
		t.Errorf("a %s, b %s", may(h, "a"), may(h, "b"))
	}
	decide(t, h, lan.Decision{Device: "a", What: "do-not-probe"})
	if may(h, "a") != "all" {
		t.Errorf("asked again: %s", may(h, "a"))
	}
}

// TestGrantsAfterDamage: what is lost of the journal may be the word that took a grant
// back, so that none from before holds; one from after does.
func TestGrantsAfterDamage(t *testing.T) {
	h := newHouse(t)
	allow(t, h, in("", time.Hour, true), in("a", time.Hour, true), lan.Grant{Device: "b"})
	damage := func() {
		if err := h.journal.Append(journal.Damage, journal.Health{Damaged: 1}); err != nil {
			t.Fatal(err)
		}
	}
	damage()
	for range 2 {
		if h.reopen(t); may(h, "a") != "none" || may(h, "c") != "none" || h.Granted() {
			t.Errorf("after damage: a %s, c %s", may(h, "a"), may(h, "c"))
		}
	}
	allow(t, h, in("", time.Hour, false))
	for range 2 {
		if h.reopen(t); may(h, "c") != "some" || may(h, "b") != "none" {
			t.Errorf("allowed anew: c %s, b %s", may(h, "c"), may(h, "b"))
		}
	}
	damage()
	h.journal.full = true
	if h.reopen(t); h.Granted() {
		t.Error("damaged once more: something is granted")
	}
}
