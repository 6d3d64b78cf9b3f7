package watch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestAnew: a change of the router is swept for a quarter of an hour after the last
// sweep, once however often it is told, and not in quiet hours.
func TestAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.o.Every = 6 * time.Hour
		h.memory.latest.Started, h.memory.latest.Finished = time.Now().Add(-time.Minute), time.Now().Add(-time.Minute)
		var err error
		if h.Home, err = Open(h.o); err != nil {
			t.Fatal(err)
		}
		stop := h.run(t)
		defer stop()
		h.Anew()
		time.Sleep(anew - 2*time.Minute)
		if n := len(h.starts()); n != 0 {
			t.Fatalf("%d sweeps at once", n)
		}
		for range 5 {
			h.Anew()
		}
		time.Sleep(2 * time.Minute)
		if n := len(h.starts()); n != 1 {
			t.Fatalf("%d sweeps for what changed", n)
		}
		if err := h.SetSchedule(lan.Schedule{Hours: 6}); err != nil { // which plans anew
			t.Fatal(err)
		}
		time.Sleep(5 * time.Hour)
		if n := len(h.starts()); n != 1 {
			t.Fatalf("%d sweeps for what changed before", n)
		}
		h.Anew()
		time.Sleep(spread + time.Minute)
		if n := len(h.starts()); n != 2 {
			t.Fatalf("%d sweeps after another change, long after the last", n)
		}
		hour := func(d time.Duration) string { return time.Now().Add(d).Format("15:04") }
		if err := h.SetSchedule(lan.Schedule{Hours: 6, Quiet: lan.Hours{From: hour(-time.Hour), To: hour(3 * time.Hour)}}); err != nil {
			t.Fatal(err)
		}
		h.Anew()
		time.Sleep(2 * time.Hour)
		if n := len(h.starts()); n != 2 {
			t.Error("a sweep began in quiet hours")
		}
		time.Sleep(2 * time.Hour)
		if n := len(h.starts()); n != 3 {
			t.Errorf("%d sweeps after the quiet hours", n)
		}
	})
}

// TestRelink: links are looked for at once, not at the end of a minute.
func TestRelink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		names := make(chan string, 1)
		h.o.Links = func() ([]lan.Link, error) {
			select {
			case name := <-names:
				return []lan.Link{{Name: name}}, nil
			default:
				return nil, context.DeadlineExceeded
			}
		}
		ear := &told{on: make(chan string, 1)}
		h.o.Sources = []probes.Source{ear}
		var err error
		if h.Home, err = Open(h.o); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- h.Listen(ctx) }()
		synctest.Wait()
		names <- "br-new"
		began := time.Now()
		h.Relink()
		if got := <-ear.on; got != "br-new" || time.Since(began) > 0 {
			t.Errorf("listens on %s after %v", got, time.Since(began))
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// told is a source that tells where it listens.
type told struct{ on chan string }

func (s *told) Name() string { return "told" }
func (s *told) Discover(ctx context.Context, l lan.Link, _ func(lan.Sighting)) error {
	select {
	case s.on <- l.Name:
	default:
	}
	<-ctx.Done()
	return nil
}
