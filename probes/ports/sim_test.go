package ports

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// device is how one address of a simulated home behaves.
type device struct {
	says  func(port uint16) state // silent for no answer; nil is closed
	rtt   time.Duration
	loss  float64 // of each packet, either way
	limit float64 // answers a second; 0 is any number
	dies  int     // after so many questions; 0 is never
	away  [2]int  // which questions it is away for, from and until
	asked []uint16
	at    []time.Duration

	tokens float64
	filled time.Duration
}

// simRoad leads to simulated devices. It lives in a synctest bubble.
type simRoad struct {
	clock   func() time.Duration
	devices map[netip.Addr]*device
	random  *rand.Rand
	coming  []answer
	posted  chan answer
}

func (r *simRoad) ask(h *host, port uint16) error {
	d, now := r.devices[h.addr], r.clock()
	d.asked, d.at = append(d.asked, port), append(d.at, now)
	says := closed
	if d.says != nil {
		says = d.says(port)
	}
	if d.dies > 0 && len(d.asked) > d.dies || says == silent || d.spent(now) ||
		len(d.asked) > d.away[0] && len(d.asked) <= d.away[1] {
		return nil
	}
	if there, back := r.random.Float64() < d.loss, r.random.Float64() < d.loss; there || back {
		return nil
	}
	a := answer{h.addr, port, says, now + d.rtt}
	i, _ := slices.BinarySearchFunc(r.coming, a, func(x, y answer) int { return int(x.at - y.at) })
	r.coming = slices.Insert(r.coming, i, a)
	return nil
}

// spent reports whether the device may not answer any more for now.
func (d *device) spent(now time.Duration) bool {
	if d.limit == 0 {
		return false
	}
	d.tokens = min(d.tokens+(now-d.filled).Seconds()*d.limit, 1)
	d.filled = now
	if d.tokens < 1 {
		return true
	}
	d.tokens--
	return false
}

func (r *simRoad) drop(*host, uint16) {}
func (r *simRoad) lost() int          { return 0 }

func (r *simRoad) post(ctx context.Context, a answer) {
	select {
	case r.posted <- a:
	case <-ctx.Done():
	}
}

func (r *simRoad) wait(ctx context.Context, d time.Duration) (list []answer, err error) {
	now := r.clock()
	if len(r.coming) > 0 {
		d = min(d, r.coming[0].at-now)
	}
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case a := <-r.posted:
			list = append(list, a)
		case <-timer.C:
		case <-ctx.Done():
		}
	}
	for now = r.clock(); len(r.coming) > 0 && r.coming[0].at <= now; r.coming = r.coming[1:] {
		list = append(list, r.coming[0])
	}
	return list, ctx.Err()
}

// sim is a scan of one device, at 192.168.1.1, with the given seed.
func sim(t *testing.T, d *device, seed uint64, rate float64, alive func(context.Context, Target) bool, ports ...uint16) (Result, Stats, time.Duration) {
	t.Helper()
	x := target(1, rate, ports...)
	random := rand.New(rand.NewPCG(seed, 1))
	r := &simRoad{
		clock: since(time.Now()), devices: map[netip.Addr]*device{x.Addr: d}, random: random,
		posted: make(chan answer),
	}
	var got Result
	s := &schedule{
		road: r, gate: newGate(lan.Normal), clock: r.clock, checks: checks{alive: alive},
		done: func(_ Target, found Result) { got = found },
	}
	stats, err := s.run(t.Context(), newHosts([]Target{x}, func(Target) int { return 0 }, random.IntN))
	if err != nil {
		t.Error(err)
	}
	return got, stats, r.clock()
}

// serving says open of the ports on list and rest of all others.
func serving(rest state, list ...uint16) func(uint16) state {
	return func(port uint16) state {
		if slices.Contains(list, port) {
			return open
		}
		return rest
	}
}
