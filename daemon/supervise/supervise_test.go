package supervise

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

var quiet = slog.New(slog.DiscardHandler)

// untilDone works until it is told to stop.
func untilDone(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func TestBackoff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var starts []time.Duration
		begin := time.Now()
		runs := []time.Duration{0, 0, 0, 0, 0, 0, 0, 0, 6 * time.Minute, 0}
		err := Run(ctx, quiet, Service{"flaky", func(ctx context.Context) error {
			starts = append(starts, time.Since(begin))
			if len(starts) > len(runs) {
				cancel()
				return untilDone(ctx)
			}
			time.Sleep(runs[len(starts)-1])
			return errors.New("broken")
		}})
		if err != nil {
			t.Error(err)
		}
		var pauses []time.Duration
		for i := range len(starts) - 1 {
			pauses = append(pauses, (starts[i+1]-starts[i]-runs[i])/time.Second)
		}
		if want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 1, 2}; !slices.Equal(pauses, want) {
			t.Errorf("pauses of %d seconds, want %d", pauses, want)
		}
	})
}

func TestPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var log bytes.Buffer
		runs, others := 0, 0
		err := Run(ctx, slog.New(slog.NewTextHandler(&log, nil)),
			Service{"steady", func(ctx context.Context) error { others++; return untilDone(ctx) }},
			Service{"watch", func(ctx context.Context) error {
				if runs++; runs == 1 {
					panic("something nobody thought of")
				}
				cancel()
				return nil
			}})
		if err != nil || runs != 2 || others != 1 {
			t.Errorf("%v, %d runs, %d of the other", err, runs, others)
		}
		for _, want := range []string{"service=watch", "nobody thought of", "supervise_test.go"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %q:\n%s", want, &log)
			}
		}
	})
}

func TestStopsInReverse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var order []string
		service := func(name string) Service {
			return Service{name, func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(time.Second)
				order = append(order, name) // the stop of each waits for the one before
				return ctx.Err()
			}}
		}
		time.AfterFunc(time.Hour, cancel)
		if err := Run(ctx, quiet, service("store"), service("watch"), service("dashboard")); err != nil {
			t.Error(err)
		}
		if want := []string{"dashboard", "watch", "store"}; !slices.Equal(order, want) {
			t.Errorf("stopped %q, want %q", order, want)
		}
	})
}

func TestStopIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		release, stopped := make(chan struct{}), false
		time.AfterFunc(time.Minute, cancel)
		began := time.Now()
		err := Run(ctx, quiet,
			Service{"store", func(ctx context.Context) error {
				<-ctx.Done()
				time.Sleep(time.Second) // it still has its own time
				stopped = true
				return nil
			}},
			Service{"stuck", func(context.Context) error { <-release; return nil }})
		if err == nil || !strings.Contains(err.Error(), `["stuck"]`) {
			t.Errorf("error %v does not name the service", err)
		}
		if took := time.Since(began) - time.Minute; took != StopWithin+time.Second {
			t.Errorf("stopping took %s", took)
		}
		if !stopped {
			t.Error("the other service was not stopped")
		}
		close(release)
	})
}

func TestPermanent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("address in use")
		stopped := false
		err := Run(t.Context(), quiet,
			Service{"watch", func(ctx context.Context) error { <-ctx.Done(); stopped = true; return ctx.Err() }},
			Service{"dashboard", func(context.Context) error { time.Sleep(time.Second); return Permanent(cause) }})
		if !errors.Is(err, cause) || !strings.HasPrefix(err.Error(), "dashboard: ") || !stopped {
			t.Errorf("%v, other service stopped: %v", err, stopped)
		}
		if Permanent(nil) != nil {
			t.Error("Permanent(nil) is an error")
		}
	})
}

func TestPermanentAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cause := errors.New("newer database")
		err := Run(t.Context(), quiet, Service{"store", func(context.Context) error { return Permanent(cause) }})
		if !errors.Is(err, cause) {
			t.Error(err)
		}
	})
}

func TestNothingLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := 0
		err := Run(t.Context(), quiet, Service{"once", func(context.Context) error { runs++; return nil }})
		if err != nil || runs != 1 {
			t.Errorf("%v, %d runs", err, runs)
		}
		if err := Run(t.Context(), quiet); err != nil {
			t.Errorf("without services: %v", err)
		}
	})
}

func TestStopDuringPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(500*time.Millisecond, cancel)
		err := Run(ctx, quiet, Service{"flaky", func(context.Context) error { return errors.New("broken") }})
		if took := time.Since(began); err != nil || took != 500*time.Millisecond {
			t.Errorf("%v after %s", err, took)
		}
	})
}
