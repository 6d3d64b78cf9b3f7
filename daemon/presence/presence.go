// Package presence says which devices are here, asleep or gone. It fuses what
// many sources hear into one state a device: evidence fades at the pace of the
// device's kind, and only questions put to the device itself that stay
// unanswered end a presence.
//
// The package is pure: no I/O and no clock of its own. Its times are those of
// the calls, so that a week can be lived in a second.
package presence

import (
	"math"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxDevices bounds what is watched: the store remembers no more.
const maxDevices = 2048

// Keeper keeps one state a device. It holds a few words a device, however much
// is heard. It is not safe for concurrent use; its owner holds the lock.
type Keeper struct {
	all   map[string]*subject
	links map[string]*link
	last  time.Time // of the last Tick
}

// subject is one device under watch.
type subject struct {
	id    string
	kind  lan.Kind
	link  string
	self  bool
	shown lan.Presence

	best    evidence  // what keeps the belief up longest
	own     evidence  // the best that was not asked for: it is awake
	newest  time.Time // of all evidence
	met     bool      // heard since the watch began: only then online
	hurried time.Time // when it said goodbye, zero when it did not
	habit   int       // above zero: it answers while quiet, so silence is not its way to sleep

	asked   time.Time // the last question
	doubted bool      // its silence would count, once
	pending time.Time // a failure that waits for a witness
	failed  int       // failures in a row that count
	left    time.Time // when it was found to be gone
}

// evidence is one sighting, weighed.
type evidence struct {
	at     time.Time
	weight float64
}

// Transition is one change of a device's state, as it is to be shown.
type Transition struct {
	ID   string
	From lan.State // empty when nobody watched before
	Now  lan.Presence
}

// New is a Keeper that watches nobody yet.
func New(now time.Time) *Keeper {
	return &Keeper{all: map[string]*subject{}, links: map[string]*link{}, last: now}
}

// Know tells which devices there are now: newcomers are watched from now on,
// with the state in their Presence if they have one, and who is not among them
// is forgotten. Nobody is found to be gone for having been quiet before now:
// the watch itself may have been off.
func (k *Keeper) Know(devices []lan.Device, now time.Time) {
	still := make(map[string]bool, len(devices))
	for _, d := range devices[:min(len(devices), maxDevices)] {
		still[d.ID] = true
		s := k.all[d.ID]
		if s == nil {
			s = newcomer(d, now)
			k.all[d.ID] = s
		}
		s.kind, s.link, s.self = d.Kind, d.Link, d.Self
	}
	for id := range k.all {
		if !still[id] {
			delete(k.all, id)
		}
	}
}

func newcomer(d lan.Device, now time.Time) *subject {
	s := &subject{id: d.ID, shown: d.Presence, best: evidence{now, 1}}
	if s.shown.At.IsZero() {
		s.shown.At = d.LastSeen
	}
	if !d.Presence.At.After(now) { // else it was written under another clock
		s.newest = d.Presence.At
	}
	switch {
	case d.Self:
		s.shown = lan.Presence{State: lan.Online, Since: now, By: "self", At: now}
	case s.shown.State == lan.Online:
		s.shown.State, s.shown.Since = lan.Idle, now // not heard by this watch yet
	case s.gone():
		s.left = now
	}
	return s
}

// See takes one sighting of the device with that ID. A device that was gone is
// back with the first evidence, which is the Transition; ok tells whether there
// is one. Claims, leases and goodbyes never make a device present; a goodbye
// only has it asked sooner.
func (k *Keeper) See(id string, heard lan.Sighting, now time.Time) (t Transition, ok bool) {
	s, weight := k.all[id], Weigh(heard.Source)
	if s == nil || s.self || heard.Claim || weight == 0 {
		return t, false
	}
	at := heard.At
	if at.IsZero() || at.After(now) {
		at = now
	}
	if !at.After(s.newest) {
		return t, false // nothing new: a table read again
	}
	if heard.Gone {
		s.hurried = at
		return t, false
	}
	fresh := evidence{at, weight}
	s.newest = at
	if !at.Before(s.shown.At) || s.shown.At.After(now) {
		s.shown.By, s.shown.At = heard.Source, at
	}
	if s.belief(fresh, now) > s.belief(s.best, now) {
		s.best = fresh
	}
	if (heard.Source != Asked || s.gone() || !s.met) && s.belief(fresh, now) > s.belief(s.own, now) {
		s.own = fresh
	}
	if s.belief(fresh, now) < doubt {
		return t, false // an old entry of some table: shown, but proves nothing
	}
	k.hear(s.link, at)
	s.met, s.failed, s.doubted, s.pending, s.hurried = true, 0, false, time.Time{}, time.Time{}
	if s.gone() || s.shown.State == "" {
		return s.become(lan.Online, at), true
	}
	return t, false
}

// Beliefs from which a device that dozes is shown online, and below which any
// device is asked.
const (
	sure  = 0.5
	doubt = 0.25
)

// belief is how much e still says for s at now: it halves in half the quiet
// that s's kind may keep, so that the surest evidence falls to doubt when that
// quiet is over. The best piece decides alone, as several sources often hear
// one packet. Which of two pieces is better never changes with time.
func (s *subject) belief(e evidence, now time.Time) float64 {
	half := PatienceOf(s.kind).Quiet / 2
	return e.weight * math.Exp2(-float64(now.Sub(e.at))/float64(half))
}

// awake reports whether s is online rather than idle. What people carry dozes
// between the times it speaks up by itself. What should be on is quiet by
// nature, and idle only when it leaves a question unanswered or nobody asks.
func (s *subject) awake(now time.Time) bool {
	if PatienceOf(s.kind).Gone == lan.Away {
		return s.belief(s.own, now) >= sure
	}
	return s.failed == 0 && s.belief(s.best, now) >= doubt/2
}

func (s *subject) gone() bool {
	return s.shown.State == lan.Away || s.shown.State == lan.Offline
}

func (s *subject) become(state lan.State, since time.Time) Transition {
	t := Transition{ID: s.id, From: s.shown.State}
	s.shown.State, s.shown.Since = state, since
	t.Now = s.shown
	return t
}

// Presence is the state of the device with that ID; zero for one that is not
// watched.
func (k *Keeper) Presence(id string) lan.Presence {
	if s := k.all[id]; s != nil {
		return s.shown
	}
	return lan.Presence{}
}
