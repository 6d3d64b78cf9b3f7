// Package events says what happened in a home: what is different between what was
// known and what is known now, and who came and went. It is pure, and it tells
// only what both sides looked at.
package events

import (
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is told of one device and of one sweep: a device that makes up
// services must not push everything else out of the memory.
const (
	maxOfDevice = 16
	maxOfSweep  = 256
)

// between is one comparison under way.
type between struct {
	before, after lan.Sweep
	at            time.Time
	began         time.Time              // when the first device was met
	then          map[string]*lan.Device // what a device of after, by its ID, was before
	now           map[string]*lan.Device // the devices of after by ID
	joined        map[string]bool        // who is told to have joined
	said          map[string]int         // how much, by device
	out           []lan.Event
}

// Between is what happened from before to after, in the order of lan.Happenings and
// without numbers; before is all that was remembered, after the same with a newer
// sweep in it, or that sweep alone. Names are those that the devices have in after,
// so the owner's should be first there. Times are at; of what goes where a person
// goes, the day of it in at's zone.
//
// The first sweep of a home makes no events, nor does a device that could not be seen
// before: one on another network, or met by a sweep that went further. A problem that
// was not known before is told however it came to be found. One that was known, was
// not looked at for a time and is found again is told again: whoever keeps what
// happened leaves that out.
func Between(before, after lan.Sweep, at time.Time) []lan.Event {
	if before.Started.IsZero() || len(before.Devices) == 0 {
		return nil
	}
	b := &between{
		before: before, after: after, at: at, began: began(before.Devices),
		then: map[string]*lan.Device{}, now: map[string]*lan.Device{}, joined: map[string]bool{}, said: map[string]int{},
	}
	changes := report.Compare(before, after)
	for i, j := range report.Same(before.Devices, after.Devices) {
		d := &after.Devices[i]
		b.now[d.ID] = d
		if j >= 0 {
			b.then[d.ID] = &before.Devices[j]
		}
	}
	b.devices(changes.Devices)
	b.findings(changes.Findings)
	for i := range after.Devices {
		d := &after.Devices[i]
		if then := b.then[d.ID]; then != nil {
			b.renewed(then, d)
			b.mapped(then, d)
		}
		b.serves(d)
		b.gateway(d)
	}
	order := lan.Happenings()
	lan.Sort(b.out, func(x, y lan.Event) int { return slices.Index(order, x.What) - slices.Index(order, y.What) })
	return b.out[:min(len(b.out), maxOfSweep)]
}

// began is when the first of the devices was met; zero where nobody noted that.
func began(devices []lan.Device) (first time.Time) {
	for _, d := range devices {
		if !d.FirstSeen.IsZero() && (first.IsZero() || d.FirstSeen.Before(first)) {
			first = d.FirstSeen
		}
	}
	return first
}

// say adds one event of d.
func (b *between) say(d *lan.Device, e lan.Event) {
	if b.said[d.ID]++; b.said[d.ID] > maxOfDevice {
		return
	}
	b.out = append(b.out, of(*d, b.at, e))
}

// of is e filled in with whose it is and when.
func of(d lan.Device, at time.Time, e lan.Event) lan.Event {
	e.At, e.Device, e.Name, e.Kind, e.Link = at, d.ID, called(d), d.Kind, lan.Printable(d.Link, lan.MaxName)
	if d.Personal() {
		e.At = lan.DayOf(at, at.Location())
	}
	e.Was, e.Now = short(e.Was), short(e.Now)
	e.Check, e.Service = lan.Printable(e.Check, lan.MaxName), lan.Printable(e.Service, lan.MaxName)
	if e.Words = lan.Printable(e.Words, maxWords); strings.HasPrefix(e.Words, "the ") {
		e.Words = "T" + e.Words[1:]
	}
	return e
}

// Moved is that a device went or came back, from how it stood to how it stands; ok
// tells whether there is anything to tell. Of what goes where a person goes there
// never is.
func Moved(d lan.Device, was, now lan.Presence) (e lan.Event, ok bool) {
	if d.Personal() || was.State == "" || away(was) == away(now) {
		return e, false
	}
	e = lan.Event{What: lan.DeviceBack, Was: string(was.State), Now: string(now.State), Words: called(d) + " is back."}
	if away(now) {
		e.What, e.Words = lan.DeviceGone, called(d)+" is gone."
		if now.State == lan.Offline {
			e.Words = called(d) + " does not answer any more."
		}
	}
	return of(d, now.Since, e), true
}

func away(p lan.Presence) bool { return p.State == lan.Away || p.State == lan.Offline }
