package reach

import (
	"context"
	"fmt"
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
	freed chan struct{} // closed and renewed whenever a place becomes free

	word chan struct{} // held by whoever sends a datagram
	said time.Time     // earliest time of the next; of the holder
}

func newTurn() *turn { return &turn{freed: make(chan struct{}), word: make(chan struct{}, 1)} }

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

// speak has say send one datagram when the next may go out. It takes no place:
// while its answer is waited for, nothing weighs on the device. The pace counts
// from when say is done, which may have to wait in its turn: what is late is never
// made up for.
func (t *turn) speak(ctx context.Context, pace lan.Pace, say func() error) error {
	select {
	case t.word <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("waiting for its turn: %w", ctx.Err())
	}
	defer func() { <-t.word }()
	if err := pause(ctx, time.Until(t.said), nil); err != nil {
		return fmt.Errorf("waiting for its turn: %w", err)
	}
	err := say()
	t.mu.Lock()
	class := t.class
	t.mu.Unlock()
	t.said = time.Now().Add(time.Duration(float64(time.Second) / pace.Manners(class).Rate))
	return err
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
	if err := ctx.Err(); err != nil {
		return err
	}
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
