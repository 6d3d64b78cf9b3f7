package watch

import (
	"errors"
	"runtime"
	"runtime/debug"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// tidy gives back what a sweep or an inspection needed.
func tidy() {
	runtime.GC() // pools outlive one collection
	debug.FreeOSMemory()
}

// keep commits a sweep, whole unless it was stopped. When that fails the dashboard still
// shows it. Who turned up too late for it, or was cut off, is still to be inspected.
func (h *Home) keep(s lan.Sweep, whole bool) {
	h.mu.Lock()
	before, looked := h.remembered(), h.live
	h.mu.Unlock()
	err := h.o.Memory.Commit(s)
	latest, lerr := h.o.Memory.Latest()
	if err = errors.Join(err, lerr); err != nil {
		h.o.Log.Error("sweep could not be kept", "error", err)
		s.Notes = append(s.Notes, "This sweep could not be written down: "+err.Error()+".")
		latest = s
	}
	h.renew(latest, s.Devices)
	if whole {
		h.strangers.swept()
		h.errands.swept(looked)
	}
	h.mu.Lock()
	after := h.remembered()
	h.mu.Unlock()
	h.happened(before, after)
}

// Problems counts the findings of s that ask something of the owner.
func Problems(s lan.Sweep) (n int) {
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict.Problem() {
				n++
			}
		}
	}
	return n
}

// renew takes over what is remembered now, of which devices were just met.
func (h *Home) renew(latest lan.Sweep, met []lan.Device) {
	h.strangers.met(latest.Devices)
	h.mu.Lock()
	h.latest = latest
	h.newcomers = slices.DeleteFunc(h.newcomers, func(d lan.Device) bool {
		return slices.ContainsFunc(latest.Devices, func(o lan.Device) bool {
			return o.ID == d.ID && len(union(o.MACs, d.MACs)) == len(o.MACs)
		})
	})
	devices := h.merged().Devices
	h.mu.Unlock()
	now := h.o.Now()
	h.roll.muster(devices, now)
	for _, d := range met {
		h.roll.swept(d, now)
	}
}
