package watch

import (
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of inspections that nobody asked for: a flood of forged hardware addresses
// must not keep the daemon, or the network, busy.
const (
	maxErrands = 48
	atOnce     = 16               // devices of one inspection
	burst      = 40               // devices that may be inspected in a row
	refill     = 2 * time.Minute  // until one more may
	settle     = 15 * time.Minute // between two inspections of one device
)

// errand is a device that is to be inspected.
type errand struct {
	id    string
	asked bool           // by the owner
	heard []lan.Sighting // why, at most maxOfOne
	due   time.Time
}

// errands is the list of them. It is safe for concurrent use.
type errands struct {
	mu     sync.Mutex
	list   []errand
	last   map[string]time.Time // when a device was inspected, within settle
	tokens float64
	filled time.Time
	left   int           // for whom there was no room since the last sweep
	kick   chan struct{} // holds one when the list may have grown
}

func newErrands() *errands {
	return &errands{last: map[string]time.Time{}, tokens: burst, kick: make(chan struct{}, 1)}
}

// add puts e on the list, once a device. One that was inspected a little while ago
// waits.
func (l *errands) add(e errand, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.due = now
	if last, ok := l.last[e.id]; ok && !e.asked && now.Sub(last) < settle {
		e.due = last.Add(settle)
	}
	i := slices.IndexFunc(l.list, func(o errand) bool { return o.id == e.id })
	switch {
	case i >= 0:
		old := &l.list[i]
		if e.asked {
			old.asked, old.due = true, now
		}
		if len(old.heard)+len(e.heard) <= maxOfOne {
			old.heard = append(old.heard, e.heard...)
		}
	case len(l.list) >= maxErrands:
		l.left++
		return
	default:
		l.list = append(l.list, e)
	}
	select {
	case l.kick <- struct{}{}:
	default:
	}
}

// take hands over those that are due, as many as may be inspected now, the owner's
// first.
func (l *errands) take(now time.Time) (list []errand) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fill(now)
	l.list = slices.DeleteFunc(l.list, func(e errand) bool {
		if !e.asked && (e.due.After(now) || l.tokens < 1) || len(list) >= atOnce {
			return false
		}
		if !e.asked {
			l.tokens--
		}
		list = append(list, e)
		l.last[e.id] = now
		return true
	})
	return list
}

// fill lets time pass. A clock that was set back costs nobody anything.
func (l *errands) fill(now time.Time) {
	if past := now.Sub(l.filled); !l.filled.IsZero() && past > 0 {
		l.tokens = min(burst, l.tokens+float64(past)/float64(refill))
	}
	l.filled = now
	for id, at := range l.last {
		if age := now.Sub(at); age >= settle || age < 0 {
			delete(l.last, id)
		}
	}
}

// next is how long it takes until one can be taken; ok is false for an empty list.
func (l *errands) next(now time.Time) (d time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fill(now)
	for i, e := range l.list {
		left := max(0, e.due.Sub(now))
		if l.tokens < 1 && !e.asked {
			left = max(left, time.Duration((1-l.tokens)*float64(refill))+time.Millisecond)
		}
		if i == 0 || left < d {
			d = left
		}
	}
	return d, len(l.list) > 0
}

// swept takes those from the list at whom a sweep has looked.
func (l *errands) swept(devices []lan.Device) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = 0
	l.list = slices.DeleteFunc(l.list, func(e errand) bool {
		return slices.ContainsFunc(devices, func(d lan.Device) bool { return d.ID == e.id })
	})
}

// missed is for how many there was no room since then.
func (l *errands) missed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left
}
