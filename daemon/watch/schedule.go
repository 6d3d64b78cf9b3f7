package watch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// first is how long after its start the daemon sweeps for the first time, jitter the
// share of a period and spread the time by which sweeps wander, so that a whole
// street that comes back from a power cut, or ends its quiet hours at seven, does
// not sweep in step. A sweep that failed is tried again after retry, twice that the
// next time, and so on to a period.
const (
	first  = 2 * time.Second
	jitter = 0.1
	spread = 10 * time.Minute
	retry  = time.Minute
)

// lookAtClock is how often the clock is looked at while it is behind.
const lookAtClock = time.Minute

// longest is the most hours between two sweeps.
const longest = 168

// Run sweeps and inspects until ctx ends, one at a time.
func (h *Home) Run(ctx context.Context) error {
	due := h.plan()
	for {
		behind := h.behind()
		next, errand, stop := h.timers(due, behind)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-h.start:
			h.once(ctx)
			due = h.afterwards()
		case <-next:
			if behind && !h.behind() {
				due = h.plan()
			} else if due = h.awake(due); !due.After(h.o.Now()) {
				h.once(ctx)
				due = h.afterwards()
			}
		case <-h.planned:
			due = h.plan()
		case <-errand:
			h.visit(ctx)
		case <-h.errands.kick:
		}
		stop()
	}
}

// plan is due, now.
func (h *Home) plan() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.due(h.o.Now())
}

// behind reports whether the clock shows a time before the last sweep's.
func (h *Home) behind() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.latest.Finished.After(h.o.Now())
}

// timers fire when a sweep is due, or the clock that is behind is to be looked at, and
// when an errand can be run.
func (h *Home) timers(due time.Time, behind bool) (sweep, errand <-chan time.Time, stop func()) {
	now := h.o.Now()
	long := due.Sub(now)
	if behind {
		long = min(long, lookAtClock)
	}
	s := time.NewTimer(long)
	if long, any := h.errands.next(now); any && h.o.Visitor != nil {
		e := time.NewTimer(long)
		return s.C, e.C, func() { s.Stop(); e.Stop() }
	}
	return s.C, nil, func() { s.Stop() }
}

// due is when the daemon sweeps next by itself: a period after the last sweep. What
// was missed while it was off is made up for by one sweep, soon. While the clock is
// behind, as a router's is until it has asked for the time, that waits for a period
// at most: what is kept is dated, and goes by its age. h.mu is held.
func (h *Home) due(now time.Time) time.Time {
	last, due := h.latest.Finished, now.Add(first)
	switch {
	case h.fails > 0:
		due = now.Add(h.pause())
	case last.After(now):
		due = now.Add(h.every)
	case !last.IsZero():
		due = last.Add(h.every + time.Duration(h.wander*jitter*float64(h.every)))
		if soon := last.Add(anew); h.changes && soon.Before(due) {
			due = soon
		}
		if due.Before(now.Add(first)) {
			due = now.Add(first + time.Duration(h.wander*float64(spread)))
		}
	}
	return h.o.awakeAt(due, h.quiet, h.wander)
}

// pause is how long a sweep that failed is not tried again. h.mu is held.
func (h *Home) pause() time.Duration {
	long := min(retry<<min(h.fails-1, 16), h.every)
	return long + time.Duration(h.wander*jitter*float64(long))
}

// awake is due, or the end of the quiet hours if they have begun meanwhile.
func (h *Home) awake(due time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if now := h.o.Now(); due.Before(now) {
		due = now
	}
	return h.o.awakeAt(due, h.quiet, h.wander)
}

// awakeAt is t, or some minutes after the end of the quiet hours that t lies in, by
// the machine's clock.
func (o Options) awakeAt(t time.Time, quiet lan.Hours, wander float64) time.Time {
	t = t.In(o.Now().Location())
	end := quiet.End(t)
	if !end.After(t) {
		return t
	}
	if at := end.Add(time.Duration(wander * float64(spread))); !quiet.End(at).After(at) {
		return at
	}
	return end // they begin again within minutes
}

// afterwards is when the sweep after the one that has just ended is due, whatever
// came of it.
func (h *Home) afterwards() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wander = rand.Float64()
	long := h.every + time.Duration(h.wander*jitter*float64(h.every))
	if h.fails > 0 {
		long = h.pause()
	}
	return h.o.awakeAt(h.o.Now().Add(long), h.quiet, h.wander)
}

// Schedule is when the daemon sweeps by itself.
func (h *Home) Schedule() lan.Schedule {
	h.mu.Lock()
	defer h.mu.Unlock()
	hours := int((h.every + time.Hour/2) / time.Hour)
	return lan.Schedule{Hours: min(max(hours, 1), longest), Quiet: h.quiet}
}

// SetSchedule keeps when to sweep, at once.
func (h *Home) SetSchedule(s lan.Schedule) error {
	if s.Hours < 1 || s.Hours > longest {
		return fmt.Errorf("%d hours between two sweeps is not from 1 to %d", s.Hours, longest)
	}
	if err := s.Quiet.Validate(); err != nil {
		return err
	}
	if s.Quiet.IsZero() {
		s.Quiet = lan.Hours{}
	}
	h.word.Lock()
	defer h.word.Unlock()
	if err := h.o.Journal.Append(scheduleKind, s); err != nil {
		return fmt.Errorf("the schedule could not be kept: %w", err)
	}
	h.mu.Lock()
	h.every, h.quiet = time.Duration(s.Hours)*time.Hour, s.Quiet
	h.mu.Unlock()
	poke(h.planned)
	return nil
}

// poke leaves word on a channel that holds one.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
