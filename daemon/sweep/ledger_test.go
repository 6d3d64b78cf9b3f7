package sweep

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// paper is a journal in memory that can be full.
type paper struct {
	lines []json.RawMessage
	full  bool
}

func (p *paper) Append(_ string, value any) error {
	if p.full {
		return errors.New("no space left on device")
	}
	raw, err := json.Marshal(value)
	p.lines = append(p.lines, raw)
	return err
}

func (p *paper) Replay(_ string, each func(time.Time, json.RawMessage) error) error {
	for _, l := range p.lines {
		if err := each(time.Time{}, l); err != nil {
			return err
		}
	}
	return nil
}

var camera = lan.Device{MACs: []lan.MAC{{0, 1, 2, 3, 4, 5}}, Addresses: []netip.Addr{netip.MustParseAddr("192.168.1.20")}}

func open(t *testing.T, p *paper) *Ledger {
	t.Helper()
	l, err := OpenLedger(p, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// tryOn makes one try and says whether it was granted.
func tryOn(t *testing.T, l *Ledger, d lan.Device, account string, outcome probes.Outcome) bool {
	t.Helper()
	granted := false
	_, err := l.Try(t.Context(), d, probes.Try{Account: account}, func(context.Context) (probes.Outcome, error) {
		granted = true
		return outcome, nil
	})
	if granted == errors.Is(err, probes.ErrBudget) {
		t.Errorf("granted %v, error %v", granted, err)
	}
	return granted
}

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &paper{}
		l := open(t, p)
		for i, want := range []bool{true, true, false} {
			if got := tryOn(t, l, camera, "admin", probes.Rejected); got != want {
				t.Errorf("try %d on admin: %v", i+1, got)
			}
		}
		l = open(t, p) // the daemon was restarted
		if tryOn(t, l, camera, "admin", probes.Rejected) {
			t.Error("a restart gave the account a new budget")
		}
		for i, want := range []bool{true, true, false} {
			if got := tryOn(t, l, camera, fmt.Sprint("user", i), probes.Unclear); got != want {
				t.Errorf("account %d of the device: %v", i+2, got)
			}
		}
		elsewhere := lan.Device{MACs: []lan.MAC{{9}}, Addresses: camera.Addresses}
		if !tryOn(t, l, elsewhere, "admin", probes.Rejected) {
			t.Error("one device's budget was charged to another")
		}
		time.Sleep(24 * time.Hour)
		if !tryOn(t, l, camera, "admin", probes.Rejected) {
			t.Error("the budget did not come back after a day")
		}
	})
}

func TestTriesOnOneAccountAreApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{})
		start := time.Now()
		tryOn(t, l, camera, "admin", probes.Rejected)
		tryOn(t, l, camera, "root", probes.Rejected)
		if d := time.Since(start); d != 0 {
			t.Errorf("another account waited %v", d)
		}
		tryOn(t, l, camera, "admin", probes.Rejected)
		if d := time.Since(start); d < tryPause {
			t.Errorf("the second try on an account came after %v", d)
		}
	})
}

func TestStopsAtSuccessAndAtLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := open(t, &paper{})
		tryOn(t, l, camera, "admin", probes.Accepted)
		if tryOn(t, l, camera, "root", probes.Rejected) {
			t.Error("went on after a success")
		}
		start, controlled := time.Now(), false
		_, err := l.Try(t.Context(), camera, probes.Try{Account: "admin", Control: true}, func(context.Context) (probes.Outcome, error) {
			controlled = true
			return probes.Rejected, nil
		})
		if !controlled || err != nil || time.Since(start) > 0 {
			t.Errorf("the negative control: %v, %v", controlled, err)
		}
		other := lan.Device{MACs: []lan.MAC{{7}}}
		tryOn(t, l, other, "admin", probes.Locked)
		time.Sleep(23 * time.Hour)
		if tryOn(t, l, other, "root", probes.Rejected) {
			t.Error("went on after a sign of locking")
		}
	})
}

func TestSpentBeforeItIsMade(t *testing.T) {
	p := &paper{}
	l := open(t, p)
	_, _ = l.Try(t.Context(), camera, probes.Try{Account: "admin"}, func(context.Context) (probes.Outcome, error) {
		if len(p.lines) != 1 {
			t.Errorf("%d lines were on the disk before the try", len(p.lines))
		}
		return probes.Rejected, nil
	})
	// Power is cut during a try: its outcome is never written.
	p.lines = p.lines[:1]
	if err := open(t, p).mustWait(camera, "admin"); err != nil {
		t.Error(err)
	}
	p.full = true
	if tryOn(t, l, lan.Device{MACs: []lan.MAC{{8}}}, "admin", probes.Rejected) {
		t.Error("tried although the disk was full")
	}
}

// mustWait says whether a try on account would have to wait for the pause,
// which it does if an earlier one counts.
func (l *Ledger) mustWait(d lan.Device, account string) error {
	wait, err := l.judge(keys(d), probes.Try{Account: account}, time.Now())
	if err != nil || wait <= 0 {
		return fmt.Errorf("the earlier try does not count: wait %v, %w", wait, err)
	}
	return nil
}

func TestClockJumpsBack(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	p := &paper{}
	l, _ := OpenLedger(p, func() time.Time { return now })
	for range wrongAccount {
		entry, err := l.grantNow(camera, "admin")
		if err != nil {
			t.Fatal(err)
		}
		_ = entry
		now = now.Add(tryPause)
	}
	now = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	l, _ = OpenLedger(p, func() time.Time { return now })
	if _, err := l.grantNow(camera, "admin"); !errors.Is(err, probes.ErrBudget) {
		t.Errorf("a clock at 1970 gave a new budget: %v", err)
	}
}

func (l *Ledger) grantNow(d lan.Device, account string) (try, error) {
	entry, wait, err := l.spend(keys(d), probes.Try{Account: account})
	if err == nil && wait > 0 {
		err = errors.New("would have to wait")
	}
	return entry, err
}
