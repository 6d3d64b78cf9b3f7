package ports

import (
	"sync"
	"time"
)

const (
	// perSecond is the most questions a second for the whole home.
	perSecond = 1000
	// catchUp is how much of its turn a late timer may make up for, so that a
	// coarse clock does not slow the pace and never bunches many questions.
	catchUp = 20 * time.Millisecond
)

// gate lets one question through at a time, so many a second. Engines that
// work side by side share one. Times are since the scan's start.
type gate struct {
	mu   sync.Mutex
	gap  time.Duration
	next time.Duration
}

func newGate() *gate { return &gate{gap: time.Second / perSecond} }

// opens is when the next question may pass.
func (g *gate) opens() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.next
}

// pass notes that a question passed at now.
func (g *gate) pass(now time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next = following(g.next, now, g.gap)
}

// hold keeps the gate shut until then.
func (g *gate) hold(until time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next = max(g.next, until)
}

// following is the turn after one that was due then and taken at now.
func following(due, now, gap time.Duration) time.Duration {
	return max(due, now-catchUp) + gap
}
