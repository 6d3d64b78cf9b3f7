package lan

import (
	"slices"
	"time"
)

// Personal reports whether devices of that kind go where a person goes, so that
// their comings and goings are kept and told by the day only: one member of a
// household is not to learn from us when another came home.
func (k Kind) Personal() bool { return k == "phone" || k == "computer" }

// Personal reports whether d goes where a person goes, for all that is known: what
// hides its hardware address and was not recognised may be a guest's phone.
func (d Device) Personal() bool {
	return d.Kind.Personal() || !d.Kind.Known() && slices.ContainsFunc(d.MACs, MAC.IsLocal)
}

// DayOf is when t's day began in zone: midnight, or one o'clock where the clocks
// skip that, as on the Azores in spring. Zero stays zero.
func DayOf(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	y, m, d := t.In(zone).Date()
	if day := time.Date(y, m, d, 0, 0, 0, 0, zone); day.Day() == d {
		return day
	}
	return time.Date(y, m, d, 1, 0, 0, 0, zone)
}

// Discreet is p with its times rounded down to the day in zone.
func (p Presence) Discreet(zone *time.Location) Presence {
	p.Since, p.At = DayOf(p.Since, zone), DayOf(p.At, zone)
	return p
}

// Discreet is d as anybody in the home may read it: of a personal one every time is
// rounded down to the day in zone, and what it sends to the internet is nobody's
// business; others stay as they are. d is not changed.
func (d Device) Discreet(zone *time.Location) Device {
	if !d.Personal() {
		return d
	}
	d.FirstSeen, d.LastSeen = DayOf(d.FirstSeen, zone), DayOf(d.LastSeen, zone)
	d.Presence = d.Presence.Discreet(zone)
	d.Suffered.At = DayOf(d.Suffered.At, zone)
	d.Clear = nil // kept before it was known as one
	d.Identity = slices.Clone(d.Identity)
	for i := range d.Identity {
		f := &d.Identity[i]
		f.FirstSeen, f.LastSeen = DayOf(f.FirstSeen, zone), DayOf(f.LastSeen, zone)
	}
	d.Findings = slices.DeleteFunc(slices.Clone(d.Findings), func(f Finding) bool { return f.Check == ClearTraffic })
	for i := range d.Findings {
		f := &d.Findings[i]
		f.FirstSeen, f.LastSeen = DayOf(f.FirstSeen, zone), DayOf(f.LastSeen, zone)
	}
	return d
}
