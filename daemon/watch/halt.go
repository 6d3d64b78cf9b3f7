package watch

import (
	"context"
	"net/netip"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// work is something under way that asks devices, and what stops it; nothing where stop
// is nil.
type work struct {
	stop context.CancelFunc
	with []lan.Device
}

func (w work) halt() {
	if w.stop != nil {
		w.stop()
	}
}

// asks reports whether it asks anything of d, or of an address that is d's too, one of
// haunts among them.
func (w work) asks(d lan.Device, haunts []netip.Addr) bool {
	return slices.ContainsFunc(w.with, func(o lan.Device) bool {
		return o.ID == d.ID || slices.ContainsFunc(o.Addresses, func(a netip.Addr) bool {
			return slices.Contains(d.Addresses, a) || slices.Contains(haunts, a)
		})
	})
}

// halt stops what is under way, as less is allowed than when it began. A sweep begins
// anew with what is allowed now, and who was being inspected is so again. h.mu is held,
// and must be from when what is allowed is read to when its stop is set.
func (h *Home) halt() {
	h.haltSweep()
	h.visiting.halt()
	h.asking.halt()
}

// haltSweep has the sweep under way begin anew, unless the owner has cancelled it.
func (h *Home) haltSweep() {
	if h.cancel != nil {
		if !h.cancelled {
			poke(h.start)
		}
		h.cancel()
	}
}

// leave stops what is under way on those who are to be left alone and were not before:
// a sweep, which asks everybody, and an inspection or questions only if they are about
// one of them. A login that is cut off on another device would cost its budget of
// wrong passwords. h.mu is held as for halt.
func (h *Home) leave(before map[string]bool) {
	all := h.merged().Devices
	for id := range h.skip() {
		if before[id] {
			continue
		}
		d := lan.Device{ID: id} // who is on no list may be in a visit still
		if i := slices.IndexFunc(all, func(d lan.Device) bool { return d.ID == id }); i >= 0 {
			d = all[i]
		}
		h.haltSweep()
		for _, w := range []work{h.visiting, h.asking} {
			if w.asks(d, h.roll.haunts(id)) {
				w.halt()
			}
		}
	}
}
