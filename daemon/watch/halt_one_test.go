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

// TestLeavesOthers: that one device is to be left alone ends no inspection of another,
// on which a login may be under way; one that has its address ends.
func TestLeavesOthers(t *testing.T) {
	for name, c := range map[string]struct {
		at   byte // where the one that is to be left alone is too; 0 nowhere else
		cuts bool
	}{"of another": {0, false}, "at its address": {9, true}} {
		synctest.Test(t, func(t *testing.T) {
			l := newLodge(t, lan.Ask)
			if c.at != 0 {
				for i := range l.memory.latest.Devices {
					if d := &l.memory.latest.Devices[i]; d.ID == "bare" || d.ID == "router" {
						d.Addresses = append(d.Addresses, at4(c.at))
					}
				}
				l.reopen(t, lan.Ask)
			}
			var cut atomic.Bool
			visit := l.Home.o.Visitor
			l.Home.o.Visitor = func(ctx context.Context, v Visit, talk sweep.Talk) (lan.Sweep, error) {
				s, err := visit(ctx, v, talk)
				if err != nil {
					cut.Store(true)
				}
				return s, err
			}
			stop := l.live(t)
			defer stop()
			if err := l.Inspect("bare"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if err := l.Decide(lan.Decision{Device: "router", What: "do-not-probe", Value: "yes"}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			if got := l.seen(); cut.Load() != c.cuts || !c.cuts && len(got) != 1 || !got[0].Asked["bare"] {
				t.Errorf("%s: cut off %v, visits %+v", name, cut.Load(), got)
			}
		})
	}
}

// TestGoesOnAsking the others whether they are here.
func TestGoesOnAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDen(t, family())
		d.Home.o.Confirm = func(ctx context.Context, _ lan.Device) bool { <-ctx.Done(); return false }
		began, done := time.Now(), make(chan struct{})
		go func() { defer close(done); d.Home.confirm(t.Context(), []string{"bare"}) }()
		synctest.Wait()
		if err := less["do-not-probe"](d.Home); err != nil {
			t.Fatal(err)
		}
		<-done
		if took := time.Since(began); took != askWithin {
			t.Errorf("asked for %v", took)
		}
	})
}
