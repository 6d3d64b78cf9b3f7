package reach

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// load is what a device had to bear.
type load struct {
	mu      sync.Mutex
	open    int
	most    int
	starts  []time.Duration
	started time.Time
}

func (l *load) visit(ctx context.Context, t *turn, pace lan.Pace) error {
	if err := t.take(ctx, pace); err != nil {
		return err
	}
	defer t.give()
	l.mu.Lock()
	l.open++
	l.most = max(l.most, l.open)
	l.starts = append(l.starts, time.Since(l.started))
	l.mu.Unlock()
	time.Sleep(time.Second) // in the bubble's own time
	l.mu.Lock()
	l.open--
	l.mu.Unlock()
	return nil
}

func TestManners(t *testing.T) {
	for _, class := range []lan.Class{lan.Careful, lan.Fragile, lan.Sturdy} {
		for _, pace := range []lan.Pace{lan.Gentle, lan.Normal, lan.Fast} {
			synctest.Test(t, func(t *testing.T) {
				turn := newTurn()
				turn.class = class
				l := &load{started: time.Now()}
				var wait sync.WaitGroup
				for range 12 {
					wait.Go(func() {
						if err := l.visit(t.Context(), turn, pace); err != nil {
							t.Error(err)
						}
					})
				}
				wait.Wait()
				manners := pace.Manners(class)
				if l.most > manners.AtOnce {
					t.Errorf("%v at pace %v: %d connections at once", class, pace, l.most)
				}
				for i := 1; i < len(l.starts); i++ {
					if between := l.starts[i] - l.starts[i-1]; between < manners.Gap-time.Microsecond {
						t.Errorf("%v at pace %v: %v between two connections, %v wanted", class, pace, between, manners.Gap)
					}
				}
				if len(l.starts) != 12 {
					t.Errorf("%d visits", len(l.starts))
				}
			})
		}
	}
}

// TestDatagramsArePaced: as many a second as the class's rate, whatever number
// ask at once, and none of them needs a connection's place.
func TestDatagramsArePaced(t *testing.T) {
	for _, class := range []lan.Class{lan.Careful, lan.Fragile, lan.Sturdy} {
		synctest.Test(t, func(t *testing.T) {
			turn := newTurn()
			turn.class = class
			for range class.AtOnce() {
				if err := turn.take(t.Context(), lan.Fast); err != nil {
					t.Fatal(err)
				}
			}
			started := time.Now()
			var wait sync.WaitGroup
			for range 26 {
				wait.Go(func() {
					if err := turn.speak(t.Context(), lan.Normal, func() error { return nil }); err != nil {
						t.Error(err)
					}
				})
			}
			wait.Wait()
			gap := time.Duration(float64(time.Second) / class.Rate())
			if took := time.Since(started); took != 25*gap {
				t.Errorf("%v: 26 datagrams within %v, %v apart wanted", class, took, gap)
			}
		})
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		turn := newTurn()
		turn.class = lan.Fragile
		if err := turn.take(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := turn.take(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		turn.give()
		if err := turn.take(t.Context(), 1); err != nil {
			t.Error(err)
		}
	})
}
