package ports

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// fakeRoad answers from a table and carries the test's own clock.
type fakeRoad struct {
	now      time.Duration
	delay    time.Duration
	open     map[uint16]bool
	quiet    map[byte]bool // last byte of hosts that never answer
	err      func(n int) error
	tries    int
	asked    []string
	at       []time.Duration
	coming   []answer
	dropped  int
	inFlight int
	most     int
}

func (f *fakeRoad) ask(h *host, port uint16) error {
	f.tries++
	if f.err != nil {
		if err := f.err(f.tries); err != nil {
			return err
		}
	}
	last := h.addr.As4()[3]
	f.asked, f.at = append(f.asked, fmt.Sprintf("%d:%d", last, port)), append(f.at, f.now)
	f.inFlight++
	f.most = max(f.most, f.inFlight)
	if f.quiet[last] {
		return nil
	}
	says := closed
	if f.open[port] {
		says = open
	}
	f.coming = append(f.coming, answer{h.addr, port, says, f.now + f.delay})
	return nil
}

func (f *fakeRoad) post(_ context.Context, a answer) {
	a.at = f.now
	f.coming = append([]answer{a}, f.coming...)
}

func (f *fakeRoad) lost() int { return 0 }

func (f *fakeRoad) drop(*host, uint16) { f.dropped++; f.inFlight-- }

func (f *fakeRoad) wait(ctx context.Context, d time.Duration) (list []answer, err error) {
	until := f.now + max(d, 0)
	if len(f.coming) > 0 && f.coming[0].at <= until {
		until = max(f.now, f.coming[0].at)
	}
	f.now = until
	for len(f.coming) > 0 && f.coming[0].at <= f.now {
		list = append(list, f.coming[0])
		f.coming = f.coming[1:]
		f.inFlight--
	}
	return list, ctx.Err()
}

type outcomes struct {
	order   []byte
	results map[byte]Result
	sent    int
}

func run(ctx context.Context, f *fakeRoad, window int, targets ...Target) (outcomes, Stats, error) {
	o := outcomes{results: map[byte]Result{}}
	s := &schedule{
		road: f, gate: newGate(lan.Normal), most: window,
		clock: func() time.Duration { return f.now },
		sent:  func(n int) { o.sent += n },
		done: func(t Target, r Result) {
			o.order = append(o.order, t.Addr.As4()[3])
			o.results[t.Addr.As4()[3]] = r
		},
	}
	stats, err := s.run(ctx, newHosts(targets, func(Target) int { return 0 }, rand.IntN))
	return o, stats, err
}

func TestInterleavedAndPaced(t *testing.T) {
	f := &fakeRoad{delay: 3 * ms, open: map[uint16]bool{2: true}}
	o, stats, err := run(t.Context(), f, 0, target(1, 10, 1, 2, 3), target(2, 20, 1, 2, 3), target(3, 20, 1, 2, 3))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"1:1", "2:1", "3:1", "2:2", "3:2", "1:2", "2:3", "3:3", "1:3"}
	if !slices.Equal(f.asked, want) {
		t.Errorf("asked %v, want %v", f.asked, want)
	}
	due := []time.Duration{0, 1 * ms, 2 * ms, 50 * ms, 50 * ms, 100 * ms, 100 * ms, 100 * ms, 200 * ms}
	for i, at := range f.at {
		if late := at - due[i]; late < 0 || late > 3*ms {
			t.Errorf("%s asked at %v, due at %v", f.asked[i], at, due[i])
		}
	}
	if !slices.Equal(o.order, []byte{2, 3, 1}) || o.sent != 9 || stats.Sent != 9 || stats.Received != 9 || stats.Passes != 1 {
		t.Errorf("done in order %v, %d sent, %+v", o.order, o.sent, stats)
	}
	if r := o.results[1]; !slices.Equal(r.Open, []uint16{2}) || r.Closed != 2 {
		t.Errorf("%+v", r)
	}
}

func TestOverallPace(t *testing.T) {
	f := &fakeRoad{delay: ms}
	var targets []Target
	for n := range byte(100) {
		targets = append(targets, target(n, 40, 1, 2, 3, 4, 5))
	}
	if _, _, err := run(t.Context(), f, 0, targets...); err != nil {
		t.Fatal(err)
	}
	for i, at := range f.at {
		if i >= 100 && at-f.at[i-100] < 79*ms { // 100 ms but for the catching up
			t.Fatalf("100 questions in %v", at-f.at[i-100])
		}
	}
	if whole := f.at[len(f.at)-1]; whole < 470*ms || whole > 600*ms {
		t.Errorf("500 questions took %v", whole)
	}
}

