package watch

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/presence"
	"github.com/homesweep/homesweep/daemon/supervise"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Confirm asks one device, by unicast and with a few tries, whether it is
// there: true if it answered. It returns within the time that ctx allows.
type Confirm func(ctx context.Context, d lan.Device) bool

const (
	writeDown = 30 * time.Minute // between two writes of who came and went
	askWithin = 5 * time.Second  // for one confirmation
	askAtOnce = 8                // confirmations under way
	relisten  = time.Minute      // until a source that has told everything is asked again
	relink    = time.Minute      // between two looks for links that came or went
)

// Attend keeps track of who is here until ctx ends: it lets time pass, has the
// quiet devices asked, and writes down who came and went.
func (h *Home) Attend(ctx context.Context) error {
	tick, write := time.NewTicker(presence.Every), time.NewTicker(writeDown)
	defer tick.Stop()
	defer write.Stop()
	defer h.writeDown()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			moved, ask := h.roll.tick(h.o.Now())
			h.moved(moved)
			h.confirm(ctx, ask)
		case <-write.C:
			h.writeDown()
		}
	}
}

// confirm asks the devices with those IDs, save those that are to be left alone, by the
// owner's word or because they suffered, and all of them only where something may be sent.
func (h *Home) confirm(ctx context.Context, ids []string) {
	if len(ids) == 0 || h.o.Confirm == nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	now := h.o.Now()
	h.mu.Lock()
	touch, skip := h.touch, h.skip()
	devices := slices.DeleteFunc(h.merged().Devices, func(d lan.Device) bool { return skip[d.ID] || d.Resting(now) || !slices.Contains(ids, d.ID) })
	h.asking = work{cancel, devices}
	h.mu.Unlock()
	if touch < lan.Look {
		return
	}
	slots := make(chan struct{}, askAtOnce)
	var all sync.WaitGroup
	for _, d := range devices {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() {
			defer func() { <-slots }()
			own, cancel := context.WithTimeout(ctx, askWithin)
			defer cancel()
			here := h.o.Confirm(own, d)
			if here || ctx.Err() == nil { // a stop of ours is nobody's silence
				h.came(h.roll.answer(d.ID, here, h.o.Now()))
			}
		})
	}
	all.Wait()
}

// writeDown commits the transitions since the last time.
func (h *Home) writeDown() {
	news := h.roll.take()
	if len(news) == 0 {
		return
	}
	if err := h.o.Memory.CommitPresence(news); err != nil {
		h.o.Log.Error("who came and went could not be kept", "error", err)
		h.roll.back(news)
	}
}

// hear takes what a source heard outside a sweep. Whoever is new, or does not sound
// as before, is put on the list of whom to inspect.
func (h *Home) hear(s lan.Sighting) {
	now := h.o.Now()
	n, t, back := h.roll.hear(s, now)
	h.strangers.hear(s, n.unknown, now)
	if n.looked {
		h.errands.add(errand{id: n.id, heard: []lan.Sighting{s}}, now)
	}
	h.came(t, back)
}

// came takes in that a device may be back: it is looked at again.
func (h *Home) came(t presence.Transition, ok bool) {
	if !ok || !gone(t.From) {
		return
	}
	h.errands.add(errand{id: t.ID}, h.o.Now())
	h.moved([]presence.Transition{t})
}

// Listen keeps every source listening on every link until ctx ends. One that
// fails is started again; links are looked for anew as they come and go. It is
// done at once when there is nothing to listen with.
func (h *Home) Listen(ctx context.Context) error {
	if h.o.Links == nil || len(h.o.Sources) == 0 {
		return nil
	}
	var meeting sync.WaitGroup
	meeting.Go(func() { h.meet(ctx) })
	defer meeting.Wait()
	for ctx.Err() == nil {
		links, err := h.o.Links()
		if err != nil {
			h.o.Log.Debug("no link to listen on", "error", err)
			h.relink(ctx)
			continue
		}
		h.listenOn(ctx, links)
	}
	return nil
}

// listenOn keeps the sources listening on links until these change.
func (h *Home) listenOn(ctx context.Context, links []lan.Link) {
	var ears []supervise.Service
	for _, l := range links {
		for _, s := range h.o.Sources {
			ears = append(ears, h.ear(s, l))
		}
	}
	own, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- supervise.Run(own, h.o.Log, ears...) }()
	for h.relink(ctx) {
		if now, err := h.o.Links(); err != nil || !reflect.DeepEqual(now, links) {
			break
		}
	}
	stop()
	if err := <-ended; err != nil {
		h.o.Log.Warn("a source did not stop", "error", err)
	}
}

// ear is the service of one source on one link. A source that tells all it can
// and is done, such as a reader of the kernel's tables, is asked again.
func (h *Home) ear(s probes.Source, l lan.Link) supervise.Service {
	return supervise.Service{Name: s.Name() + " on " + l.Name, Run: func(ctx context.Context) error {
		for {
			if err := s.Discover(ctx, l, h.hear); err != nil {
				return err
			}
			if !wait(ctx, relisten) {
				return nil
			}
		}
	}}
}

// relink waits until the links are to be looked for anew; false when ctx ended first.
func (h *Home) relink(ctx context.Context) bool {
	t := time.NewTimer(relink)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
	case <-h.relinked:
	}
	return true
}
