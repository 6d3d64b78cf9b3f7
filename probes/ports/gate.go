package ports

import (
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	// bunch is the most questions that a late timer may let through at once; at
	// a slow pace catchUp bounds them more.
	bunch = 64
	// The fast pace begins with firstRate questions a second, goes no lower than
	// leastRate, and is raised each raiseEvery of a second's worth of questions:
	// by a quarter until something is lost, by raiseBy from then on.
	firstRate  = 5000
	leastRate  = 1000
	raiseBy    = 500
	raiseEvery = 4
	// spare is how long after a loss another one is held to be the same.
	spare = 500 * time.Millisecond
)

// gate lets one question through at a time, so many a second. Engines that
// work side by side share one. Times are since the
// engine was made.
type gate struct {
	mu     sync.Mutex
	rate   float64 // questions a second
	most   float64 // bound of rate
	passed int     // questions since rate was changed
	lost   bool    // something was, ever
	spared time.Duration
	next   time.Duration
}

func newGate(p lan.Pace) *gate {
	most := p.PerSecond()
	return &gate{rate: min(most, firstRate), most: most}
}

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
	gap := time.Duration(float64(time.Second) / g.rate)
	g.next = following(g.next, now, gap, min(catchUp, bunch*gap))
	if g.passed++; float64(g.passed) < g.rate/raiseEvery {
		return
	}
	g.passed = 0
	if g.lost {
		g.rate = min(g.rate+raiseBy, g.most)
	} else {
		g.rate = min(g.rate*5/4, g.most)
	}
}

// lose notes at now that questions or answers are being lost on the way, and
// halves a pace that was chosen by trying. Any other is slow enough.
func (g *gate) lose(now time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.most <= firstRate || now < g.spared {
		return
	}
	g.rate = max(g.rate/2, leastRate)
	g.passed, g.lost, g.spared = 0, true, now+spare
}

// hold keeps the gate shut until then.
func (g *gate) hold(until time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.next = max(g.next, until)
}
