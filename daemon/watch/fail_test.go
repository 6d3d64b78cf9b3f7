package watch

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/supervise"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestFailedSweepIsTriedAgain sooner than after a period, less and less often, and
// then as ever.
func TestFailedSweepIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		var works atomic.Bool
		h.work = func(context.Context, sweep.Talk) (lan.Sweep, error) {
			if works.Load() {
				return lan.Sweep{Started: time.Now(), Finished: time.Now()}, nil
			}
			return lan.Sweep{}, errors.New("there is no home network on this machine")
		}
		stop := h.run(t)
		time.Sleep(2 * time.Minute)
		if n := len(h.starts()); n != 2 {
			t.Errorf("%d tries in two minutes", n)
		}
		time.Sleep(4 * time.Hour)
		begun := h.starts()
		if n := len(begun); n < 8 || n > 11 {
			t.Errorf("%d tries in four hours", n)
		}
		for i := range begun[2:] {
			if gap := begun[i+2].Sub(begun[i+1]); gap < begun[i+1].Sub(begun[i])*8/10 || gap > 67*time.Minute {
				t.Errorf("try %d after %v", i+3, gap)
			}
		}
		works.Store(true)
		time.Sleep(4 * time.Hour)
		more := len(h.starts()) - len(begun)
		stop()
		if more < 3 || more > 5 {
			t.Errorf("%d sweeps in the four hours after", more)
		}
	})
}

// TestPanic: a sweep or an inspection that breaks off leaves nothing under way, the
// owner can ask for the next one, and it is not tried every minute.
func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.work = func(_ context.Context, talk sweep.Talk) (lan.Sweep, error) {
			talk.Progress(lan.Progress{Running: true, Phase: "ports"})
			panic("an index out of range")
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- supervise.Run(ctx, h.o.Log, supervise.Service{Name: "watch", Run: h.Run}) }()
		time.Sleep(10 * time.Second)
		if p := h.Progress(); p.Running || p.Message == "" {
			t.Errorf("progress %+v", p)
		}
		if err := h.Start(); err != nil {
			t.Error(err)
		}
		time.Sleep(6 * time.Hour)
		if n := len(h.starts()); n < 5 || n > 16 {
			t.Errorf("%d sweeps in six hours", n)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestFailedInspection is tried again, less and less often; the owner's wish and what
// was heard are not forgotten over it, nor over one that broke off.
func TestFailedInspection(t *testing.T) {
	for _, how := range []error{errors.New("no link"), errPanic} {
		synctest.Test(t, func(t *testing.T) {
			l := newLodge(t, lan.Ask)
			l.fail = how
			stop := l.live(t)
			defer stop()
			if err := l.Inspect("plug"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Minute)
			tries := len(l.seen())
			if tries < 3 || tries > 6 {
				t.Errorf("%v: %d tries in ten minutes", how, tries)
			}
			l.mu.Lock()
			l.fail = nil
			l.mu.Unlock()
			time.Sleep(17 * time.Minute)
			got := l.seen()
			if d, _ := l.by(plugMAC); d.Model != "looked at" || len(got) != tries+1 {
				t.Errorf("%v: %d tries more, and it is %+v", how, len(got)-tries, d)
			}
		})
	}
}

// TestLookNowHasRoom however many nobody asked for are waiting, comes before them, and
// what finds none is told.
func TestLookNowHasRoom(t *testing.T) {
	now := time.Now()
	l := newErrands()
	for i := range maxErrands {
		if !l.add(errand{id: string(rune('A' + i))}, now) {
			t.Fatal("there is no room")
		}
	}
	if l.add(errand{id: "more"}, now) || l.missed() != 1 {
		t.Errorf("there is room for one more, %d missed", l.missed())
	}
	for i := range maxErrands {
		if !l.add(errand{id: string(rune('a' + i)), asked: true}, now) {
			t.Fatalf("the owner's %d. is lost", i+1)
		}
	}
	if len(l.list) != maxErrands || l.add(errand{id: "one too many", asked: true}, now) {
		t.Errorf("%d are waiting", len(l.list))
	}
	l = newErrands()
	l.add(errand{id: "stranger"}, now)
	l.add(errand{id: "heard", heard: []lan.Sighting{{Source: "arp"}}}, now)
	l.add(errand{id: "heard", asked: true}, now)
	if got := l.take(now); len(got) != 2 || got[0].id != "heard" || len(got[0].heard) != 1 {
		t.Errorf("taken %+v", got)
	}
}

// TestStoppedSweep: it has not looked at everybody, whom it met or not.
func TestStoppedSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.work = func(ctx context.Context, _ sweep.Talk) (lan.Sweep, error) {
			s := lan.Sweep{Started: time.Now(), Touch: lan.Ask, Devices: family().Devices}
			<-ctx.Done()
			s.Finished = time.Now()
			return s, ctx.Err()
		}
		stop := l.live(t)
		defer stop()
		if err := l.Inspect("plug"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if err := l.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		l.Cancel()
		time.Sleep(10 * time.Second)
		if d, _ := l.by(plugMAC); d.Model != "looked at" {
			t.Errorf("the owner's wish is lost: %+v", d)
		}
	})
}
