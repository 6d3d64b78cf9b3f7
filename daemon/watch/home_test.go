package watch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// paper is a journal in memory that can be full.
type paper struct {
	mu    sync.Mutex
	lines []line
	full  bool
}

type line struct {
	kind string
	raw  json.RawMessage
}

func (p *paper) Append(kind string, value any) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.full {
		return errors.New("no space left on device")
	}
	raw, err := json.Marshal(value)
	p.lines = append(p.lines, line{kind, raw})
	return err
}

// slow is a journal that others can overtake between the disk and the caller.
type slow struct{ *paper }

func (s slow) Append(kind string, value any) error {
	err := s.paper.Append(kind, value)
	for range rand.IntN(100) {
		runtime.Gosched()
	}
	return err
}

func (p *paper) Replay(kind string, each func(time.Time, json.RawMessage) error) error {
	for _, l := range p.lines {
		if l.kind == kind {
			if err := each(time.Time{}, l.raw); err != nil {
				return err
			}
		}
	}
	return nil
}

// memory keeps the last sweep.
type memory struct {
	mu     sync.Mutex
	latest lan.Sweep
	kept   int
	stands []map[string]lan.Presence
	err    error
}

func (m *memory) Commit(s lan.Sweep) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	m.latest, m.kept = s, m.kept+1
	return nil
}

func (m *memory) CommitDevices(s lan.Sweep) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	for _, d := range s.Devices {
		i := slices.IndexFunc(m.latest.Devices, func(old lan.Device) bool { return old.ID == d.ID })
		if i < 0 {
			m.latest.Devices = append(slices.Clone(m.latest.Devices), d)
			continue
		}
		m.latest.Devices = slices.Clone(m.latest.Devices)
		m.latest.Devices[i] = d
	}
	return nil
}

func (m *memory) CommitPresence(stands map[string]lan.Presence) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err == nil {
		m.stands = append(m.stands, stands)
	}
	return m.err
}

func (m *memory) Latest() (lan.Sweep, error) { m.mu.Lock(); defer m.mu.Unlock(); return m.latest, nil }

// house is a Home with its fakes in view. Its sweeps take a minute, find one
// device, and say when they began.
type house struct {
	*Home
	journal *paper
	memory  *memory
	log     *bytes.Buffer

	mu     sync.Mutex
	begun  []time.Time
	touch  lan.Touch
	skip   map[string]bool
	atOnce int
	work   func(ctx context.Context, talk sweep.Talk) (lan.Sweep, error) // in place of the minute
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{journal: &paper{}, memory: &memory{}, log: &bytes.Buffer{}}
	h.reopen(t)
	return h
}

// reopen is a new start with what was kept.
func (h *house) reopen(t *testing.T) {
	t.Helper()
	var err error
	h.Home, err = Open(Options{
		Sweeper: h.sweep, Memory: h.memory, Journal: h.journal, Default: lan.Look,
		Every: time.Hour, Log: slog.New(slog.NewTextHandler(h.log, nil)), Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func device(id string) lan.Device { return lan.Device{ID: id, Names: []string{"cam"}} }

func (h *house) sweep(ctx context.Context, touch lan.Touch, skip map[string]bool, talk sweep.Talk) (lan.Sweep, error) {
	h.mu.Lock()
	h.begun, h.touch, h.skip = append(h.begun, time.Now()), touch, skip
	h.atOnce++
	if h.atOnce > 1 {
		panic("two sweeps at once")
	}
	h.mu.Unlock()
	defer func() { h.mu.Lock(); h.atOnce--; h.mu.Unlock() }()
	if h.work != nil {
		return h.work(ctx, talk)
	}
	s := lan.Sweep{Started: time.Now(), Devices: []lan.Device{device("d-1")}}
	talk.Progress(lan.Progress{Running: true, Phase: "presence"})
	select {
	case <-time.After(time.Minute):
	case <-ctx.Done():
	}
	s.Finished = time.Now()
	talk.Progress(lan.Progress{Phase: "done", Finished: 1})
	return s, ctx.Err()
}

func (h *house) starts() []time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.begun)
}

// run lets the house live until the test ends; stop ends it sooner.
func (h *house) run(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- h.Run(ctx) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

// TestSchedule: the first sweep two seconds after the start, then one each
// period, from the end of the last and up to a tenth later.
func TestSchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		start := time.Now()
		stop := h.run(t)
		time.Sleep(48 * time.Hour)
		stop()
		begun := h.starts()
		if len(begun) < 40 || begun[0].Sub(start) != 2*time.Second {
			t.Fatalf("%d sweeps in two days, the first after %v", len(begun), begun[0].Sub(start))
		}
		gaps := map[time.Duration]bool{}
		for i := range begun[1:] {
			gap := begun[i+1].Sub(begun[i]) - time.Minute
			if gap < time.Hour || gap > 66*time.Minute {
				t.Errorf("sweep %d began %v after the one before had ended", i+2, gap)
			}
			gaps[gap] = true
		}
		if len(gaps) < 10 {
			t.Errorf("sweeps keep step: only %d different pauses", len(gaps))
		}
		if h.memory.kept != len(begun) {
			t.Errorf("%d of %d sweeps were kept", h.memory.kept, len(begun))
		}
	})
}

