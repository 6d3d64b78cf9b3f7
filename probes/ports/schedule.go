package ports

import (
	"context"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"
)

// unsaid is how many questions sent may go unmentioned while there is something
// to do.
const unsaid = 64

// schedule asks all hosts' questions over one road, always that of the host
// whose turn has been due longest. One goroutine runs it and owns the hosts.
type schedule struct {
	hosts map[netip.Addr]*host // those that are not decided
	order []*host              // as given
	rest  []*host              // for whose questions there is no room yet
	held  int                  // questions of the others
	turns agenda               // by when the next question may be sent
	ends  agenda               // by when the oldest question's time is up
	road  road
	gate  *gate
	table *table // the machine's connection table; nil is none
	clock func() time.Duration
	sent  func(int)
	done  func(Target, Result)

	most, window int           // questions in flight: the bound, and what is tried now; 0 is none
	flying       int           // questions in flight
	abroad       *atomic.Int64 // those of all scans that share most; nil if it is not shared
	credit       int           // answers since the window last grew
	busy         int           // refusals by the machine in a row
	told         int           // of stats.Sent
	checks       checks
	losses       losses
	stats        Stats
}

// run asks until every host is decided. When it ends early, every host left is
// reported with what is known.
func (s *schedule) run(ctx context.Context, hosts []*host) (Stats, error) {
	if s.sent == nil {
		s.sent = func(int) {}
	}
	s.stats.Passes, s.window = 1, s.most
	s.turns, s.ends = turns(), ends()
	s.order, s.hosts = hosts, make(map[netip.Addr]*host, len(hosts))
	s.checks.post = s.road.post
	inner, cancel := context.WithCancel(ctx)
	for _, h := range hosts {
		s.hosts[h.addr] = h
		if s.checks.alive != nil {
			h.canary.patience = silentRun
		}
	}
	err := s.work(inner)
	cancel()
	s.checks.group.Wait()
	s.fly(-s.flying)
	for _, h := range s.order {
		if s.hosts[h.addr] == h {
			s.report(h)
		}
	}
	s.tell()
	return s.stats, err
}

func (s *schedule) work(ctx context.Context) error {
	s.rest = slices.Clone(s.order)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.admit(ctx)
		now := s.clock()
		s.expire(ctx, now)
		if len(s.hosts) == 0 {
			return nil
		}
		_, until := s.ends.first()
		h, due, err := s.turn(now)
		if err != nil {
			return err
		}
		if due <= now {
			if err := s.ask(ctx, h, now); err != nil {
				return err
			}
			until = now
		} else {
			until = min(until, due)
		}
		if until > now || s.stats.Sent-s.told >= unsaid {
			s.tell()
		}
		heard, err := s.road.wait(ctx, until-now)
		if err != nil {
			return err
		}
		for _, a := range heard {
			s.hear(ctx, a)
		}
	}
}

// admit lets in as many hosts as there is room for their questions.
func (s *schedule) admit(ctx context.Context) {
	for len(s.rest) > 0 && s.held < maxQuestions {
		h := s.rest[0]
		s.rest = s.rest[1:]
		if h.unwritten != nil {
			h.unwritten.write(h)
			h.unwritten = nil
		}
		s.held += len(h.questions)
		s.settle(ctx, h)
	}
}

// fly notes n more questions in flight.
func (s *schedule) fly(n int) {
	s.flying += n
	if s.abroad != nil {
		s.abroad.Add(int64(n))
	}
}

// full reports whether no more questions may be in flight. A scan that has none
// may send one whatever the others do: it is its own answers that wake it.
func (s *schedule) full() bool {
	return s.window > 0 && (s.flying >= s.window || s.flying > 0 && s.abroad != nil && s.abroad.Load() >= int64(s.most))
}

// tell mentions the questions sent meanwhile.
func (s *schedule) tell() {
	if n := s.stats.Sent - s.told; n > 0 {
		s.told += n
		s.sent(n)
	}
}

// expire gives up what is overdue.
func (s *schedule) expire(ctx context.Context, now time.Duration) {
	for {
		h, due := s.ends.first()
		if due > now {
			break
		}
		for _, port := range h.expire(now) {
			s.road.drop(h, port)
		}
		s.settle(ctx, h)
	}
	if s.losses.dropped(now, s.road) {
		s.gate.lose(now)
	}
}

// settle puts h where it belongs after something happened to it, or lets go of
// it when it is decided.
func (s *schedule) settle(ctx context.Context, h *host) {
	if h.canary.asking && !h.canary.queued {
		s.checks.begin(ctx, h)
	}
	h.mention()
	decided := h.decided()
	s.fly(len(h.waiting) - h.flying)
	h.flying = len(h.waiting)
	if !decided {
		s.turns.set(h, h.sendable())
		s.ends.set(h, h.expires())
		return
	}
	s.turns.set(h, never)
	s.ends.set(h, never)
	s.fly(-h.flying)
	s.stats.Passes = max(s.stats.Passes, h.passes)
	delete(s.hosts, h.addr)
	s.report(h)
}

// report hands h's result on and clears what is left of its questions.
func (s *schedule) report(h *host) {
	for _, i := range h.waiting {
		s.road.drop(h, h.questions[i].port)
	}
	r := h.result()
	for _, t := range h.targets {
		s.done(t, r)
	}
	s.held -= len(h.questions)
	h.questions, h.byPort, h.waiting = nil, nil, nil
}

// hear takes in one answer, and lets the window grow by one for each window's
// worth of them.
func (s *schedule) hear(ctx context.Context, a answer) {
	h := s.hosts[a.addr]
	if h == nil {
		return
	}
	if a.says == present || a.says == missing {
		h.canary.heard(a.says == present)
		s.checks.running--
		s.checks.begin(ctx, nil)
		s.settle(ctx, h)
		return
	}
	again := h.again
	counts := h.hear(a.port, a.says, a.at)
	if h.again > again && s.losses.repeated(h, a.at) {
		s.gate.lose(a.at)
	}
	s.settle(ctx, h)
	if !counts {
		return
	}
	s.stats.Received++
	if s.credit++; s.window < s.most && s.credit >= s.window {
		s.window++
		s.credit = 0
	}
}
