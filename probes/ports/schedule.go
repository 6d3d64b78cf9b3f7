package ports

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Errors of a road's ask, beside those that end the scan.
var (
	errBusy    = errors.New("ports: the machine is short of sockets, ports or buffers")
	errRefused = errors.New("ports: address is out of scope")
)

const (
	busyPause = 50 * time.Millisecond // how long to leave the machine alone
	maxBusy   = 100                   // pauses in a row before the scan gives up
)

// answer is what was heard of one port.
type answer struct {
	addr netip.Addr
	port uint16
	says state
	at   time.Duration
}

// road carries questions out and answers in. Its methods are called from one
// goroutine.
type road interface {
	// ask sends one question. After errBusy it is asked again later, after
	// errRefused the host is left alone; any other error ends the scan.
	ask(h *host, port uint16) error
	// drop says that nobody waits for this answer any more.
	drop(h *host, port uint16)
	// wait returns what has been heard, as soon as there is something, or
	// nothing when d is over. It fails when ctx ends.
	wait(ctx context.Context, d time.Duration) ([]answer, error)
}

// schedule asks all hosts' questions over one road, always that of the host
// whose turn has been due longest. One goroutine runs it and owns the hosts.
type schedule struct {
	hosts []*host
	road  road
	gate  *gate
	clock func() time.Duration
	sent  func(int)
	done  func(Target, Result)

	most, window int // questions in flight: the bound, and what is tried now; 0 is none
	credit       int // answers since the window last grew
	busy         int // refusals by the machine in a row
	stats        Stats
}

// run asks until every host is decided. When it ends early, every host left is
// reported with what is known.
func (s *schedule) run(ctx context.Context) (Stats, error) {
	if s.sent == nil {
		s.sent = func(int) {}
	}
	s.stats.Passes, s.window = 1, s.most
	err := s.work(ctx)
	for _, h := range s.hosts {
		s.report(h)
	}
	return s.stats, err
}

func (s *schedule) work(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		now := s.clock()
		until := s.expire(now)
		if len(s.hosts) == 0 {
			return nil
		}
		if h, due := s.turn(); due <= now {
			if err := s.ask(h, now); err != nil {
				return err
			}
			until = now
		} else {
			until = min(until, due)
		}
		heard, err := s.road.wait(ctx, until-now)
		if err != nil {
			return err
		}
		for _, a := range heard {
			s.hear(a)
		}
	}
}

// expire gives up what is overdue, lets go of hosts that are decided, and
// returns when the next question's time is up.
func (s *schedule) expire(now time.Duration) time.Duration {
	next := never
	s.hosts = slices.DeleteFunc(s.hosts, func(h *host) bool {
		for _, port := range h.expire(now) {
			s.road.drop(h, port)
		}
		if !h.decided() {
			next = min(next, h.expires())
			return false
		}
		s.stats.Passes = max(s.stats.Passes, h.passes)
		s.report(h)
		return true
	})
	return next
}

// report hands h's result on and clears what is left of its questions.
func (s *schedule) report(h *host) {
	for _, i := range h.waiting {
		s.road.drop(h, h.questions[i].port)
	}
	h.waiting = nil
	r := h.result()
	for _, t := range h.targets {
		s.done(t, r)
	}
}

// turn is the host that may send next, and when; never if none may.
func (s *schedule) turn() (first *host, due time.Duration) {
	due = never
	if s.window > 0 && s.inFlight() >= s.window {
		return nil, due
	}
	for _, h := range s.hosts {
		if at := h.sendable(); at < due {
			first, due = h, at
		}
	}
	return first, max(due, s.gate.opens())
}

func (s *schedule) inFlight() (n int) {
	for _, h := range s.hosts {
		n += len(h.waiting)
	}
	return n
}

func (s *schedule) ask(h *host, now time.Duration) error {
	switch err := s.road.ask(h, h.next()); {
	case err == nil:
		h.sent(now)
		s.gate.pass(now)
		s.busy = 0
		s.stats.Sent++
		s.sent(1)
	case errors.Is(err, errRefused):
		h.stop()
	case errors.Is(err, errBusy):
		return s.yield(now, err)
	default:
		return err
	}
	return nil
}

// yield leaves the question in the queue, halves the window and waits a little.
func (s *schedule) yield(now time.Duration, err error) error {
	s.stats.Requeued++
	s.credit = 0
	s.window = (s.window + 1) / 2
	s.gate.hold(now + busyPause)
	if s.busy++; s.busy > maxBusy {
		return fmt.Errorf("%w for %s: close other programs or raise the limit of open files", err, maxBusy*busyPause)
	}
	return nil
}

// hear takes in one answer, and lets the window grow by one for each window's
// worth of them.
func (s *schedule) hear(a answer) {
	i := slices.IndexFunc(s.hosts, func(h *host) bool { return h.addr == a.addr })
	if i < 0 || !s.hosts[i].hear(a.port, a.says, a.at) {
		return
	}
	s.stats.Received++
	if s.credit++; s.window < s.most && s.credit >= s.window {
		s.window++
		s.credit = 0
	}
}
