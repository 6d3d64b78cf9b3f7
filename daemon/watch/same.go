package watch

import (
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes/lan"
)

// aboutIdentity reports whether d is the owner's word on which device is which.
// The next sweep's census obeys it; see daemon/census for what it means there.
func aboutIdentity(d lan.Decision) bool { return d.What == census.Merge || d.What == census.Split }

// sameMatter reports whether a later word takes the place of an earlier one: a
// name that of another name, a split that of a merge of the same two.
func sameMatter(a, b lan.Decision) bool {
	switch {
	case aboutIdentity(a) && aboutIdentity(b):
		return a.Device == b.Device && a.Value == b.Value || a.Device == b.Value && a.Value == b.Device
	case aboutIdentity(a) || aboutIdentity(b):
		return false
	}
	return a.Device == b.Device && a.What == b.What && a.Check == b.Check
}

// note adds d to list, in place of an earlier word on the same thing. An address
// that is said to belong to a device after all is left to the census again rather
// than tied to it: tomorrow it may be lent to another.
func note(list []lan.Decision, d lan.Decision) []lan.Decision {
	list = slices.DeleteFunc(list, func(old lan.Decision) bool { return sameMatter(old, d) })
	if _, err := netip.ParseAddr(d.Value); err == nil && d.What == census.Merge {
		return list
	}
	return append(list, d)
}

// identityOf marks, among the facts of a device that Unite joins, under which ID
// the device was known. It is never a field that somebody else may fill.
const identityOf = "watch: id"

// goneInto is under which ID devices go that were made one with another, by the
// owner's word or by a sweep's.
func (h *Home) goneInto() map[string]string {
	var all []lan.Device
	add := func(d lan.Device) {
		if !slices.ContainsFunc(all, func(old lan.Device) bool { return old.ID == d.ID }) {
			d.Identity = append(slices.Clone(d.Identity), lan.Fact{Field: identityOf, Value: d.ID})
			all = append(all, d)
		}
	}
	for _, d := range h.latest.Devices {
		add(d)
	}
	for _, said := range h.decisions {
		add(lan.Device{ID: said.Device})
	}
	into := map[string]string{}
	for _, d := range census.Unite(all, h.decisions) {
		for _, f := range d.Identity {
			if f.Field == identityOf && f.Value != d.ID {
				into[f.Value] = d.ID
			}
		}
	}
	return into
}

// inForce are the owner's words, oldest first, each on the device that its own
// goes by now: what was asked to be left alone still is when it was made one with
// another. The later word of the two holds.
func (h *Home) inForce() (list []lan.Decision) {
	into := h.goneInto()
	for _, d := range h.decisions {
		if id, gone := into[d.Device]; gone && !aboutIdentity(d) {
			d.Device = id
		}
		list = note(list, d)
	}
	return list
}

// identityChanged puts a word on which device is which into force for what is
// shown and listened to, without waiting for the next sweep.
func (h *Home) identityChanged(d lan.Decision, now time.Time) {
	heard := h.roll.presence(d.Value)
	h.roll.muster(h.merged().Devices, now)
	if d.What == census.Merge {
		h.roll.inherit(d.Device, heard, now)
	}
}

func (r *roll) presence(id string) lan.Presence {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keeper.Presence(id)
}

// inherit lets what was last heard of one device count for the other that it was
// made one with.
func (r *roll) inherit(id string, p lan.Presence, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !gone(p.State) && !p.At.IsZero() {
		r.note(r.keeper.See(id, lan.Sighting{Source: p.By, At: p.At}, now))
	}
}

// open leaves out the suggestions that the owner has answered, and those of which
// a device is not on the list any more.
func open(list []lan.Suggestion, devices []lan.Device, told []lan.Decision) (left []lan.Suggestion) {
	there := func(id string) bool {
		return slices.ContainsFunc(devices, func(d lan.Device) bool { return d.ID == id })
	}
	for _, s := range list {
		answer := lan.Decision{What: census.Split, Device: s.Device, Value: s.Same}
		answered := slices.ContainsFunc(told, func(d lan.Decision) bool { return sameMatter(d, answer) })
		if !answered && there(s.Device) && there(s.Same) {
			left = append(left, s)
		}
	}
	return left
}
