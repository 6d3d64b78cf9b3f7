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
	// CommitDevices keeps what an inspection concluded of its devices, as Commit
	// does, but the last sweep stays the last.
	CommitDevices(lan.Sweep) error
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
	Every   time.Duration // between two sweeps until the owner says otherwise; at least a minute
	Quiet   lan.Hours     // in which no sweep begins by itself, until the owner says otherwise
	Log     *slog.Logger
	Now     func() time.Time
	Notes   []string // what the owner must know of this start: a damaged memory …

	Links   func() ([]lan.Link, error) // where to listen now
	Sources []probes.Source            // that send nothing, kept listening on every link
	Confirm Confirm                    // used from touch "look" on
	Visitor Visitor                    // inspects single devices; nil: only sweeps do
	Choices func() ([]lan.LinkChoice, error)

	Chronicle Chronicle         // keeps what happened
	Tell      func([]lan.Event) // is told of it; must not block
}

// Home is one household under watch. It is safe for concurrent use.
type Home struct {
	o         Options
	roll      *roll
	strangers *strangers
	errands   *errands
	met       *newcomers
	start     chan struct{} // asks the loop for a sweep
	planned   chan struct{} // the schedule has changed
	relinked  chan struct{} // the choice of links has changed
	word      sync.Mutex    // held while the owner's word is kept: the journal's order is ours

	mu        sync.Mutex
	latest    lan.Sweep
	live      []lan.Device // done in the sweep under way
	newcomers []lan.Device // heard, not in the memory yet
	progress  lan.Progress
	cancel    context.CancelFunc // of the sweep under way
	cancelled bool               // by the owner, and winding down
	visiting  work               // the inspection under way
	asking    work               // the last questions who is here
	fails     int                // sweeps that failed in a row
	changes   bool               // since the last sweep began, by Anew
	decisions []lan.Decision
	grants    []lan.Grant
	touch     lan.Touch
	changed   chan struct{} // closed and renewed at every change of progress
	hearers   map[chan lan.Event]bool

	every   time.Duration
	quiet   lan.Hours
	wander  float64 // by which share of the jitter the next sweep is late
	chosen  []string
	contact string
}

// Open reads what is remembered.
func Open(o Options) (*Home, error) {
	h := &Home{
		o: o, touch: o.Default, strangers: newStrangers(), errands: newErrands(), met: newNewcomers(),
		start: make(chan struct{}, 1), planned: make(chan struct{}, 1), relinked: make(chan struct{}, 1),
		changed: make(chan struct{}), hearers: map[chan lan.Event]bool{},
		every: max(o.Every, time.Minute), quiet: o.Quiet, wander: rand.Float64(),
	}
	var err error
	if h.latest, err = o.Memory.Latest(); err != nil {
		return nil, fmt.Errorf("reading the last sweep: %w", err)
	}
	if err := errors.Join(h.recall(), h.recallGrants(), h.recallSettings()); err != nil {
		return nil, err
	}
	h.touch = min(h.touch, lan.Ask) // logins need a grant, whatever else says so
	h.roll = newRoll(o.Now())
	h.roll.muster(h.merged().Devices, o.Now())
	return h, nil
}

// begin sets what stops the sweep that begins now, and says what it may do.
func (h *Home) begin(stop context.CancelFunc) (touch lan.Touch, skip map[string]bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancel, h.cancelled, h.live, h.changes = stop, false, nil, false
	select {
	case <-h.start: // whoever asked since gets this one
	default:
	}
	return h.touch, h.skip()
}

// end takes in that the sweep under way is over, and how. That it is done is told once
// it is kept, so that whoever hears it finds its result.
func (h *Home) end(p lan.Progress, failed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cancel, h.live = nil, nil
	if h.fails++; !failed {
		h.fails = 0
	}
	p.Running = false
	h.progress = p
	h.wakeUp()
}

// once runs one sweep and keeps what it found.
func (h *Home) once(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	touch, skip := h.begin(cancel)
	last, failed := lan.Progress{Phase: "done", Message: "The last sweep failed: it broke off."}, true // so far, should it panic
	defer func() { h.end(last, failed) }()

	h.o.Log.Info("sweep begins", "touch", touch)
	var told lan.Progress
	s, err := h.o.Sweeper(ctx, touch, skip, sweep.Talk{Device: h.done, Progress: func(p lan.Progress) {
		if told = p; p.Running {
			h.tell(p)
		}
	}})
	stopped := errors.Is(err, context.Canceled)
	whole := err == nil || errors.Is(err, sweep.ErrPartial)
	if whole || stopped && len(s.Devices) > 0 {
		h.keep(s, whole)
	}
	if failed = !whole && !stopped; failed || errors.Is(err, sweep.ErrPartial) {
		h.o.Log.Error("sweep failed", "error", err)
		told = lan.Progress{Phase: "done", Message: "The last sweep failed: " + err.Error() + "."}
	}
	last = told
	devices, problems, took := len(s.Devices), Problems(s), s.Finished.Sub(s.Started)
	// A sweep's garbage is the most that the daemon ever holds; on a small
	// router it goes back at once.
	s = lan.Sweep{}
	tidy()
	h.o.Log.Info("sweep done", "devices", devices, "problems", problems, "took", took.Round(100*time.Millisecond))
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
	h.wakeUp()
}
