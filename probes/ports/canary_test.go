package ports

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestDeviceThatDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{rtt: 5 * ms, dies: 40, says: serving(closed, 80)}
		calls := 0
		r, stats, _ := sim(t, d, 1, 25, func(_ context.Context, x Target) bool {
			calls++
			if x.Addr != target(1, 1).Addr {
				t.Errorf("asked of %s", x.Addr)
			}
			time.Sleep(2 * time.Second)
			return false
		}, Home()...)
		if !r.Suffered || r.Unreachable || !slices.Equal(r.Open, []uint16{80}) || calls != 1 {
			t.Errorf("%+v, asked %d times", r, calls)
		}
		// Nothing is sent while it is asked, and nothing after that.
		if most := 40 + silentRun + 5; stats.Sent > most {
			t.Errorf("%d questions, more than %d", stats.Sent, most)
		}
	})
}

// TestFirewalledDeviceIsNoDeadOne asks after it less and less often.
func TestFirewalledDeviceIsNoDeadOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{rtt: 5 * ms, says: serving(silent, 80, 443)}
		calls := 0
		r, _, _ := sim(t, d, 1, 25, func(context.Context, Target) bool { calls++; return true }, Home()...)
		if r.Suffered || !slices.Equal(r.Open, []uint16{80, 443}) || r.Silent != len(Home())-2 {
			t.Errorf("%+v", r)
		}
		if calls < 2 || calls > 4 { // after 24, 48, 96 and 192
			t.Errorf("asked %d times", calls)
		}
	})
}

// TestKernelLosesTheDevice has the kernel say that there is no such host.
func TestKernelLosesTheDevice(t *testing.T) {
	lost := func(p uint16) state {
		if p == 22 {
			return unreachable
		}
		return closed
	}
	for name, alive := range map[string]func(context.Context, Target) bool{
		"nobody to ask": nil,
		"there":         func(context.Context, Target) bool { return true },
		"gone":          func(context.Context, Target) bool { return false },
	} {
		synctest.Test(t, func(t *testing.T) {
			r, _, _ := sim(t, &device{rtt: ms, says: lost}, 1, 100, alive, Home()...)
			if r.Suffered != (name == "gone") || r.Unreachable != (name != "there") {
				t.Errorf("%s: %+v", name, r)
			}
			if whole := r.Closed == len(Home())-1; whole != (name == "there") {
				t.Errorf("%s: %+v", name, r)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		gone := &device{says: func(uint16) state { return unreachable }}
		r, stats, _ := sim(t, gone, 1, 100, func(context.Context, Target) bool { t.Error("asked"); return true }, Home()...)
		if !r.Unreachable || r.Suffered || stats.Sent != 1 {
			t.Errorf("never there: %+v, %+v", r, stats)
		}
	})
}

// TestManyFallSilent asks after a few at a time, and ends with the scan.
func TestManyFallSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var now, most atomic.Int64
		r := &simRoad{clock: since(time.Now()), devices: map[netip.Addr]*device{}, random: rand.New(rand.NewPCG(1, 1)), posted: make(chan answer)}
		var targets []Target
		for n := range byte(30) {
			x := target(n, 100, Home()...)
			r.devices[x.Addr] = &device{rtt: ms, dies: 20}
			targets = append(targets, x)
		}
		results := 0
		s := &schedule{
			road: r, gate: newGate(0), clock: r.clock,
			done: func(_ Target, r Result) {
				if results++; r.Suffered != (results <= 24) {
					t.Errorf("result %d: %+v", results, r)
				}
			},
			checks: checks{alive: func(ctx context.Context, _ Target) bool {
				most.Store(max(most.Load(), now.Add(1)))
				defer now.Add(-1)
				select {
				case <-time.After(19 * time.Second): // three rounds of eight within the minute
				case <-ctx.Done():
				}
				return false
			}},
		}
		if _, err := s.run(ctx, newHosts(targets, func(Target) int { return 0 }, r.random.IntN)); err == nil || results != 30 {
			t.Errorf("%d results, %v", results, err)
		}
		if most.Load() != maxChecks {
			t.Errorf("%d at once", most.Load())
		}
	})
}