func TestPeriodHasAFloor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.o.Every = 0
		h.Home, _ = Open(h.o)
		stop := h.run(t)
		time.Sleep(10 * time.Minute)
		stop()
		if n := len(h.starts()); n > 6 {
			t.Errorf("%d sweeps in ten minutes", n)
		}
	})
}

// TestStart: on demand at once, not twice at a time, and the schedule counts
// from there.
func TestStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		stop := h.run(t)
		defer stop()
		time.Sleep(10 * time.Second) // into the first sweep
		if err := h.Start(); err == nil || err.Error() != "a sweep is under way already" {
			t.Errorf("a second sweep: %v", err)
		}
		time.Sleep(10 * time.Minute)
		for range 3 { // an impatient finger
			if err := h.Start(); err != nil {
				t.Error(err)
			}
		}
		asked := time.Now()
		time.Sleep(59 * time.Minute)
		begun := h.starts()
		if len(begun) != 2 || begun[1] != asked {
			t.Errorf("asked at %v, begun at %v", asked, begun)
		}
	})
}

// TestStartedByTimerAndFinger: a sweep that somebody asked for in the moment
// the schedule began one is that one.
func TestStartedByTimerAndFinger(t *testing.T) {
	for range 20 { // select takes either
		synctest.Test(t, func(t *testing.T) {
			h := newHouse(t)
			time.AfterFunc(first, func() { _ = h.Start() })
			stop := h.run(t)
			time.Sleep(30 * time.Minute)
			stop()
			if n := len(h.starts()); n != 1 {
				t.Errorf("%d sweeps", n)
			}
		})
	}
}

// TestCancel keeps the part, and the next sweep comes on schedule.
func TestCancel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.Cancel() // nothing is under way
		stop := h.run(t)
		defer stop()
		time.Sleep(10 * time.Second)
		h.Cancel()
		synctest.Wait()
		if s := h.Sweep(); len(s.Devices) != 1 || h.memory.kept != 1 {
			t.Errorf("%d devices, %d sweeps kept", len(s.Devices), h.memory.kept)
		}
		if p := h.Progress(); p.Running || p.Message != "" {
			t.Errorf("progress %+v", p)
		}
		time.Sleep(67 * time.Minute)
		if n := len(h.starts()); n != 2 {
			t.Errorf("%d sweeps began", n)
		}
	})
}

// TestCancelledBeforeAnything keeps what was known.
func TestCancelledBeforeAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.memory.latest = lan.Sweep{Devices: []lan.Device{device("old")}}
		h.reopen(t)
		h.work = func(ctx context.Context, _ sweep.Talk) (lan.Sweep, error) {
			<-ctx.Done()
			return lan.Sweep{}, ctx.Err()
		}
		stop := h.run(t)
		time.Sleep(time.Minute)
		stop()
		if s := h.Sweep(); len(s.Devices) != 1 || s.Devices[0].ID != "old" || h.memory.kept != 0 {
			t.Errorf("%+v, %d kept", s.Devices, h.memory.kept)
		}
	})
}

func TestFailedSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.memory.latest = lan.Sweep{Devices: []lan.Device{device("old")}}
		h.reopen(t)
		h.work = func(context.Context, sweep.Talk) (lan.Sweep, error) {
			return lan.Sweep{}, errors.New("there is no home network on this machine")
		}
		stop := h.run(t)
		time.Sleep(time.Minute)
		if p := h.Progress(); p.Running || !strings.Contains(p.Message, "no home network") {
			t.Errorf("progress %+v", p)
		}
		if s := h.Sweep(); len(s.Devices) != 1 || h.memory.kept != 0 {
			t.Errorf("%d devices, %d kept", len(s.Devices), h.memory.kept)
		}
		if err := h.Start(); err != nil {
			t.Errorf("no sweep after one that failed: %v", err)
		}
		stop()
		if !strings.Contains(h.log.String(), "sweep failed") {
			t.Errorf("log %s", h.log)
		}
	})
}

