package watch

import (
	"context"
	"errors"
	"slices"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
)

// Sweep is the last finished sweep merged with what is known since, under the
// names that the owner gave.
func (h *Home) Sweep() lan.Sweep {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.merged()
	s.Notes = slices.Concat(s.Notes, h.o.Notes, h.crowded())
	h.roll.show(&s)
	told := h.inForce()
	for i := range s.Devices {
		name(&s.Devices[i], told)
	}
	s.Suggestions = open(s.Suggestions, s.Devices, told)
	return s
}

// Progress is where the sweep under way stands, or how the last one ended.
func (h *Home) Progress() lan.Progress {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.progress
}

// Watch calls see with each progress, from one goroutine, until ctx ends. A
// slow see misses steps in between, never the last one.
func (h *Home) Watch(ctx context.Context, see func(lan.Progress)) {
	for {
		h.mu.Lock()
		changed, now := h.changed, h.progress
		h.mu.Unlock()
		see(now)
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// errBusy is what Start says while a sweep is under way.
var errBusy = errors.New("a sweep is under way already")

// Start asks for a sweep now.
func (h *Home) Start() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cancel != nil {
		return errBusy
	}
	h.visiting.halt()
	select {
	case h.start <- struct{}{}:
	default: // one is asked for already
	}
	return nil
}

// Cancel stops the sweep under way, if any; what it found so far is kept. None begins in
// its place.
func (h *Home) Cancel() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cancel == nil {
		return
	}
	h.cancel()
	h.cancelled = true
	select {
	case <-h.start: // it was to begin anew
	default:
	}
}

// remembered is the last sweep with the newcomers, without those of the sweep under
// way, and with those made one that are one by the owner's word.
func (h *Home) remembered() lan.Sweep {
	s := h.latest
	s.Devices = census.Unite(joined(slices.Clone(s.Devices), h.newcomers), h.decisions)
	return s
}

// merged is the last sweep with the newcomers and the devices that the sweep under
// way is done with, each in place of what was known of it, and with those made one
// that are one by the owner's word.
func (h *Home) merged() lan.Sweep {
	s := h.latest
	s.Devices = joined(slices.Clone(s.Devices), h.newcomers)
	for _, d := range h.live {
		i := slices.IndexFunc(s.Devices, func(old lan.Device) bool { return old.ID == d.ID })
		if i < 0 {
			s.Devices = append(s.Devices, d)
			continue
		}
		d.FirstSeen = s.Devices[i].FirstSeen
		s.Devices[i] = d
	}
	s.Devices = census.Unite(s.Devices, h.decisions)
	return s
}
