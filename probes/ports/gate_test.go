package ports

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestGate(t *testing.T) {
	for pace, want := range map[lan.Pace]time.Duration{lan.Gentle: 2 * ms, lan.Normal: ms} {
		g := newGate(pace)
		g.lose(0)
		for range 5000 {
			g.pass(g.opens())
		}
		if got := g.opens(); got != 5000*want {
			t.Errorf("%s: 5000 questions in %v", pace, got)
		}
	}
	g := newGate(lan.Fast)
	if g.rate != firstRate {
		t.Errorf("begins with %v/s", g.rate)
	}
	pass := func(n int) (took time.Duration) {
		start := g.opens()
		for range n {
			g.pass(g.opens())
		}
		return g.opens() - start
	}
	if pass(30_000); g.rate != 20_000 {
		t.Errorf("after six seconds' worth %v/s", g.rate)
	}
	if took := pass(20_000); took != time.Second {
		t.Errorf("20,000 questions in %v", took)
	}
	now := g.opens()
	g.lose(now)
	g.lose(now + spare/2) // the same loss
	if g.rate != 10_000 {
		t.Errorf("after a loss %v/s", g.rate)
	}
	if pass(10_000); g.rate > 13_000 || g.rate < 11_000 {
		t.Errorf("a second later %v/s", g.rate)
	}
	for i := range 20 {
		g.lose(now + time.Duration(i+1)*time.Second)
	}
	if g.rate != leastRate {
		t.Errorf("after many losses %v/s", g.rate)
	}
	late := g.opens() + time.Second
	g.rate, g.next = 20_000, g.opens()
	n := 0
	for ; g.opens() <= late; n++ {
		g.pass(late)
	}
	if n > bunch+1 {
		t.Errorf("%d at once after a late timer", n)
	}
}

// TestLosses blames the pace for what several devices lost, and for drops.
func TestLosses(t *testing.T) {
	var l losses
	a, b, c := &host{number: 1}, &host{number: 2}, &host{number: 3}
	if l.repeated(a, 0) || l.repeated(a, 1) || l.repeated(b, 2) {
		t.Error("two devices' radios are taken for the pace")
	}
	if !l.repeated(c, 500*ms) {
		t.Error("three devices' losses are not seen")
	}
	if l.repeated(c, 3*time.Second) {
		t.Error("old losses count")
	}
	r := &lossyRoad{}
	if l.dropped(0, r) {
		t.Error("drops that were not")
	}
	r.n = 5
	if l.dropped(watch/2, r) || !l.dropped(watch, r) || l.dropped(2*watch, r) {
		t.Error("drops are not counted once")
	}
}

type lossyRoad struct {
	quickRoad
	n int
}

func (r *lossyRoad) lost() int { return r.n }

// TestFastPaceSlowsDown halves the pace when the machine drops answers.
func TestFastPaceSlowsDown(t *testing.T) {
	r := &lossyRoad{}
	g := newGate(lan.Fast)
	s := &schedule{
		road: r, gate: g, clock: func() time.Duration {
			if r.now > 300*ms {
				r.n = 1
			}
			return r.now
		},
		done: func(Target, Result) {},
	}
	if _, err := s.run(t.Context(), newHosts(thousand(Home()[:20]), func(Target) int { return 0 }, rand.IntN)); err != nil {
		t.Fatal(err)
	}
	if !g.lost {
		t.Error("the loss was not noticed")
	}
}

func TestNothingIsBunchedAtOneDevice(t *testing.T) {
	for _, rate := range []float64{10, 25, 40, 100, 400} {
		h := one(target(1, rate, Home()...))
		last := -time.Second
		random := rand.New(rand.NewPCG(3, 4))
		for now := time.Duration(0); now < 20*time.Second && h.sendable() != never; {
			now = max(now, h.sendable()) + time.Duration(random.IntN(int(30*ms)))
			h.sent(now)
			port := h.questions[slices.Index(h.byPort, h.waiting[0])].port
			h.hear(port, closed, now)
			if now-last < h.gap/5 {
				t.Fatalf("at %v/s two questions within %v", rate, now-last)
			}
			last = now
		}
	}
}
