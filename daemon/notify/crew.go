package notify

import (
	"context"
	"hash/maphash"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// crew is the goroutines of one Run.
type crew struct {
	n     *Notifier
	wait  sync.WaitGroup
	hired int              // Notifier.numbered that agents work for
	at    map[string]place // the agents, by their channel's ID
}

func (w *crew) try(ctx context.Context, l *lane) {
	w.wait.Go(func() {
		w.n.attempt(ctx, l)
		w.n.rouse()
	})
}

func (w *crew) end() { w.wait.Wait() }

// place is where an agent works.
type place struct {
	c       *lan.Channel
	dismiss context.CancelCauseFunc
	left    <-chan struct{}
}

// agents starts those that channels want, and ends those that they do not.
func (w *crew) agents(ctx context.Context) {
	w.n.mu.Lock()
	defer w.n.mu.Unlock()
	if w.hired == w.n.numbered {
		return
	}
	w.hired = w.n.numbered
	var leaving []<-chan struct{}
	for id, at := range w.at {
		if c, ok := w.n.channel(id); !ok || *c != *at.c {
			at.dismiss(errUnwanted)
			leaving = append(leaving, at.left)
			delete(w.at, id)
		}
	}
	for i := range w.n.alerts.Channels {
		c := &w.n.alerts.Channels[i]
		if _, works := w.at[c.ID]; works || !c.Agent || w.n.o.Devices == nil {
			continue
		}
		own, dismiss := context.WithCancelCause(ctx)
		left := make(chan struct{})
		w.at[c.ID] = place{c, dismiss, left}
		a := &agent{n: w.n, c: c, seed: maphash.MakeSeed()}
		w.wait.Go(func() {
			defer close(left)
			for _, earlier := range leaving { // so that its last words come before our first
				<-earlier
			}
			a.run(own)
		})
	}
}
