package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
)

// gather is for how long the first words of a newcomer are taken together. A greeting
// goes over all the home, so that a flood of words has only so many.
const (
	gather     = 300 * time.Millisecond
	greetings  = 20          // in a row
	greetEvery = time.Second // then, so that who joins is shown within two seconds all the same
)

// meet has newcomers on the list as soon as they are heard, until ctx ends.
func (h *Home) meet(ctx context.Context) {
	pace := bucket{size: greetings, every: greetEvery}
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.strangers.news:
		}
		if !wait(ctx, max(gather, pace.wait(h.o.Now()))) {
			return
		}
		pace.take(h.o.Now())
		h.greet()
	}
}

// greet makes devices of what was heard of strangers, by the rules by which a sweep
// does, and puts those whom nobody knew and those who came under a mark that was not
// known on the list of whom to inspect.
func (h *Home) greet() {
	now := h.o.Now()
	links := h.listening()
	heard := h.strangers.words(now)
	h.mu.Lock()
	before := h.merged()
	c := census.New(links, now.Add(-lapse), h.known(), h.decisions)
	for _, s := range heard {
		c.See(s)
	}
	h.newcomers = slices.DeleteFunc(c.Devices(), func(d lan.Device) bool {
		return d.Self || !slices.ContainsFunc(heard, func(s lan.Sighting) bool { return isOf(markOf(s), d) })
	})
	for i := range h.newcomers {
		census.Conclude(&h.newcomers[i], nil)
	}
	newcomers, touch, after := slices.Clone(h.newcomers), h.touch, h.merged()
	h.mu.Unlock()

	h.roll.muster(after.Devices, now)
	for _, s := range heard {
		h.roll.hear(s, now)
	}
	for _, d := range newcomers {
		if touch == lan.Listen || len(d.Addresses) > len(d.Exposed) {
			h.errands.add(errand{id: d.ID}, now)
		}
	}
	h.happened(before, after)
	h.wake()
}

// listening are the links that are listened to; none while nobody knows.
func (h *Home) listening() []lan.Link {
	if h.o.Links == nil {
		return nil
	}
	links, err := h.o.Links()
	if err != nil {
		return nil
	}
	return links
}

// known are the devices by which a census knows who is who: those in the memory and
// the newcomers, who keep the ID under which they are shown.
func (h *Home) known() []lan.Device {
	list := slices.Clone(h.latest.Devices)
	for _, d := range h.newcomers {
		if !slices.ContainsFunc(list, func(old lan.Device) bool { return old.ID == d.ID }) {
			list = append(list, d)
		}
	}
	return list
}

// Known are the devices by which the census of a sweep knows who is who.
func (h *Home) Known() []lan.Device {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.known()
}

// joined adds to list the newcomers. One that is in it already was heard under
// marks of which the memory does not know yet.
func joined(list, newcomers []lan.Device) []lan.Device {
	for _, d := range newcomers {
		i := slices.IndexFunc(list, func(old lan.Device) bool { return old.ID == d.ID })
		if i < 0 {
			list = append(list, d)
			continue
		}
		old := &list[i]
		old.MACs, old.Addresses = union(d.MACs, old.MACs), union(d.Addresses, old.Addresses)
	}
	return list
}

// union is now with those of old that are not in it.
func union[T comparable](now, old []T) []T {
	now = slices.Clone(now)
	for _, one := range old {
		if !slices.Contains(now, one) {
			now = append(now, one)
		}
	}
	return now
}

// crowded tells the owner that more came than are looked at one by one, or came where
// another is.
func (h *Home) crowded() []string {
	if n := h.strangers.missed() + h.errands.missed(); n > 0 && !h.latest.Started.IsZero() {
		return []string{fmt.Sprintf("More unknown devices came at once than a home has, or with the addresses of others: %d times one was not looked at by itself. The next sweep looks at everybody.", n)}
	}
	return nil
}

// wake has everybody who watches look again.
func (h *Home) wake() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakeUp()
}

func (h *Home) wakeUp() {
	close(h.changed)
	h.changed = make(chan struct{})
}

// wait waits; false when ctx ended first.
func wait(ctx context.Context, long time.Duration) bool {
	t := time.NewTimer(long)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
