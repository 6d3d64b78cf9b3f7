package ports

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

const ms = time.Millisecond

func one(t Target) *host { return newHosts([]Target{t}, func(Target) int { return 0 }, rand.IntN)[0] }

func target(n byte, rate float64, ports ...uint16) Target {
	return Target{Addr: netip.AddrFrom4([4]byte{192, 168, 1, n}), MAC: lan.MAC{2, 0, 0, 0, 0, n}, Ports: ports, Rate: rate}
}

// drive sends what is due and lets time run until the host is decided. answers
// says what comes back, how long after the question: never for no answer.
func drive(t *testing.T, h *host, answers func(port uint16, try int) (state, time.Duration)) (order []uint16) {
	t.Helper()
	type event struct {
		at   time.Duration
		port uint16
		says state
	}
	var coming []event
	tries := map[uint16]int{}
	for now, step := time.Duration(0), 0; !h.decided(); step++ {
		if step > 10_000+2*len(h.questions) {
			t.Fatal("never decided")
		}
		next := min(h.sendable(), h.expires())
		for _, e := range coming {
			next = min(next, e.at)
		}
		now = max(now, next)
		coming = slices.DeleteFunc(coming, func(e event) bool {
			if e.at <= now {
				h.hear(e.port, e.says, now)
			}
			return e.at <= now
		})
		h.expire(now)
		if h.sendable() <= now {
			p := h.next()
			h.sent(now)
			tries[p]++
			order = append(order, p)
			if says, after := answers(p, tries[p]); after != never {
				coming = append(coming, event{now + after, p, says})
			}
		}
	}
	return order
}

func TestSecondPassAsksTheSilentOnly(t *testing.T) {
	h := one(target(1, 100, 80, 81, 82, 83, 84))
	order := drive(t, h, func(port uint16, try int) (state, time.Duration) {
		switch {
		case port == 80:
			return open, 5 * ms
		case port == 81, port == 82:
			return closed, 5 * ms
		}
		return 0, never
	})
	if want := []uint16{80, 81, 82, 83, 84, 83, 84}; !slices.Equal(order, want) {
		t.Errorf("asked %v, want %v", order, want)
	}
	r := h.result()
	if !slices.Equal(r.Open, []uint16{80}) || r.Closed != 2 || r.Silent != 2 || r.Unreachable {
		t.Errorf("%+v", r)
	}
}

func TestSilentHostIsAskedAFewAgain(t *testing.T) {
	list := []uint16{1, 2, 3, 4, 5, 6, 7, 8}
	h := one(target(1, 100, list...))
	order := drive(t, h, func(uint16, int) (state, time.Duration) { return 0, never })
	if want := append(slices.Clone(list), 1, 2, 3, 4); !slices.Equal(order, want) {
		t.Errorf("asked %v, want %v", order, want)
	}
	if r := h.result(); r.Silent != len(list) {
		t.Errorf("%+v", r)
	}
}

func TestHostThatWakesUpIsAskedTheRest(t *testing.T) {
	list := []uint16{1, 2, 3, 4, 5, 6}
	h := one(target(1, 100, list...))
	order := drive(t, h, func(_ uint16, try int) (state, time.Duration) {
		if try == 2 {
			return open, 10 * ms
		}
		return 0, never
	})
	if !slices.Equal(order, slices.Concat(list, list)) || !slices.Equal(h.result().Open, list) {
		t.Errorf("asked %v: %+v", order, h.result())
	}
}

func TestSilentHostIsNotWaitedForLong(t *testing.T) {
	h := newHosts([]Target{target(1, 1000, Home()...)}, func(Target) int { return 2 }, rand.IntN)[0]
	h.sent(0)
	if at := h.expires(); at != firstTimeout {
		t.Errorf("the first question waits until %v", at)
	}
	last := time.Duration(0)
	drive(t, h, func(port uint16, try int) (state, time.Duration) {
		last = max(last, h.due)
		return 0, never
	})
	if h.timeout() != firstTimeout {
		t.Errorf("in the second pass it waits %v", h.timeout())
	}
	if most := time.Duration(len(Home()))*hasty/2 + 8*time.Second; last > most {
		t.Errorf("took %v, two at a time should take less than %v", last, most)
	}
}