func TestSilentHostDoesNotHoldUpOthers(t *testing.T) {
	f := &fakeRoad{delay: ms, quiet: map[byte]bool{1: true}}
	o, stats, err := run(t.Context(), f, 0, target(1, 40, 1, 2, 3), target(2, 40, 1, 2, 3))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(o.order, []byte{2, 1}) || o.results[1].Silent != 3 || stats.Passes != 2 || f.dropped != 6 {
		t.Errorf("order %v, %+v, %+v, %d dropped", o.order, o.results[1], stats, f.dropped)
	}
}

func TestShortageIsNotClosed(t *testing.T) {
	f := &fakeRoad{delay: ms, open: map[uint16]bool{1: true, 2: true, 3: true}}
	f.err = func(n int) error {
		if n == 2 || n == 3 {
			return errBusy
		}
		return nil
	}
	o, stats, err := run(t.Context(), f, 8, target(1, 1000, 1, 2, 3))
	if err != nil || len(o.results[1].Open) != 3 || o.results[1].Closed != 0 || stats.Requeued != 2 {
		t.Errorf("%+v, %+v, %v", o.results[1], stats, err)
	}
	if f.at[1] < 2*busyPause {
		t.Errorf("asked again at %v", f.at[1])
	}

	f = &fakeRoad{err: func(int) error { return errBusy }}
	o, stats, err = run(t.Context(), f, 8, target(1, 1000, 1, 2, 3))
	if !errors.Is(err, errBusy) || stats.Requeued != maxBusy+1 {
		t.Errorf("shortage for ever: %v, %+v", err, stats)
	}
	if r, ok := o.results[1]; !ok || r.Closed != 0 || r.Silent != 0 {
		t.Errorf("shortage for ever: %+v, %v", r, ok)
	}
}

func TestWindow(t *testing.T) {
	f := &fakeRoad{delay: 100 * ms}
	list := Home()
	o, _, err := run(t.Context(), f, 4, target(1, 1000, list...), target(2, 1000, list...))
	if err != nil || f.most != 4 {
		t.Errorf("%d in flight, %v", f.most, err)
	}
	if o.results[1].Closed != len(list) || o.results[2].Closed != len(list) {
		t.Errorf("%+v", o.results)
	}

	// Halved by a shortage, grown again by answers.
	s := &schedule{most: 4, window: 4, gate: newGate(lan.Normal), turns: turns(), ends: ends()}
	if err := s.yield(0, errBusy); err != nil || s.window != 2 {
		t.Errorf("window %d after a shortage, %v", s.window, err)
	}
	h := one(target(1, 1000, list...))
	s.hosts = map[netip.Addr]*host{h.addr: h}
	for range 9 {
		port := h.next()
		h.sent(0)
		s.hear(t.Context(), answer{h.addr, port, closed, 1})
	}
	if s.window != 4 {
		t.Errorf("window %d after nine answers", s.window)
	}
}

func TestRefusedHostIsLeftAlone(t *testing.T) {
	f := &fakeRoad{delay: ms}
	f.err = func(n int) error {
		if n > 1 {
			return errRefused
		}
		return nil
	}
	o, stats, err := run(t.Context(), f, 0, target(1, 1000, 1, 2, 3))
	if r := o.results[1]; err != nil || stats.Sent != 1 || r.Closed != 1 || r.Silent != 0 {
		t.Errorf("%+v, %+v, %v", r, stats, err)
	}
}

// TestStop: who is not to be asked any more is reported with what is known.
func TestStop(t *testing.T) {
	stop, x := make(chan struct{}), target(1, 1000, 1, 2, 3)
	x.Stop = stop
	f := &fakeRoad{delay: ms}
	f.err = func(n int) error {
		if n == 2 {
			close(stop)
		}
		return nil
	}
	o, stats, err := run(t.Context(), f, 0, x)
	if err != nil || stats.Sent != 2 || o.results[1].Closed != 2 {
		t.Errorf("%+v, %+v, %v", o.results[1], stats, err)
	}
}

func TestEndedEarly(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f := &fakeRoad{delay: ms, open: map[uint16]bool{1: true}}
	f.err = func(n int) error {
		if n == 4 {
			cancel()
		}
		return nil
	}
	o, _, err := run(ctx, f, 0, target(1, 10, 1, 2, 3), target(2, 10, 1, 2, 3))
	if !errors.Is(err, context.Canceled) || len(o.order) != 2 || !slices.Equal(o.results[1].Open, []uint16{1}) || f.tries != 4 {
		t.Errorf("%v after %d questions: %+v", err, f.tries, o)
	}
	broken := errors.New("the link went down")
	f = &fakeRoad{err: func(int) error { return broken }}
	if o, _, err := run(t.Context(), f, 0, target(1, 10, 1)); !errors.Is(err, broken) || len(o.order) != 1 {
		t.Errorf("%v, %+v", err, o)
	}
	if _, _, err := run(t.Context(), f, 0); err != nil {
		t.Errorf("nothing to do: %v", err)
	}
}
