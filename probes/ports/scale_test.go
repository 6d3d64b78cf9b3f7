package ports

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// quickRoad answers each question half a millisecond later, and its clock takes
// no time.
type quickRoad struct {
	now    time.Duration
	coming []answer
	heard  []answer
	asked  int
}

func (r *quickRoad) ask(h *host, port uint16) error {
	r.asked++
	switch {
	case port%3 == 0 && port <= decoyAbove:
		return nil
	case port%3 == 1 && port <= decoyAbove:
		r.coming = append(r.coming, answer{h.addr, port, open, r.now + ms/2})
	default:
		r.coming = append(r.coming, answer{h.addr, port, closed, r.now + ms/2})
	}
	return nil
}
func (r *quickRoad) drop(*host, uint16)           {}
func (r *quickRoad) post(context.Context, answer) {}
func (r *quickRoad) lost() int                    { return 0 }

func (r *quickRoad) wait(_ context.Context, d time.Duration) ([]answer, error) {
	until := r.now + max(d, 0)
	if len(r.coming) > 0 {
		until = min(until, max(r.now, r.coming[0].at))
	}
	r.now = until
	r.heard = r.heard[:0]
	for len(r.coming) > 0 && r.coming[0].at <= r.now {
		r.heard = append(r.heard, r.coming[0])
		r.coming = r.coming[1:]
	}
	return r.heard, nil
}

// thousand is a network of a thousand devices.
func thousand(ports []uint16) (list []Target) {
	for n := range 1000 {
		addr := netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)})
		list = append(list, Target{Addr: addr, Ports: ports, Rate: lan.Fast.Manners(lan.Sturdy).Rate})
	}
	return list
}

func scanThousand(tb testing.TB, ports []uint16) (*quickRoad, int) {
	r, results := &quickRoad{}, 0
	s := &schedule{
		road: r, gate: newGate(lan.Fast), clock: func() time.Duration { return r.now },
		done: func(_ Target, found Result) {
			if results++; len(found.Open)+found.Closed+found.Silent != len(ports) {
				tb.Errorf("%+v", found)
			}
		},
	}
	if _, err := s.run(tb.Context(), newHosts(thousand(ports), func(Target) int { return 0 }, rand.IntN)); err != nil {
		tb.Error(err)
	}
	return r, results
}

// TestThousandDevices is done in the time that the pace takes.
func TestThousandDevices(t *testing.T) {
	r, results := scanThousand(t, Home())
	least := time.Duration(float64(r.asked) / lan.Fast.PerSecond() * float64(time.Second))
	if results != 1000 || r.now < least || r.now > least+5*time.Second {
		t.Errorf("%d results and %d questions in %v, pacing alone %v", results, r.asked, r.now, least)
	}
	t.Logf("%d questions in %v of the scan's time", r.asked, r.now)
}

// BenchmarkSchedule is how many questions a second the schedule itself could
// ask of a thousand devices, by the time of one core.
func BenchmarkSchedule(b *testing.B) {
	asked := 0
	for b.Loop() {
		r, _ := scanThousand(b, Home())
		asked += r.asked
	}
	b.ReportMetric(float64(asked)/b.Elapsed().Seconds(), "questions/s")
}

// TestMemory holds every port of thirty devices in ten bytes a port.
func TestMemory(t *testing.T) {
	all := All()
	var targets []Target
	for n := range byte(30) {
		targets = append(targets, target(n, 10, all...))
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	hosts := newHosts(targets, func(Target) int { return 0 }, rand.IntN)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if used := int64(after.HeapAlloc) - int64(before.HeapAlloc); used > 30*65536*21/2 {
		t.Errorf("%d hosts take %d bytes", len(hosts), used)
	}
	runtime.KeepAlive(hosts)
}
