package reach

import (
	"context"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// turn is one device's place in the queue: how many connections it bears at
// once and how long it wants to be left alone between two;
// and how fast datagrams may follow each other.
type turn struct {
	mu    sync.Mutex
	class lan.Class
	open  int
	next  time.Time     // earliest start of the next connection
	said  time.Time     // earliest time of the next datagram
	freed chan struct{} // closed and renewed whenever a place becomes free
}

func newTurn() *turn { return &turn{freed: make(chan struct{})} }

// take waits for a place and for the gap since the last connection. Each
// nil-error take needs one give.
func (t *turn) take(ctx context.Context, pace lan.Pace) error {
	for {
		wait, freed := t.try(pace)
		if wait == 0 && freed == nil {
			return nil
		}
		if err := pause(ctx, wait, freed); err != nil {
			return err
		}
	}
}

// try takes a place if one is free now. Otherwise it says how long the gap
// still lasts, or gives the channel that tells of a freed place.
func (t *turn) try(pace lan.Pace) (time.Duration, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	manners := pace.Manners(t.class)
	if t.open >= manners.AtOnce {
		return 0, t.freed
	}
	now := time.Now()
	if wait := t.next.Sub(now); wait > 0 {
		return wait, nil
	}
	t.open++
	t.next = now.Add(manners.Gap)
	return 0, nil
}

// speak waits until the next datagram may go out. It takes no place: while its
// answer is waited for, nothing weighs on the device.
func (t *turn) speak(ctx context.Context, pace lan.Pace) error {
	t.mu.Lock()
	now := time.Now()
	if t.said.Before(now) {
		t.said = now
	}
	wait := t.said.Sub(now)
	t.said = t.said.Add(time.Duration(float64(time.Second) / pace.Manners(t.class).Rate))
	t.mu.Unlock()
	if wait == 0 {
		return nil
	}
	return pause(ctx, wait, nil)
}

func (t *turn) give() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open--
	close(t.freed)
	t.freed = make(chan struct{})
}

// pause waits for d, or for freed when it is not nil.
func pause(ctx context.Context, d time.Duration, freed <-chan struct{}) error {
	var timer <-chan time.Time
	if freed == nil {
		timer = time.After(d)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-freed:
	case <-timer:
	}
	return nil
}
