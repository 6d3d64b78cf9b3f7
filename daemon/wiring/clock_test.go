package wiring

import (
	"bytes"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestStartIn1970: a router without a battery begins each time in 1970, until the
// network tells it the time. What was kept is there before and after that, and so is
// what the owner says meanwhile.
func TestStartIn1970(t *testing.T) {
	right := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var clock atomic.Int64
	set := func(at time.Time) { clock.Store(at.UnixNano()) }
	defer func(before func() time.Time) { now = before }(now)
	now = func() time.Time { return time.Unix(0, clock.Load()).UTC() }
	dir := t.TempDir()
	open := func() (*Daemon, *bytes.Buffer) {
		t.Helper()
		c := config.Daemon()
		c.State, c.Listen = dir, "127.0.0.1:0"
		l, err := Listen(c)
		if err != nil {
			t.Fatal(err)
		}
		log := &bytes.Buffer{}
		d, err := NewDaemon(c, l, false, slog.New(slog.NewTextHandler(log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		return d, log
	}
	home := func(at time.Time, hosts ...byte) lan.Sweep {
		s := lan.Sweep{Number: lan.Schema, Started: at, Finished: at.Add(time.Second), Touch: lan.Listen}
		for _, h := range hosts {
			s.Devices = append(s.Devices, lan.Device{ID: "d-" + string('0'+h), Kind: "plug", Addresses: []netip.Addr{netip.AddrFrom4([4]byte{192, 168, 90, h})}})
		}
		return s
	}
	knows := func(when string, d *Daemon, devices, decisions int) {
		t.Helper()
		s, err := d.store.Latest()
		if err != nil || len(s.Devices) != devices || len(d.Home.Decisions()) != decisions {
			t.Errorf("%s: %d devices of %d, %d decisions of %d, %v", when, len(s.Devices), devices, len(d.Home.Decisions()), decisions, err)
		}
	}

	set(right)
	d, _ := open()
	if err := errors.Join(d.store.Commit(home(right, 1, 2)), d.Home.Decide(lan.Decision{Device: "d-1", What: "name", Value: "Hall"}), d.store.Snapshot(), d.Close()); err != nil {
		t.Fatal(err)
	}

	boot := time.Unix(20, 0).UTC()
	set(boot)
	d, log := open()
	knows("in 1970", d, 2, 1)
	if err := errors.Join(d.store.Commit(home(boot, 1, 3)), d.Home.Decide(lan.Decision{Device: "d-2", What: "name", Value: "Attic"}), d.tend()); err != nil {
		t.Error(err)
	}
	knows("met in 1970", d, 3, 2)
	set(right.Add(time.Hour))
	if err := errors.Join(d.tend(), d.store.Commit(home(right.Add(time.Hour), 1, 2, 3)), d.tend()); err != nil {
		t.Error(err)
	}
	knows("after the jump", d, 3, 2)
	if u := d.Upkeep(); u.FlashToday < 0 || u.FlashDay > u.FlashToday {
		t.Errorf("the day of 1970 counts: %+v", u)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	set(right.Add(2 * time.Hour))
	d, _ = open()
	knows("started anew", d, 3, 2)
	if s := d.Home.Sweep(); !s.Started.Equal(right.Add(time.Hour)) {
		t.Errorf("the last sweep was at %s", s.Started)
	}
	if err := d.Close(); err != nil || strings.Contains(log.String(), "level=ERROR") {
		t.Errorf("%v\n%s", err, log)
	}
}
