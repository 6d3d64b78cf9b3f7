package ports

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	busyPause = 50 * time.Millisecond // how long to leave the machine alone
	maxBusy   = 100                   // pauses in a row before the scan gives up
)

// turn is the host that may send next, and when; never if none may.
func (s *schedule) turn(now time.Duration) (*host, time.Duration, error) {
	h, due := s.turns.first()
	if h == nil || s.full() {
		return nil, never, nil
	}
	room, err := s.table.opens(now)
	return h, max(due, s.gate.opens(), room), err
}

func (s *schedule) ask(ctx context.Context, h *host, now time.Duration) error {
	if h.unwelcome() {
		h.stop()
		s.settle(ctx, h)
		return nil
	}
	switch err := s.road.ask(h, h.next()); {
	case err == nil:
		h.sent(now)
		s.gate.pass(now)
		s.busy = 0
		s.stats.Sent++
	case errors.Is(err, errRefused):
		h.stop()
	case errors.Is(err, errBusy):
		return s.yield(now, err)
	default:
		return err
	}
	s.settle(ctx, h)
	return nil
}

// yield leaves the question in the queue, halves the window and waits a little.
func (s *schedule) yield(now time.Duration, err error) error {
	s.stats.Requeued++
	s.credit = 0
	s.window = (s.window + 1) / 2
	s.gate.lose(now)
	s.gate.hold(now + busyPause)
	if s.busy++; s.busy > maxBusy {
		return fmt.Errorf("%w for %s: close other programs or raise the limit of open files", err, maxBusy*busyPause)
	}
	return nil
}
