package ledger

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
)

// mortal is a journal whose program is killed at one of its writes: before it, in
// the middle of the line, or after it but before anybody learns.
type mortal struct {
	*journal.Journal
	path string
	left int     // writes that it lives to see
	cut  float64 // how much of the last line gets to the disk

	mu   sync.Mutex
	dead bool
	keep int64 // bytes of the file that are left; 0 for all
}

var errDead = errors.New("killed")

func (m *mortal) Append(kind string, value any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return errDead
	}
	before := m.Size()
	err := m.Journal.Append(kind, value)
	if m.left--; m.left >= 0 {
		return err
	}
	m.dead = true
	line := m.Size() - before
	if part := int64(m.cut * 1.3 * float64(line)); part < line {
		m.keep = before + part
	}
	return errDead
}

func (m *mortal) gone() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

// bury leaves the file as the death did.
func (m *mortal) bury(y *year) {
	if !m.dead {
		return
	}
	y.count(&y.deaths)
	if m.keep > 0 {
		y.count(&y.torn)
		if err := os.Truncate(m.path, m.keep); err != nil {
			y.t.Fatal(err)
		}
	}
}

// machine has clocks of all sorts. Sure ones are right; the others may be anything.
type machine struct {
	rand *rand.Rand

	mu     sync.Mutex
	starts int
	began  time.Time
	off    time.Duration // of the wall clock
	sure   bool
	jumps  int
}

func (m *machine) boot() {
	m.mu.Lock()
	m.starts, m.began = m.starts+1, time.Now()
	m.mu.Unlock()
	m.jump()
}

// jump sets the wall clock: right, or to 1970, or forward or back by any time.
func (m *machine) jump() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.jumps++
	switch m.rand.IntN(4) {
	case 0:
		m.off, m.sure = time.Until(time.Unix(0, 0)), false
	case 1:
		m.off, m.sure = time.Duration(m.rand.Int64N(int64(800*Day)))-400*Day, false
	default:
		m.off, m.sure = 0, true
	}
}

func (m *machine) now() Moment {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	return Moment{Wall: now.Add(m.off), Boot: fmt.Sprint(m.starts), Up: now.Sub(m.began), Sure: m.sure}
}
