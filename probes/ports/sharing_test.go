package ports

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/bpf"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// TestLapsed tells a device that was away for a moment from one that woke up, one
// that loses packets, one with a firewall, and one that did not come back.
func TestLapsed(t *testing.T) {
	list := Home()
	for name, c := range map[string]struct {
		device device
		want   bool
	}{
		"away":                  {device{away: [2]int{40, 52}}, true},
		"only just":             {device{away: [2]int{40, 43}}, false},
		"woke up":               {device{away: [2]int{0, 30}}, false},
		"never away":            {device{}, false},
		"a firewall":            {device{says: serving(silent, list[0], list[50], list[100])}, false},
		"a bad radio":           {device{loss: 0.02}, false},
		"gone":                  {device{dies: 40}, true},
		"gone soon":             {device{dies: 6}, false},
		"open, then a firewall": {device{says: serving(silent, list[:7]...)}, false},
		"a firewall that lets much through": {device{says: func(port uint16) state {
			return map[bool]state{true: silent, false: closed}[port%4 == 0 || slices.Contains(list[len(list)-10:], port)]
		}}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			c.device.rtt = 5 * ms
			if r, _, _ := sim(t, &c.device, 1, 25, nil, list...); r.Lapsed != c.want {
				t.Errorf("%s: lapsed %t, %d closed, %d silent", name, r.Lapsed, r.Closed, r.Silent)
			}
		})
	}
}

// crowdRoad leads to hosts that the kernel does not find, which it says at once.
type crowdRoad struct {
	fakeRoad
	held, most func() int
}

func (c *crowdRoad) ask(h *host, port uint16) error {
	if c.held() > c.most() {
		panic("more questions are held than there is room for")
	}
	c.coming = append(c.coming, answer{h.addr, port, unreachable, c.now})
	return nil
}

// TestRoomForQuestions asks a hundred devices for all their ports, as many at a
// time as there is room for.
func TestRoomForQuestions(t *testing.T) {
	all := All()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	hosts := newHosts(thousand(all)[:100], func(Target) int { return 0 }, rand.IntN)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > maxQuestions*21/2+1<<20 {
		t.Errorf("%d hosts take %d bytes", len(hosts), used)
	}
	r, results := &crowdRoad{}, 0
	s := &schedule{
		road: r, gate: newGate(lan.Fast), clock: func() time.Duration { return r.now },
		done: func(_ Target, found Result) {
			if results++; !found.Unreachable {
				t.Errorf("%+v", found)
			}
		},
	}
	r.held, r.most = func() int { return s.held }, func() int { return maxQuestions + len(all) }
	if _, err := s.run(t.Context(), hosts); err != nil || results != 100 || s.held != 0 {
		t.Errorf("%v, %d results, %d questions are still held", err, results, s.held)
	}
	for _, h := range hosts {
		if h.questions != nil || h.unwritten != nil {
			t.Fatal("questions are kept")
		}
	}
}

// TestCutShortBeforeThereIsRoom reports those that never had their turn.
func TestCutShortBeforeThereIsRoom(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	results := 0
	s := &schedule{road: &fakeRoad{}, gate: newGate(0), clock: func() time.Duration { return 0 }, done: func(Target, Result) { results++ }}
	if _, err := s.run(ctx, newHosts(thousand(All())[:40], func(Target) int { return 0 }, rand.IntN)); err == nil || results != 40 {
		t.Errorf("%v, %d results", err, results)
	}
}

// TestScansShareWhatIsInFlight has two scans of twenty silent hosts each at the
// same time, of an engine that bears eight questions.
func TestScansShareWhatIsInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var flying, most atomic.Int64
		clock, gate := since(time.Now()), newGate(lan.Fast)
		done := make(chan int)
		for n := range 2 {
			go func() {
				road := &simRoad{clock: clock, devices: map[netip.Addr]*device{}, random: rand.New(rand.NewPCG(1, 1)), posted: make(chan answer)}
				var targets []Target
				for i := range byte(20) {
					x := target(byte(n)*100+i, 1000, 1, 2, 3, 4, 5)
					road.devices[x.Addr] = &device{says: serving(silent)}
					targets = append(targets, x)
				}
				results := 0
				s := &schedule{
					road: road, gate: gate, clock: clock, most: 8, abroad: &flying, done: func(Target, Result) { results++ },
					sent: func(int) { most.Store(max(most.Load(), flying.Load())) },
				}
				if _, err := s.run(t.Context(), newHosts(targets, func(Target) int { return 0 }, rand.IntN)); err != nil {
					t.Error(err)
				}
				done <- results
			}()
		}
		began := clock()
		if a, b := <-done, <-done; a != 20 || b != 20 {
			t.Errorf("%d and %d results", a, b)
		}
		if took := clock() - began; took > time.Minute {
			t.Errorf("it took %v", took)
		}
		// A scan that has nothing in flight is never kept waiting.
		if most := most.Load(); most < 8 || most > 9 || flying.Load() != 0 {
			t.Errorf("%d were in flight at a time, %d are left", most, flying.Load())
		}
	})
}

// TestShortAtTheStart: a raw scan begins when there are sockets for it, and one
// that never gets them fails in words and harms nothing.
func TestShortAtTheStart(t *testing.T) {
	for fails, want := range map[int]error{2: fs.ErrPermission, 1 << 20: unix.EMFILE} {
		synctest.Test(t, func(t *testing.T) {
			r, calls := NewRaw(Options{Allow: anywhere}).(*raw), 0
			r.open = func(lan.Link, uint16, []bpf.RawInstruction) (socket, error) {
				if calls++; calls <= fails {
					return nil, os.NewSyscallError("socket", unix.EMFILE)
				}
				return nil, fs.ErrPermission // far enough
			}
			if road, err := r.patientRoad(t.Context(), loopback, []Target{target(1, 1, 80)}); road != nil || !errors.Is(err, want) || calls > maxBusy+1 {
				t.Errorf("%v after %d calls", err, calls)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if fails > 2 {
				if _, err := r.patientRoad(ctx, loopback, []Target{target(1, 1, 80)}); !errors.Is(err, context.Canceled) {
					t.Errorf("%v", err)
				}
			}
		})
	}
}

// TestNoSocketIsNil: a packet socket that cannot be had is no socket at all.
func TestNoSocketIsNil(t *testing.T) {
	r := NewRaw(Options{Allow: anywhere}).(*raw)
	link := loopback
	link.Name, link.Index = "no-such-link", 1<<30
	if s, err := r.open(link, wire.IPv4, nil); s != nil || err == nil {
		t.Errorf("%v, %v", s, err)
	}
}
