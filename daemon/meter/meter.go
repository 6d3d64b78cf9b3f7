// Package meter counts what the daemon costs the machine it runs on: bytes written to
// lasting storage, which wear out a router's flash, processor time and memory.
package meter

import (
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Count is what a Meter has counted, to be kept over restarts.
type Count struct {
	Day   string `json:"day,omitempty"`   // of Today, in the machine's time zone
	Today int64  `json:"today,omitempty"` // bytes
	Days  int    `json:"days,omitempty"`  // before it, at most a week
	Sum   int64  `json:"sum,omitempty"`   // bytes of those
}

// week is over how many days the average goes.
const week = 7

// Meter counts by the day. A nil Meter counts nothing. It is safe for concurrent use.
type Meter struct {
	now   func() time.Time
	spent func() time.Duration // processor time of this process

	mu    sync.Mutex
	count Count
	base  time.Duration // of spent, when the day began
}

// New is a Meter by that clock.
func New(now func() time.Time) *Meter {
	m := &Meter{now: now, spent: processor}
	m.count.Day = now().Format(time.DateOnly)
	return m
}

// Wrote counts n bytes written to lasting storage.
func (m *Meter) Wrote(n int64) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn()
	m.count.Today += n
}

// turn begins a new day, if it is one. A clock that was put back only gives the day
// its right name, as does one that is set at last.
func (m *Meter) turn() {
	today := m.now().Format(time.DateOnly)
	switch {
	case today == m.count.Day || unset(today):
	case unset(m.count.Day) || today < m.count.Day:
		m.count.Day = today
	default:
		m.count.pass(today)
		m.base = m.spent()
	}
}

// unset is whether the day is from before there was a homesweep: a router that has
// no battery begins in 1970, until the network has told it the time.
func unset(day string) bool { return day < "2025" }

// pass goes on to another day. Days on which nothing ran do not count.
func (c *Count) pass(today string) {
	if c.Days == week {
		c.Sum -= c.Sum / week
		c.Days--
	}
	c.Days, c.Sum = c.Days+1, c.Sum+c.Today
	c.Day, c.Today = today, 0
}

// Count is what was counted so far.
func (m *Meter) Count() Count {
	if m == nil {
		return Count{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn()
	return m.count
}

// Resume goes on from what an earlier process counted, once, before much is written.
func (m *Meter) Resume(c Count) {
	if m == nil || c.Day == "" || c.Today < 0 || c.Sum < 0 || c.Days < 0 || c.Days > week {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn()
	written, base := m.count.Today, m.base
	m.count = c
	m.turn()
	m.count.Today += written
	m.base = base // what this process had of the processor, it had today
}

// Upkeep is what this process costs now and has cost today.
func (m *Meter) Upkeep() lan.Upkeep {
	c := m.Count()
	m.mu.Lock()
	defer m.mu.Unlock()
	u := lan.Upkeep{RSS: resident("/proc/self/statm"), CPUToday: (m.spent() - m.base).Seconds(), FlashToday: c.Today}
	if c.Days > 0 {
		u.FlashDay = c.Sum / int64(c.Days)
	}
	return u
}

// resident are the bytes of memory held, by proc(5): the second figure, in pages; 0
// where that cannot be read.
func resident(statm string) int64 {
	text, err := os.ReadFile(statm)
	if err != nil {
		return 0
	}
	f := strings.Fields(string(text))
	if len(f) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(f[1], 10, 40)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// processor is the time that this process has had, by getrusage(2).
func processor() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
