package watch

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestClockBehind: while the clock shows a time before the last sweep, as a router's
// does until it has asked for the time, nothing is swept and dated; it is once the
// clock is right, and in any case after a period.
func TestClockBehind(t *testing.T) {
	for _, set := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			h.memory.latest = lan.Sweep{Started: time.Now().Add(-70 * time.Minute), Finished: time.Now().Add(-69 * time.Minute)}
			var ahead atomic.Int64
			ahead.Store(int64(-300 * 24 * time.Hour))
			h.o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())).Round(0) }
			var err error
			if h.Home, err = Open(h.o); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			stop := h.run(t)
			defer stop()
			time.Sleep(30 * time.Minute)
			if n := len(h.starts()); n != 0 {
				t.Fatalf("%d sweeps by a clock that is behind", n)
			}
			if set {
				ahead.Store(0)
			}
			time.Sleep(2 * time.Hour)
			begun := h.starts()
			if len(begun) == 0 {
				t.Fatal("nothing is swept any more")
			}
			if after := begun[0].Sub(start); set && after > 45*time.Minute || !set && after < time.Hour {
				t.Errorf("set %v: the first sweep after %v", set, after)
			}
		})
	}
}

// TestSeenIsNotUnseen: a sweep by a clock that was set back does not make it longer
// ago that a device was seen.
func TestSeenIsNotUnseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		seen := time.Now().Add(time.Hour)
		old := device("d-1")
		old.LastSeen = seen
		h.memory.latest = lan.Sweep{Devices: []lan.Device{old}}
		h.reopen(t)
		h.work = func(_ context.Context, talk sweep.Talk) (lan.Sweep, error) {
			d := device("d-1")
			d.LastSeen = time.Now()
			talk.Device(d)
			if got := h.Sweep().Devices[0].LastSeen; got.Before(seen) {
				t.Errorf("seen at %v, then at %v", seen, got)
			}
			return lan.Sweep{}, nil
		}
		h.once(t.Context())
	})
}