// TestCommitFails: the result is shown all the same, with a note.
func TestCommitFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.memory.err = errors.New("no space left on device")
		stop := h.run(t)
		time.Sleep(5 * time.Minute)
		stop()
		s := h.Sweep()
		if len(s.Devices) != 1 || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "could not be written down: no space left on device") {
			t.Errorf("%d devices, notes %q", len(s.Devices), s.Notes)
		}
	})
}

// TestDoneIsToldAfterCommit: whoever hears that the sweep is over finds its
// result, and can ask for the next one.
func TestDoneIsToldAfterCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		ctx, cancel := context.WithCancel(t.Context())
		var phases []string
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			h.Watch(ctx, func(p lan.Progress) {
				phases = append(phases, p.Phase)
				if p.Phase != "done" {
					return
				}
				h.memory.mu.Lock()
				kept := h.memory.kept
				h.memory.mu.Unlock()
				if kept != 1 || len(h.Sweep().Devices) != 1 || p.Running || p.Finished != 1 {
					t.Errorf("told done with %d sweeps kept: %+v", kept, p)
				}
				if err := h.Start(); err != nil {
					t.Errorf("told done while busy: %v", err)
				}
				cancel()
			})
		}()
		stop := h.run(t)
		<-watched // Watch ends with its context
		stop()
		if !slices.Equal(phases, []string{"", "presence", "done"}) {
			t.Errorf("phases %q", phases)
		}
	})
}

// TestSlowWatcher misses steps, never the last one.
func TestSlowWatcher(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.work = func(_ context.Context, talk sweep.Talk) (lan.Sweep, error) {
			for i := range 1000 {
				talk.Progress(lan.Progress{Running: true, Probes: i})
			}
			talk.Progress(lan.Progress{Probes: 1000})
			return lan.Sweep{}, nil
		}
		var last lan.Progress
		calls := 0
		ctx, cancel := context.WithCancel(t.Context())
		watched := make(chan struct{})
		go func() {
			defer close(watched)
			h.Watch(ctx, func(p lan.Progress) {
				time.Sleep(time.Second)
				last, calls = p, calls+1
			})
		}()
		stop := h.run(t)
		time.Sleep(time.Minute)
		stop()
		cancel()
		<-watched
		if last.Probes != 1000 || last.Running || calls > 10 {
			t.Errorf("%d calls, the last with %+v", calls, last)
		}
	})
}

// TestSweepUnderWay shows each device as soon as it is done, in place of what
// was known of it.
func TestSweepUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		long := time.Now().Add(-1000 * time.Hour)
		old := device("d-1")
		old.FirstSeen, old.Model = long, "before"
		h.memory.latest = lan.Sweep{Devices: []lan.Device{old, device("d-2")}}
		h.reopen(t)
		h.work = func(ctx context.Context, talk sweep.Talk) (lan.Sweep, error) {
			now := device("d-1")
			now.FirstSeen, now.Model = time.Now(), "after"
			talk.Device(now)
			talk.Device(device("d-3"))
			<-ctx.Done()
			return lan.Sweep{}, ctx.Err()
		}
		stop := h.run(t)
		time.Sleep(time.Minute)
		s := h.Sweep()
		if len(s.Devices) != 3 || s.Devices[0].Model != "after" || s.Devices[0].FirstSeen != long || s.Devices[2].ID != "d-3" {
			t.Errorf("under way: %+v", s.Devices)
		}
		stop()
		if s := h.Sweep(); len(s.Devices) != 2 || s.Devices[0].Model != "before" {
			t.Errorf("after a stop without a result: %+v", s.Devices)
		}
	})
}

func TestProblems(t *testing.T) {
	var d lan.Device
	for _, v := range []lan.Verdict{lan.Fail, lan.LikelyFail, lan.Pass, lan.Undecided, lan.NotTested, lan.Stale} {
		d.Findings = append(d.Findings, lan.Finding{Verdict: v})
	}
	if n := Problems(lan.Sweep{Devices: []lan.Device{d, d}}); n != 4 {
		t.Errorf("%d problems", n)
	}
}
