package ports

import (
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestLossyDevice finds all open ports of a device with 300 ms of round trip and
// 5 % of loss each way, over many seeds. A try fails with 1-0.95^2 = 0.0975, and
// four are made, so one of seven ports is missed with a probability of
// 7 x 0.0975^4 = 6.3e-4.
func TestLossyDevice(t *testing.T) {
	list := Home()
	want := []uint16{list[0], list[7], list[30], list[31], list[70], list[120], list[len(list)-1]}
	slices.Sort(want)
	for name, c := range map[string]struct {
		rest  state
		seeds int
		most  int // questions, of which a firewall makes us ask more
	}{"closed": {closed, 3000, len(list) * 3 / 2}, "firewalled": {silent, 400, len(list) * 9 / 2}} {
		missed := 0
		for seed := range uint64(c.seeds) {
			synctest.Test(t, func(t *testing.T) {
				d := &device{rtt: 300 * ms, loss: 0.05, says: serving(c.rest, want...)}
				r, stats, _ := sim(t, d, seed, 400, nil, list...)
				if !slices.Equal(r.Open, want) {
					missed++
				}
				if sum := len(r.Open) + r.Closed + r.Silent; sum != len(list) || stats.Sent > c.most {
					t.Errorf("%s, seed %d: %d results of %d ports, %d questions", name, seed, sum, len(list), stats.Sent)
				}
			})
		}
		if missed*1000 > c.seeds {
			t.Errorf("%s: a port was missed in %d of %d scans", name, missed, c.seeds)
		}
		t.Logf("%s: a port was missed in %d of %d scans", name, missed, c.seeds)
	}
}

func TestLimit(t *testing.T) {
	for _, c := range []struct {
		open, first, again int
		want               uint8
	}{
		{7, 150, 0, 2},  // nothing was lost
		{0, 150, 1, 2},  // 4.4e-5
		{7, 149, 1, 3},  // 3.1e-4 after two tries
		{7, 147, 3, 3},  // 1 % each way
		{7, 136, 13, 4}, // 5 % each way
		{40, 75, 75, 4}, // no more than that
	} {
		h := host{opens: c.open, first: c.first, again: c.again}
		if got := h.limit(); got != c.want {
			t.Errorf("%+v: %d tries", c, got)
		}
	}
	slow := host{opens: 1, first: 1, rtt: rtt{smooth: 300 * ms, known: true}}
	if got := slow.limit(); got != maxTries {
		t.Errorf("slow: %d tries", got)
	}
}

// TestLossIsNotSleep asks a device that was asleep no more often for that.
func TestLossIsNotSleep(t *testing.T) {
	h := one(target(1, 100, 1, 2, 3, 4, 5, 6))
	order := drive(t, h, func(port uint16, try int) (state, time.Duration) {
		if try == 2 && port < 6 {
			return open, 5 * ms
		}
		return 0, never
	})
	if len(order) != 12 || h.passes != 2 {
		t.Errorf("asked %v in %d passes", order, h.passes)
	}
}

// TestRouse asks a host that is silent for the whole of a long first pass the first
// few ports again before the end of it, and all of them if that woke it.
func TestRouse(t *testing.T) {
	list := Home()
	for name, c := range map[string]struct {
		wakes bool
		asked int
	}{"firewalled": {false, len(list) + decoyFew + fewPorts}, "asleep": {true, 2*len(list) + decoyFew}} {
		h, last := one(target(1, 25, list...)), time.Duration(0)
		order := drive(t, h, func(_ uint16, try int) (state, time.Duration) {
			last = h.due - h.gap
			if c.wakes && try == 2 {
				return closed, 5 * ms
			}
			return 0, never
		})
		again := slices.Index(order[1:], list[0]) + 1
		if len(order) != c.asked || again < len(list)-40 || again >= len(list) {
			t.Errorf("%s: %d questions, the first port again as number %d", name, len(order), again)
		}
		if pace := time.Duration(len(order)) * h.gap; !c.wakes && last > pace {
			t.Errorf("%s: asked for %v, its pace takes %v", name, last, pace)
		}
	}
}

// TestThirdPass asks a lossy device what is silent again, and nothing else.
func TestThirdPass(t *testing.T) {
	h := one(target(1, 100, 80, 81, 82, 83))
	order := drive(t, h, func(port uint16, try int) (state, time.Duration) {
		if port == 80 || port == 81 && try == 2 || port == 82 && try == 3 {
			return open, 5 * ms
		}
		return 0, never
	})
	if want := []uint16{80, 81, 82, 83, 81, 82, 83, 82, 83, 83}; !slices.Equal(order, want) {
		t.Errorf("asked %v, want %v", order, want)
	}
}

// TestSilentPortsCostPacingOnly has a device of which most ports are silent, and
// two connections at once: its scan takes as long as its pace wants.
func TestSilentPortsCostPacingOnly(t *testing.T) {
	for rate, most := range map[float64]int{10: 1, 25: 2, 40: 4} {
		x := target(1, rate, Home()...)
		x.AtOnce = most
		for name, answers := range map[string]func(uint16, int) (state, time.Duration){
			"some": func(port uint16, _ int) (state, time.Duration) {
				return open, map[bool]time.Duration{true: 5 * ms, false: never}[port < 100]
			},
			"nothing": func(uint16, int) (state, time.Duration) { return 0, never },
		} {
			h := newHosts([]Target{x}, atOnce, rand.IntN)[0]
			last := time.Duration(0)
			asked := drive(t, h, func(p uint16, try int) (state, time.Duration) { last = max(last, h.due); return answers(p, try) })
			pace := time.Duration(float64(len(asked)) / rate * float64(time.Second))
			if slack := patientFor * time.Second; last > pace*12/10+slack {
				t.Errorf("%s at %v/s: %d questions took %v, pacing alone %v", name, rate, len(asked), last, pace)
			}
		}
	}
}
