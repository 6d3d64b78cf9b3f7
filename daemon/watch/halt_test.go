package watch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// less are the owner's words by which less is allowed.
var less = map[string]func(*Home) error{
	"do-not-probe": func(h *Home) error {
		return h.Decide(lan.Decision{Device: "plug", What: "do-not-probe", Value: "yes"})
	},
	"only listen": func(h *Home) error { return h.SetTouch(lan.Listen) },
}

// TestHaltsSweep: what is not allowed any more stops at once, and the sweep begins
// anew with what is; other words disturb nobody.
func TestHaltsSweep(t *testing.T) {
	for name, say := range less {
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			stop := h.run(t)
			defer stop()
			time.Sleep(10 * time.Second)
			if err := h.Decide(lan.Decision{Device: "plug", What: "name", Value: "x"}); err != nil || len(h.starts()) != 1 {
				t.Fatalf("a name: %v, %d sweeps", err, len(h.starts()))
			}
			if err := say(h.Home); err != nil {
				t.Fatal(err)
			}
			said := time.Now()
			synctest.Wait()
			begun := h.starts()
			if len(begun) != 2 || !begun[1].Equal(said) || h.touch > h.Touch() || name == "do-not-probe" && !h.skip["plug"] {
				t.Errorf("%s at %v: begun %v, touch %v, left alone %v", name, said, begun, h.touch, h.skip)
			}
			time.Sleep(10 * time.Minute)
			if n := len(h.starts()); n != 2 {
				t.Errorf("%s: %d sweeps", name, n)
			}
		})
	}
}

// TestCancelledStaysSo: a sweep that the owner cancelled does not begin anew over what is
// said while it winds down, nor one that was to begin anew and is cancelled then.
func TestCancelledStaysSo(t *testing.T) {
	for name, say := range less {
		for _, cancelFirst := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t)
				h.work = func(ctx context.Context, _ sweep.Talk) (lan.Sweep, error) {
					<-ctx.Done()
					time.Sleep(5 * time.Second) // it winds down
					return lan.Sweep{}, ctx.Err()
				}
				stop := h.run(t)
				defer stop()
				time.Sleep(10 * time.Second)
				if cancelFirst {
					h.Cancel()
				}
				if err := say(h.Home); err != nil {
					t.Fatal(err)
				}
				if !cancelFirst {
					h.Cancel()
				}
				time.Sleep(10 * time.Minute)
				if n := len(h.starts()); n != 1 || h.Progress().Running {
					t.Errorf("%s, cancelled before it %t: %d sweeps", name, cancelFirst, n)
				}
				if err := h.Start(); err != nil {
					t.Error(err)
				}
				synctest.Wait()
				decide(t, h, lan.Decision{Device: "bare", What: "do-not-probe", Value: "yes"})
				time.Sleep(10 * time.Second)
				if n := len(h.starts()); n != 3 {
					t.Errorf("%s: the next one does not begin anew: %d sweeps", name, n)
				}
			})
		}
	}
}

// TestHaltsInspection: it ends at once; who is still to be looked at is so again.
func TestHaltsInspection(t *testing.T) {
	for name, say := range less {
		synctest.Test(t, func(t *testing.T) {
			l := newLodge(t, lan.Ask)
			stop := l.live(t)
			defer stop()
			for _, id := range []string{"plug", "bare"} {
				if err := l.Inspect(id); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Second)
			said := time.Now()
			if err := say(l.Home); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			got := l.seen()
			if len(got) < 2 || !l.at[1].Equal(said) {
				t.Fatalf("%s at %v: visits %+v at %v", name, said, got, l.at)
			}
			last := got[len(got)-1]
			if last.Touch > l.Touch() || name == "do-not-probe" && (len(last.Only) != 1 || last.Only[0].ID != "bare") {
				t.Errorf("%s: looked at %+v", name, last)
			}
		})
	}
}

// TestHaltsQuestions whether somebody is here; the silence of who was asked counts for
// nothing.
func TestHaltsQuestions(t *testing.T) {
	for name, say := range less {
		synctest.Test(t, func(t *testing.T) {
			d := newDen(t, family())
			asked := 0
			d.Home.o.Confirm = func(ctx context.Context, _ lan.Device) bool { asked++; <-ctx.Done(); return false }
			began := time.Now()
			done := make(chan struct{})
			go func() { defer close(done); d.Home.confirm(t.Context(), []string{"plug"}) }()
			synctest.Wait()
			if err := say(d.Home); err != nil {
				t.Fatal(err)
			}
			<-done
			if took := time.Since(began); asked != 1 || took > 0 {
				t.Errorf("%s: asked %d times for %v", name, asked, took)
			}
		})
	}
}

// TestNothingSlipsThrough: a word that comes while a sweep begins is either known to it
// or stops it.
func TestNothingSlipsThrough(t *testing.T) {
	for range 60 {
		h := newHouse(t)
		stopped, skips := false, false
		h.work = func(ctx context.Context, _ sweep.Talk) (lan.Sweep, error) {
			h.mu.Lock()
			skips = h.skip["plug"]
			h.mu.Unlock()
			if !skips {
				select {
				case <-ctx.Done():
					stopped = true
				case <-time.After(10 * time.Second):
				}
			}
			return lan.Sweep{}, ctx.Err()
		}
		said := make(chan error)
		go func() { said <- less["do-not-probe"](h.Home) }()
		h.once(t.Context())
		if err := <-said; err != nil || !skips && !stopped {
			t.Fatalf("%v: left alone %v, stopped %v", err, skips, stopped)
		}
	}
}
