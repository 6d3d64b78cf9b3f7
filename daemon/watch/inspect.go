package watch

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// Visit is what one inspection is about.
type Visit struct {
	Touch lan.Touch
	Skip  map[string]bool // devices that the owner wants left alone, by ID
	Only  []lan.Device    // those to look at
	Heard []lan.Sighting  // what they said just before
}

// Visitor runs the line of a sweep for some devices only, at v's touch. Nobody else
// is asked anything in person.
type Visitor func(ctx context.Context, v Visit, talk sweep.Talk) (lan.Sweep, error)

// Inspect has the device with that ID looked at as soon as may be. The error says
// why it cannot.
func (h *Home) Inspect(id string) error {
	now := h.o.Now()
	skip, touch := h.skipped(), h.Touch()
	h.mu.Lock()
	devices, sweeping := h.merged().Devices, h.cancel != nil
	h.mu.Unlock()
	i := slices.IndexFunc(devices, func(d lan.Device) bool { return d.ID == id })
	switch {
	case i < 0:
		return errors.New("this device is not on the list any more")
	case h.o.Visitor == nil:
		return errors.New("single devices cannot be looked at here")
	case devices[i].Self:
		return errors.New("this is the machine that homesweep runs on; it does not look at itself")
	case skip[id]:
		return errors.New("you asked to leave this device alone; allow it first")
	case touch == lan.Listen:
		return errors.New("homesweep only listens now; allow it to look in the settings first")
	case devices[i].Resting(now):
		return fmt.Errorf("it did not bear being asked and is left alone until %s", devices[i].Suffered.At.Add(lan.Rest).Format("15:04 on 2 January"))
	case sweeping:
		return errors.New("a sweep is under way, which looks at this device too")
	}
	h.errands.add(errand{id: id, asked: true}, now)
	return nil
}

// visit inspects those whose turn it is, all at once. The owner's wish for a sweep
// ends it: the sweep looks at everybody.
func (h *Home) visit(ctx context.Context) {
	list := h.errands.take(h.o.Now())
	if len(list) == 0 || h.o.Visitor == nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	v := Visit{Touch: h.Touch(), Skip: h.skipped()}
	h.mu.Lock()
	h.visiting = cancel
	devices := h.merged().Devices
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		h.visiting = nil
		h.mu.Unlock()
	}()
	for _, e := range list {
		if i := slices.IndexFunc(devices, func(d lan.Device) bool { return d.ID == e.id }); i >= 0 && !devices[i].Self && !v.Skip[e.id] && !devices[i].Resting(h.o.Now()) {
			heard := slices.Concat(e.heard, h.strangers.of(devices[i]))
			v.Only, v.Heard = append(v.Only, at(devices[i], heard)), append(v.Heard, heard...)
		}
	}
	if len(v.Only) == 0 || len(h.start) > 0 {
		return
	}
	begun := h.o.Now()
	s, err := h.o.Visitor(ctx, v, sweep.Talk{})
	switch {
	case ctx.Err() != nil: // what is missing would read as closed
	case err != nil && !errors.Is(err, sweep.ErrPartial):
		h.o.Log.Error("an inspection failed", "error", err)
	default:
		h.visited(s)
		h.o.Log.Info("inspected", "devices", len(s.Devices), "problems", Problems(s), "took", h.o.Now().Sub(begun).Round(100*time.Millisecond))
	}
	tidy()
}

// at is d with the addresses at which it was heard just now: there it is to be asked.
func at(d lan.Device, heard []lan.Sighting) lan.Device {
	for _, s := range heard {
		if s.Addr.IsValid() && !s.Claim {
			d.Addresses = union(d.Addresses, []netip.Addr{s.Addr.WithZone("").Unmap()})
		}
	}
	return d
}

// visited keeps what an inspection found.
func (h *Home) visited(s lan.Sweep) {
	h.mu.Lock()
	before := h.merged()
	h.mu.Unlock()
	latest, err := h.o.Memory.Latest()
	if len(s.Devices) > 0 {
		if err = h.o.Memory.CommitDevices(s); err == nil {
			latest, err = h.o.Memory.Latest()
		}
	}
	if err != nil {
		h.o.Log.Error("an inspection could not be kept", "error", err)
		return
	}
	h.renew(latest, s.Devices)
	h.mu.Lock()
	after := h.merged()
	h.mu.Unlock()
	only := after
	only.Started, only.Finished, only.Touch, only.Notes, only.Rung = s.Started, s.Finished, s.Touch, s.Notes, s.Rung
	only.Devices = slices.DeleteFunc(slices.Clone(after.Devices), func(d lan.Device) bool {
		return !slices.ContainsFunc(s.Devices, func(o lan.Device) bool { return o.ID == d.ID })
	})
	h.happened(before, only)
	h.wake()
}
