package census

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Unite is a list of remembered devices, old and new, in which those are one that
// the owner merged, or that a census found to be one (see Device.Bonds), without
// waiting for the next sweep. The device under the kept ID leads; of the others
// it takes what it does not have. A split takes a sweep to show. list is not
// changed.
func Unite(list []lan.Device, told []lan.Decision) []lan.Device {
	w := willOf(told, remember(list))
	into := map[string]string{}
	for _, d := range list {
		for _, b := range d.Bonds {
			if b.Source == "memory" && b.One == d.ID && b.Other != d.ID && slices.ContainsFunc(list, func(o lan.Device) bool { return o.ID == b.Other }) {
				into[b.Other] = d.ID
			}
		}
	}
	leader := func(d lan.Device) string {
		id := w.root(d.ID)
		for range list { // bonds that run in a circle are a stranger's doing
			next := into[id]
			if next == "" || w.refused(d, lan.Device{ID: next}) {
				break
			}
			id = w.root(next)
		}
		return id
	}
	at := map[string]int{}
	var out []lan.Device
	add := func(d lan.Device, id string) {
		i, met := at[id]
		if !met {
			at[id] = len(out)
			d = clone(d)
			d.ID = id
			out = append(out, d)
			return
		}
		absorb(&out[i], d)
	}
	for _, leads := range []bool{true, false} {
		for _, d := range list {
			if id := leader(d); leads == (id == d.ID) {
				add(d, id)
			}
		}
	}
	lan.Sort(out, Compare)
	return out
}

// absorb takes over from other what d does not have.
func absorb(d *lan.Device, other lan.Device) {
	for _, m := range other.MACs {
		d.MACs = addOne(d.MACs, m, maxAddrs)
	}
	if other.Suffered.At.After(d.Suffered.At) {
		d.Suffered = other.Suffered
	}
	if len(d.Addresses) == 0 || other.LastSeen.Equal(d.LastSeen) {
		for _, a := range other.Addresses {
			d.Addresses = addOne(d.Addresses, a, maxAddrs)
		}
		for _, a := range other.Exposed {
			d.Exposed = addOne(d.Exposed, a, maxAddrs)
		}
	}
	for _, n := range other.Names {
		d.Names = addOne(d.Names, n, maxNames)
	}
	if len(d.Services) == 0 && len(d.Findings) == 0 {
		d.Services, d.Findings = slices.Clone(other.Services), slices.Clone(other.Findings)
	}
	if d.Confidence < other.Confidence {
		d.Kind, d.Vendor, d.Model, d.Hardware, d.Firmware = other.Kind, other.Vendor, other.Model, other.Hardware, other.Firmware
		d.Confidence = other.Confidence
	}
	d.Identity = append(d.Identity, other.Identity...)
	d.Self = d.Self || other.Self
	if d.FirstSeen.IsZero() || !other.FirstSeen.IsZero() && other.FirstSeen.Before(d.FirstSeen) {
		d.FirstSeen = other.FirstSeen
	}
	if other.LastSeen.After(d.LastSeen) {
		d.LastSeen, d.Presence, d.Link = other.LastSeen, other.Presence, other.Link
	}
}
