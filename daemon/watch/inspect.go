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
	First map[string]bool // those of them, by ID, that nobody has looked at before
	Asked map[string]bool // those of them, by ID, that the owner wants looked at now
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
	a, sweeping := h.aim(now), h.cancel != nil
	h.mu.Unlock()
	devices := a.all
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
		return fmt.Errorf("it did not bear being asked and is left alone until %s", rested(devices[i]))
	case sweeping:
		return errors.New("a sweep is under way, which looks at this device too")
	}
	if _, _, ok := a.at(devices[i], h.strangers.of(devices[i])); !ok {
		return errors.New("another device has its address too, and may not be asked in its place; look again when it has one of its own")
	}
	if !h.errands.add(errand{id: id, asked: true}, now) {
		return errors.New("so many devices are waiting to be looked at already; try again in a few minutes")
	}
	return nil
}

// rested is when d may be asked again, in words; of what goes where a person goes the
// day of it, as the hour is that at which it was here.
func rested(d lan.Device) string {
	until := d.Suffered.At.Add(lan.Rest)
	if d.Personal() {
		return until.Format("2 January")
	}
	return until.Format("15:04 on 2 January")
}

// visit inspects those whose turn it is, all at once. The owner's wish for a sweep
// ends it: the sweep looks at everybody. Who could not be inspected is so later.
func (h *Home) visit(ctx context.Context) {
	if h.o.Visitor == nil || len(h.start) > 0 || ctx.Err() != nil {
		return
	}
	left, failed := h.errands.take(h.o.Now()), true // so far, should it panic
	if len(left) == 0 {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() {
		h.mu.Lock()
		h.visiting = work{}
		h.mu.Unlock()
		h.errands.back(left, failed, h.o.Now())
	}()
	v, ok := h.outset(left, cancel)
	if !ok || len(v.Only) == 0 {
		if failed = false; ok {
			left = nil
		}
		return
	}
	begun := h.o.Now()
	s, err := h.o.Visitor(ctx, v, sweep.Talk{})
	switch {
	case ctx.Err() != nil: // what is missing would read as closed
		failed = false
	case err != nil && !errors.Is(err, sweep.ErrPartial):
		h.o.Log.Error("an inspection failed, it is tried again", "error", err)
	default:
		if err := h.visited(s); err != nil {
			h.o.Log.Error("an inspection could not be kept, it is done again", "error", err)
			break
		}
		left = nil
		h.again(v, s.Devices)
		h.o.Log.Info("inspected", "devices", len(s.Devices), "problems", Problems(s), "took", h.o.Now().Sub(begun).Round(100*time.Millisecond))
	}
	tidy()
}

// outset is the visit of those on list; ok is false when the owner wants a sweep
// instead. stop ends it from now on.
func (h *Home) outset(list []errand, stop context.CancelFunc) (v Visit, ok bool) {
	now := h.o.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	v = Visit{Touch: h.touch, Skip: h.skip(), First: map[string]bool{}, Asked: map[string]bool{}}
	a := h.aim(now)
	for _, e := range list {
		i := slices.IndexFunc(a.all, func(d lan.Device) bool { return d.ID == e.id })
		if i < 0 || a.all[i].Self || v.Skip[e.id] || a.all[i].Resting(now) {
			continue
		}
		d, heard, any := a.at(a.all[i], slices.Concat(e.heard, h.strangers.of(a.all[i])))
		if !any && v.Touch > lan.Listen {
			h.errands.miss(1)
			continue
		}
		v.Only, v.Heard = append(v.Only, d), append(v.Heard, heard...)
		v.Asked[d.ID] = e.asked
		v.First[d.ID] = !e.asked && !slices.ContainsFunc(a.kept, func(o lan.Device) bool { return o.ID == d.ID })
	}
	h.visiting = work{stop, v.Only}
	return v, len(h.start) == 0
}

// again has those that v asked the likely ports only looked at once more, for the
// rest, when they have had their peace for a while. Of the fragile all was asked.
func (h *Home) again(v Visit, met []lan.Device) {
	for _, d := range met {
		first := slices.ContainsFunc(v.Only, func(o lan.Device) bool { return v.First[o.ID] && akin(o, d) })
		if first && v.Touch >= lan.Look && d.Class() != lan.Fragile {
			h.errands.add(errand{id: d.ID}, h.o.Now())
		}
	}
}

// akin reports whether now is d, by its ID or, should it have another since, by a
// hardware address or an address.
func akin(d, now lan.Device) bool {
	switch {
	case d.ID == now.ID:
		return true
	case len(d.MACs) == 0:
		return slices.ContainsFunc(d.Addresses, func(a netip.Addr) bool { return shares(d, now, a) })
	}
	return slices.ContainsFunc(d.MACs, func(m lan.MAC) bool { return slices.Contains(now.MACs, m) })
}

// visited keeps what an inspection found.
func (h *Home) visited(s lan.Sweep) error {
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
		return err
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
	return nil
}
