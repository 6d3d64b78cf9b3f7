package watch

import (
	"context"
	"errors"
	"slices"

	"github.com/homesweep/homesweep/daemon/events"
	"github.com/homesweep/homesweep/daemon/presence"
	"github.com/homesweep/homesweep/probes/lan"
)

// Chronicle keeps what happened; daemon/store implements it.
type Chronicle interface {
	// AppendEvents keeps events and gives each its number.
	AppendEvents([]lan.Event) ([]lan.Event, error)
	Events(device string, before uint64, limit int) ([]lan.Event, error)
	Days(device string) ([]lan.Day, error)
}

// happened tells what is different between what was known and what is known now.
func (h *Home) happened(before, after lan.Sweep) {
	h.mu.Lock()
	told := h.inForce()
	h.mu.Unlock()
	for _, s := range []*lan.Sweep{&before, &after} {
		s.Devices = slices.Clone(s.Devices)
		for i := range s.Devices {
			name(&s.Devices[i], told)
		}
	}
	now := h.o.Now()
	h.publish(h.untold(h.met.sift(events.Between(before, after, now), now)))
}

// looksBack is how many happenings of a device are read to find out what was told of it.
const looksBack = 200

// untold leaves out of list the problems that were told as new and never as fixed since:
// one that could not be looked at for a time is no news when it is seen again.
func (h *Home) untold(list []lan.Event) []lan.Event {
	if h.o.Chronicle == nil {
		return list
	}
	last := map[string][]lan.Event{} // by device, newest first
	return slices.DeleteFunc(list, func(e lan.Event) bool {
		if e.What != lan.FindingNew && e.What != lan.PairingOpen {
			return false
		}
		past, read := last[e.Device]
		if !read {
			var err error
			if past, err = h.o.Chronicle.Events(e.Device, 0, looksBack); err != nil {
				h.o.Log.Warn("what was told of a device cannot be read; it may be told twice", "error", err)
			}
			last[e.Device] = past
		}
		i := slices.IndexFunc(past, func(o lan.Event) bool {
			return o.Check == e.Check && o.Service == e.Service && slices.Contains(ofProblems, o.What)
		})
		return i >= 0 && past[i].What != lan.FindingFixed
	})
}

// ofProblems are the happenings that say that a problem is there, or is not any more.
var ofProblems = []lan.Happening{lan.FindingNew, lan.FindingWorse, lan.PairingOpen, lan.FindingFixed}

// moved tells who went and who came back.
func (h *Home) moved(list []presence.Transition) {
	list = slices.DeleteFunc(list, func(t presence.Transition) bool { return gone(t.From) == gone(t.Now.State) })
	if len(list) == 0 {
		return
	}
	h.mu.Lock()
	devices, told := h.merged().Devices, h.inForce()
	h.mu.Unlock()
	var out []lan.Event
	for _, t := range list {
		i := slices.IndexFunc(devices, func(d lan.Device) bool { return d.ID == t.ID })
		if i < 0 || devices[i].Personal() {
			continue
		}
		name(&devices[i], told)
		if e, ok := events.Moved(devices[i], lan.Presence{State: t.From}, t.Now); ok {
			out = append(out, e)
		}
	}
	h.publish(out)
	h.wake()
}

// publish keeps events and passes them on. Those that could not be kept are passed
// on all the same.
func (h *Home) publish(list []lan.Event) {
	if len(list) == 0 {
		return
	}
	if h.o.Chronicle != nil {
		kept, err := h.o.Chronicle.AppendEvents(list)
		if err != nil {
			h.o.Log.Error("what happened could not be kept", "error", err)
		} else {
			list = kept
		}
	}
	if h.o.Tell != nil {
		h.o.Tell(list)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.hearers {
		for _, e := range list {
			select {
			case c <- e:
			default: // it reads what it missed in the chronicle
			}
		}
	}
}

// hearing is how many events one who hears them may be behind.
const hearing = 64

// Happenings calls see with each event once it is kept, from one goroutine, until
// ctx ends. Who is slow misses some.
func (h *Home) Happenings(ctx context.Context, see func(lan.Event)) {
	c := make(chan lan.Event, hearing)
	h.mu.Lock()
	h.hearers[c] = true
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.hearers, c)
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-c:
			see(e)
		}
	}
}

// errNoChronicle is what is said where nothing is kept of what happened.
var errNoChronicle = errors.New("what happened is not kept here")

// Events are those of a device, or of all for the empty ID, newest first; see
// ui.Chronicle.
func (h *Home) Events(device string, before uint64, limit int) ([]lan.Event, error) {
	if h.o.Chronicle == nil {
		return nil, errNoChronicle
	}
	return h.o.Chronicle.Events(device, before, limit)
}

// Days are the last 90 of a device, oldest first.
func (h *Home) Days(device string) ([]lan.Day, error) {
	if h.o.Chronicle == nil {
		return nil, errNoChronicle
	}
	return h.o.Chronicle.Days(device)
}
