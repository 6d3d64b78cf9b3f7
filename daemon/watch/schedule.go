package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// The words under which the owner's settings stand in the journal.
const (
	scheduleKind = "schedule"
	linksKind    = "links"
	contactKind  = "contact"
)

// first is how long after its start the daemon sweeps for the first time, jitter the
// share of a period and spread the time by which sweeps wander, so that a whole
// street that comes back from a power cut, or ends its quiet hours at seven, does
// not sweep in step.
const (
	first  = 2 * time.Second
	jitter = 0.1
	spread = 10 * time.Minute
)

// longest is the most hours between two sweeps.
const longest = 168

// Run sweeps and inspects until ctx ends, one at a time.
func (h *Home) Run(ctx context.Context) error {
	h.mu.Lock()
	due := h.due(h.o.Now())
	h.mu.Unlock()
	for {
		next, errand, stop := h.timers(due)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-h.start:
			h.once(ctx)
			due = h.afterwards()
		case <-next:
			if due = h.awake(due); !due.After(h.o.Now()) {
				h.once(ctx)
				due = h.afterwards()
			}
		case <-h.planned:
			h.mu.Lock()
			due = h.due(h.o.Now())
			h.mu.Unlock()
		case <-errand:
			h.visit(ctx)
		case <-h.errands.kick:
		}
		stop()
	}
}

// timers fire when a sweep is due and when an errand can be run.
func (h *Home) timers(due time.Time) (sweep, errand <-chan time.Time, stop func()) {
	now := h.o.Now()
	s := time.NewTimer(due.Sub(now))
	if long, any := h.errands.next(now); any && h.o.Visitor != nil {
		e := time.NewTimer(long)
		return s.C, e.C, func() { s.Stop(); e.Stop() }
	}
	return s.C, nil, func() { s.Stop() }
}

// due is when the daemon sweeps next by itself: a period after the last sweep. What
// was missed while it was off is made up for by one sweep, soon.
func (h *Home) due(now time.Time) time.Time {
	last := h.latest.Finished
	if last.IsZero() {
		return h.o.awakeAt(now.Add(first), h.quiet, h.wander)
	}
	due := last.Add(h.every + time.Duration(h.wander*jitter*float64(h.every)))
	if last.After(now) || due.Before(now.Add(first)) { // or it was written under another clock
		due = now.Add(first + time.Duration(h.wander*float64(spread)))
	}
	return h.o.awakeAt(due, h.quiet, h.wander)
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
	if end := quiet.End(t); end.After(t) {
		return end.Add(time.Duration(wander * float64(spread)))
	}
	return t
}

// afterwards is when the sweep after the one that has just ended is due, whatever
// came of it.
func (h *Home) afterwards() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wander = rand.Float64()
	now := h.o.Now()
	return h.o.awakeAt(now.Add(h.every+time.Duration(h.wander*jitter*float64(h.every))), h.quiet, h.wander)
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

// recallSettings reads the owner's settings. What cannot be right is left at what
// the daemon was started with.
func (h *Home) recallSettings() error {
	return errors.Join(
		h.o.Journal.Replay(scheduleKind, func(_ time.Time, raw json.RawMessage) error {
			var s lan.Schedule
			if err := json.Unmarshal(raw, &s); err != nil {
				return fmt.Errorf("reading the schedule: %w", err)
			}
			if s.Hours >= 1 && s.Hours <= longest && s.Quiet.Validate() == nil {
				h.every, h.quiet = time.Duration(s.Hours)*time.Hour, s.Quiet
			}
			return nil
		}),
		h.o.Journal.Replay(linksKind, func(_ time.Time, raw json.RawMessage) error {
			h.chosen = nil
			return json.Unmarshal(raw, &h.chosen)
		}),
		h.o.Journal.Replay(contactKind, func(_ time.Time, raw json.RawMessage) error { return json.Unmarshal(raw, &h.contact) }))
}

// poke leaves word on a channel that holds one.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
