package ledger

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Moment is a point in time by every clock there is, as each can be wrong in its
// own way: a router without a battery starts in 1970 or on the day it was last
// used, and somebody can set any clock.
type Moment struct {
	Wall time.Time     `json:"at"`
	Boot string        `json:"boot,omitempty"` // which start of the machine this is; empty when not known
	Up   time.Duration `json:"up,omitempty"`   // since that start, asleep or awake
	Sure bool          `json:"sure,omitempty"` // the wall clock is kept by the network's time
}

// Now is the moment by this machine's clocks.
func Now() Moment {
	m := Moment{Wall: time.Now().UTC().Round(0)}
	if id, err := os.ReadFile("/proc/sys/kernel/random/boot_id"); err == nil {
		m.Boot = strings.TrimSpace(string(id))
	}
	var up unix.Timespec
	if unix.ClockGettime(unix.CLOCK_BOOTTIME, &up) == nil {
		m.Up = time.Duration(up.Nano())
	} else {
		m.Boot = ""
	}
	var kept unix.Timex
	_, err := unix.Adjtimex(&kept)
	m.Sure = err == nil && kept.Status&unix.STA_UNSYNC == 0
	return m
}

// since is how much time has passed for certain since then. Within one start of
// the machine that is what its uptime says, whatever anybody set the clock to.
// Else it is at least the present uptime, and more only by a wall clock that was
// kept by the network's time both then and now. So a clock that jumps forward
// gives nobody a new budget, and one that jumped back takes none away for longer
// than the machine needs to be up for a day.
func (now Moment) since(then Moment) (passed time.Duration) {
	known := now.Boot != "" && then.Boot != ""
	switch {
	case known && now.Boot == then.Boot:
		return max(0, now.Up-then.Up)
	case known:
		passed = now.Up
	}
	if now.Sure && then.Sure {
		passed = max(passed, now.Wall.Sub(then.Wall))
	}
	return passed
}

// after is the moment that long after now, the machine being up and its clock right
// all the while.
func (now Moment) after(d time.Duration) Moment {
	now.Wall, now.Up = now.Wall.Add(d), now.Up+d
	return now
}

// line is the time that has passed for certain over the entries of a journal, each
// written after the one before: over many starts of a machine whose clock nobody
// can trust, it adds up how long each was up.
type line struct {
	passed time.Duration
	last   Moment
}

// read goes on to the moment of the next entry.
func (l *line) read(m Moment) {
	l.passed += m.since(l.last)
	l.last = m
}

// age is how long ago t was, for certain.
func (l *line) age(t try, now Moment) time.Duration {
	return max(now.since(t.Moment), l.passed-t.at+now.since(l.last))
}
