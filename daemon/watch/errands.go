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
	settle     = 15 * time.Minute // between two inspections of one device, and at most between two tries
	again      = 30 * time.Second // until one that failed is tried again, twice that the next time
)

// errand is a device that is to be inspected.
type errand struct {
	id    string
	asked bool           // by the owner
	heard []lan.Sighting // why, at most maxOfOne
	due   time.Time
	tries int // that failed
}

// errands is the list of them, the owner's first. It is safe for concurrent use.
type errands struct {
	mu    sync.Mutex
	list  []errand
	last  map[string]time.Time // when a device was inspected, within settle
	meter bucket
	left  int           // that were given up since the last sweep, for want of room or of an address
	kick  chan struct{} // holds one when the list may have grown
}

func newErrands() *errands {
	return &errands{last: map[string]time.Time{}, meter: bucket{size: burst, every: refill}, kick: make(chan struct{}, 1)}
}

// add puts e on the list, once a device, and reports whether it is on it. One that was
// inspected a little while ago waits. Where there is no room, one that nobody asked for
// gives way to the owner's.
func (l *errands) add(e errand, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	e.due = now
	if last, ok := l.last[e.id]; ok && !e.asked && now.Sub(last) < settle {
		e.due = last.Add(settle)
	}
	if i := l.find(e.id); i >= 0 {
		old := l.list[i]
		if len(old.heard)+len(e.heard) <= maxOfOne {
			old.heard = slices.Concat(old.heard, e.heard)
		}
		if !e.asked {
			l.list[i] = old
			return true
		}
		old.asked, old.due = true, now
		l.list, e = slices.Delete(l.list, i, i+1), old
	}
	if len(l.list) >= maxErrands && !(e.asked && l.giveWay()) {
		l.left++
		return false
	}
	l.put(e)
	return true
}

func (l *errands) find(id string) int {
	return slices.IndexFunc(l.list, func(e errand) bool { return e.id == id })
}

// put puts e on the list: the owner's before all that nobody asked for.
func (l *errands) put(e errand) {
	at := len(l.list)
	if e.asked {
		at = slices.IndexFunc(l.list, func(o errand) bool { return !o.asked })
		if at < 0 {
			at = len(l.list)
		}
	}
	l.list = slices.Insert(l.list, at, e)
	poke(l.kick)
}

// giveWay drops the last that nobody asked for, if there is one.
func (l *errands) giveWay() bool {
	last := len(l.list) - 1
	if l.list[last].asked { // and so are all before it
		return false
	}
	l.list, l.left = l.list[:last], l.left+1
	return true
}

// take hands over those that are due, as many as may be inspected now.
func (l *errands) take(now time.Time) (list []errand) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lapse(now)
	l.list = slices.DeleteFunc(l.list, func(e errand) bool {
		if e.due.After(now) || len(list) >= atOnce || !e.asked && !l.meter.take(now) {
			return false
		}
		list = append(list, e)
		l.last[e.id] = now
		return true
	})
	return list
}

// back takes errands that came to nothing: those that failed to be tried again after a
// while, longer each time, the others and those that the owner wished for meanwhile at
// once. What was heard of them meanwhile is kept.
func (l *errands) back(list []errand, failed bool, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range list {
		if e.due = now; failed {
			e.due = now.Add(min(again<<min(e.tries, 8), settle))
			e.tries++
		} else if !e.asked {
			l.meter.back()
		}
		if i := l.find(e.id); i >= 0 {
			e = e.with(l.list[i], now)
			l.list = slices.Delete(l.list, i, i+1)
		}
		if !e.asked && len(l.list) >= maxErrands {
			l.left++
			continue
		}
		l.put(e)
	}
}

// with is e with what came of the same device meanwhile: the newest of what was heard.
func (e errand) with(meanwhile errand, now time.Time) errand {
	if meanwhile.asked {
		e.asked, e.due = true, now
	}
	e.heard = slices.Concat(e.heard, meanwhile.heard)
	e.heard = e.heard[max(0, len(e.heard)-maxOfOne):]
	return e
}

// miss counts n that are not looked at by themselves.
func (l *errands) miss(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left += n
}

// lapse forgets when those were inspected who may be again.
func (l *errands) lapse(now time.Time) {
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
	for i, e := range l.list {
		left := max(0, e.due.Sub(now))
		if !e.asked {
			left = max(left, l.meter.wait(now))
		}
		if i == 0 || left < d {
			d = left
		}
	}
	return d, len(l.list) > 0
}

// swept takes those from the list at whom a sweep has looked: devices.
func (l *errands) swept(devices []lan.Device) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = 0
	l.list = slices.DeleteFunc(l.list, func(e errand) bool {
		return slices.ContainsFunc(devices, func(d lan.Device) bool { return d.ID == e.id })
	})
}

// missed is how many were given up since then.
func (l *errands) missed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left
}
