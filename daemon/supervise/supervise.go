// Package supervise runs the daemon's named services, starts again the ones
// that fail, and stops them all in order.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"
)

// Service is one thing the daemon does for as long as it runs.
type Service struct {
	Name string // in logs: "watch"
	// Run works until ctx ends. Returning nil means that there is nothing left
	// to do; an error or a panic brings another Run after a pause, one at a
	// time. Goroutines that Run starts are its own to recover and to end.
	Run func(ctx context.Context) error
}

const (
	firstPause = time.Second
	maxPause   = time.Minute
	healthy    = 5 * time.Minute // a Run this long starts the pauses over
	// StopWithin bounds the stop of one service, so that a stuck one does not
	// use up the time of those after it. procd's term_timeout in the init script
	// allows for two of them.
	StopWithin = 5 * time.Second
)

// permanent is an error that another try cannot mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks err as one that stops everything instead of bringing another
// try: a database of a newer version, an address in use. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// Run runs services until ctx ends, one of them fails permanently, or all have
// nothing left to do. It then stops those still running, the last first, each
// before the next is told. It returns the permanent error, or one that names
// the services that did not stop within StopWithin, or nil.
func Run(ctx context.Context, log *slog.Logger, services ...Service) error {
	fatal := make(chan error, len(services))
	all := make([]*running, len(services))
	for i, s := range services {
		// Not a child of ctx: its end is passed on in order, by stop.
		own, cancel := context.WithCancel(context.WithoutCancel(ctx))
		r := &running{Service: s, log: log.With("service", s.Name), cancel: cancel, done: make(chan struct{})}
		all[i] = r
		go func() {
			defer close(r.done)
			if err := r.keep(own); err != nil {
				fatal <- err
			}
		}()
	}
	err := wait(ctx, all, fatal)
	if late := stop(all); len(late) > 0 {
		err = errors.Join(err, fmt.Errorf("not stopped within %s: %q", StopWithin, late))
	}
	return err
}

// running is a service under way.
type running struct {
	Service
	log    *slog.Logger
	cancel context.CancelFunc
	done   chan struct{} // closed when it will not run again
}

// wait returns when there is a reason to stop.
func wait(ctx context.Context, all []*running, fatal <-chan error) error {
	idle := make(chan struct{})
	go func() {
		defer close(idle)
		for _, r := range all {
			<-r.done
		}
	}()
	select {
	case <-ctx.Done():
		return nil
	case err := <-fatal:
		return err
	case <-idle:
	}
	select { // the last to end may have been the one that failed
	case err := <-fatal:
		return err
	default:
		return nil
	}
}

// stop ends all, last first, and names those that did not end in time.
func stop(all []*running) (late []string) {
	for _, r := range slices.Backward(all) {
		r.cancel()
		select {
		case <-r.done:
		case <-time.After(StopWithin):
			late = append(late, r.Name)
		}
	}
	return late
}

// keep runs the service until it has nothing left to do, ctx ends, or it fails
// permanently, which is the error.
func (r *running) keep(ctx context.Context) error {
	pause := firstPause
	for {
		began := time.Now()
		err := r.once(ctx)
		if err == nil || ctx.Err() != nil {
			return nil
		}
		var p permanent
		if errors.As(err, &p) {
			return fmt.Errorf("%s: %w", r.Name, p.error)
		}
		if time.Since(began) >= healthy {
			pause = firstPause
		}
		r.log.Warn("service failed, starting it again", "error", err, "pause", pause)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil
		}
		pause = min(2*pause, maxPause)
	}
}

// once is one Run, a panic made an error.
func (r *running) once(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.log.Error("service panicked", "panic", v, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return r.Run(ctx)
}