func TestLateAnswerCounts(t *testing.T) {
	h := one(target(1, 1000, 80, 81))
	h.sent(0)
	h.sent(0)
	h.hear(80, closed, 5*ms) // makes the host impatient: 150 ms
	h.expire(500 * ms)
	if h.decided() || h.next() != 81 {
		t.Fatal("81 is not queued again")
	}
	if !h.hear(81, open, 600*ms) || !h.decided() || !slices.Equal(h.result().Open, []uint16{81}) {
		t.Errorf("%+v", h.result())
	}
}

func TestAnswersNobodyAskedFor(t *testing.T) {
	h := one(target(1, 1000, 80, 81))
	h.sent(0)
	if h.hear(81, open, 1) || h.hear(9999, open, 1) {
		t.Error("believed an answer to no question")
	}
	if !h.hear(80, open, 1) || h.hear(80, closed, 2) {
		t.Error("the first answer does not stand")
	}
}

func TestUnreachableEndsTheHost(t *testing.T) {
	h := one(target(1, 1000, 80, 81, 82))
	h.sent(0)
	h.hear(80, unreachable, 1)
	if r := h.result(); !h.decided() || !r.Unreachable || r.Silent != 0 {
		t.Errorf("%+v", r)
	}
}

func TestAtOnceAndPace(t *testing.T) {
	h := newHosts([]Target{target(1, 10, 1, 2, 3)}, func(Target) int { return 2 }, rand.IntN)[0]
	h.sent(0)
	if at := h.sendable(); at != 100*ms {
		t.Errorf("second question due at %v", at)
	}
	h.sent(100 * ms)
	if at := h.sendable(); at != firstTimeout {
		t.Errorf("a third question beside two at %v", at)
	}
	h.hear(1, closed, 300*ms)
	if at := h.sendable(); at != 200*ms {
		t.Errorf("third question due at %v", at)
	}
	h.sent(300 * ms)
	if got := h.due; got != 380*ms { // may catch up 20 ms of the lost 100
		t.Errorf("next turn at %v", got)
	}
}

func TestOneAddressOfTwoDevices(t *testing.T) {
	a, b := target(1, 40, 80, 81, 0), target(1, 10, 81, 82)
	hosts := newHosts([]Target{a, target(2, 0, 80), b}, func(Target) int { return 0 }, rand.IntN)
	if len(hosts) != 2 || len(hosts[0].targets) != 2 || len(hosts[0].questions) != 3 || hosts[0].gap != 100*ms {
		t.Errorf("%d hosts, %+v", len(hosts), hosts[0])
	}
	if want := time.Duration(float64(time.Second) / lan.Careful.Rate()); hosts[1].gap != want {
		t.Errorf("a target without a rate goes every %v", hosts[1].gap)
	}
}

func TestRTT(t *testing.T) {
	var r rtt
	if r.timeout() != firstTimeout {
		t.Errorf("before any answer: %v", r.timeout())
	}
	for range 50 {
		r.sample(2 * ms)
	}
	if r.timeout() != minTimeout {
		t.Errorf("a quick host: %v", r.timeout())
	}
	clockwork := rtt{smooth: 300 * ms, known: true}
	if clockwork.timeout() != 400*ms {
		t.Errorf("a host like clockwork: %v", clockwork.timeout())
	}
	r.sample(500 * ms)
	if d := r.timeout(); d < 400*ms || d > 700*ms {
		t.Errorf("after one slow answer: %v", d)
	}
	for range 50 {
		r.sample(10 * time.Second)
	}
	if r.timeout() != maxTimeout {
		t.Errorf("a slow host: %v", r.timeout())
	}
}
