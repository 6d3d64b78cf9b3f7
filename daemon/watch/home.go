// Package watch keeps an eye on the home: it sweeps on a schedule and on
// demand, one sweep at a time, listens in between, keeps track of who is here,
// remembers what came of it, and is what the dashboard shows and asks.
package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Sweeper runs one sweep at the given touch, telling talk how it goes. skip
// are the devices that the owner wants left alone.
type Sweeper func(ctx context.Context, touch lan.Touch, skip map[string]bool, talk sweep.Talk) (lan.Sweep, error)

// Memory keeps what sweeps concluded; daemon/store implements it.
type Memory interface {
	Commit(lan.Sweep) error
	Latest() (lan.Sweep, error)
	// CommitPresence keeps how devices stand after a transition, by device ID.
	CommitPresence(map[string]lan.Presence) error
}

// Options is what a Home is made of. Notes and what presence needs may be left
// out: without Sources only sweeps tell who is here, without Confirm nobody is
// ever found to be gone.
type Options struct {
	Sweeper Sweeper
	Memory  Memory
	Journal Journal
	Default lan.Touch     // how far sweeps may go until the owner says otherwise; at most "ask"
	Every   time.Duration // between two sweeps; at least a minute
	Log     *slog.Logger
	Now     func() time.Time
	Notes   []string // what the owner must know of this start: a damaged memory …

	Links   func() ([]lan.Link, error) // where to listen now
	Sources []probes.Source            // that send nothing, kept listening on every link
	Confirm Confirm                    // used from touch "look" on
}

// Home is one household under watch. It is safe for concurrent use.
type Home struct {
	o     Options
	roll  *roll
	start chan struct{} // asks the loop for a sweep
	word  sync.Mutex    // held while the owner's word is kept: the journal's order is ours

	mu        sync.Mutex
	latest    lan.Sweep
	live      []lan.Device // done in the sweep under way
	progress  lan.Progress
	cancel    context.CancelFunc // of the sweep under way
	decisions []lan.Decision
	grants    []lan.Grant
	touch     lan.Touch
	changed   chan struct{} // closed and renewed at every change of progress
}

// Open reads what is remembered.
func Open(o Options) (*Home, error) {
	h := &Home{o: o, touch: o.Default, start: make(chan struct{}, 1), changed: make(chan struct{})}
	h.o.Every = max(h.o.Every, time.Minute)
	var err error
	if h.latest, err = o.Memory.Latest(); err != nil {
		return nil, fmt.Errorf("reading the last sweep: %w", err)
	}
	if err := errors.Join(h.recall(), h.recallGrants()); err != nil {
		return nil, err
	}
	h.touch = min(h.touch, lan.Ask) // logins need a grant, whatever else says so
	h.roll = newRoll(o.Now())
	h.roll.muster(h.merged().Devices, o.Now())
	return h, nil
}

// first is how long after its start the daemon sweeps for the first time, and
// jitter the share of a period by which sweeps wander, so that a whole street
// that comes back from a power cut does not sweep in step.
const (
	first  = 2 * time.Second
	jitter = 0.1
)

// Run sweeps until ctx ends.
func (h *Home) Run(ctx context.Context) error {
	next := time.NewTimer(first)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.start:
		case <-next.C:
		}
		h.once(ctx)
		next.Reset(h.o.Every + time.Duration(rand.Float64()*jitter*float64(h.o.Every)))
	}
}

// once runs one sweep and keeps what it found.
func (h *Home) once(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	touch, skip := h.Touch(), h.skipped()
	h.mu.Lock()
	h.cancel, h.live = cancel, nil
	select {
	case <-h.start: // whoever asked since gets this one
	default:
	}
	h.mu.Unlock()

	h.o.Log.Info("sweep begins", "touch", touch)
	// That a sweep is done is told once it is kept, so that whoever hears it
	// finds its result.
	var end lan.Progress
	s, err := h.o.Sweeper(ctx, touch, skip, sweep.Talk{Device: h.done, Progress: func(p lan.Progress) {
		if end = p; p.Running {
			h.tell(p)
		}
	}})
	end.Running = false
	stopped := errors.Is(err, context.Canceled)
	if err != nil && !stopped {
		h.o.Log.Error("sweep failed", "error", err)
		end = lan.Progress{Phase: "done", Message: "The last sweep failed: " + err.Error() + "."}
	}
	if err == nil || errors.Is(err, sweep.ErrPartial) || stopped && len(s.Devices) > 0 {
		h.keep(s)
	}
	h.mu.Lock()
	h.cancel, h.live = nil, nil
	h.mu.Unlock()
	h.tell(end)
	devices, problems, took := len(s.Devices), Problems(s), s.Finished.Sub(s.Started)
	// A sweep's garbage is the most that the daemon ever holds; on a small
	// router it goes back at once.
	s = lan.Sweep{}
	runtime.GC() // pools outlive one collection
	debug.FreeOSMemory()
	h.o.Log.Info("sweep done", "devices", devices, "problems", problems, "took", took.Round(100*time.Millisecond))
}

// keep commits a sweep. When that fails the dashboard still shows it.
func (h *Home) keep(s lan.Sweep) {
	err := h.o.Memory.Commit(s)
	latest, lerr := h.o.Memory.Latest()
	if err = errors.Join(err, lerr); err != nil {
		h.o.Log.Error("sweep could not be kept", "error", err)
		s.Notes = append(s.Notes, "This sweep could not be written down: "+err.Error()+".")
		latest = s
	}
	h.mu.Lock()
	h.latest = latest
	devices := h.merged().Devices
	h.mu.Unlock()
	now := h.o.Now()
	h.roll.muster(devices, now)
	for _, d := range s.Devices {
		h.roll.swept(d, now)
	}
}

// Problems counts the findings of s that ask something of the owner.
func Problems(s lan.Sweep) (n int) {
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict.Problem() {
				n++
			}
		}
	}
	return n
}

func (h *Home) done(d lan.Device) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.live = append(h.live, d)
	now := h.o.Now()
	if !h.roll.knows(d) {
		h.roll.muster(h.merged().Devices, now)
	}
	h.roll.swept(d, now)
}

// tell passes the progress on to everyone who watches.
func (h *Home) tell(p lan.Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.progress = p
	close(h.changed)
	h.changed = make(chan struct{})
}
