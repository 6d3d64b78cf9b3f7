package presence

import (
	"cmp"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Every is how often Tick wants to be called.
const Every = 15 * time.Second

const (
	missed  = 2 * time.Minute  // a longer pause between two Ticks: the machine slept or its clock was set
	recheck = 15 * time.Minute // between questions to a device that is gone, or asleep for long
	giveUp  = 24 * time.Hour   // after which a device that is gone is not asked any more
	maxAsks = 16               // questions of one Tick

	maxHabit = 24 // questions whose answers tell a device's habit
)

// Asked is the source of evidence that Answer makes of an answer.
const Asked = "asked"

// Tick lets time pass. It returns the changes of state, by device ID, and the
// IDs of the devices that are to be asked now, by unicast, whether they are
// there; Answer takes what came of it. A device that nobody asks is never found
// to be gone.
func (k *Keeper) Tick(now time.Time) (moved []Transition, ask []string) {
	k.wake(now)
	var due, others []*subject
	lonely := map[string]bool{} // links that need a witness
	for _, s := range k.all {
		if s.self {
			continue
		}
		lonely[s.link] = k.count(s, now) || lonely[s.link]
		if t, ok := k.judge(s, now); ok {
			moved = append(moved, t)
		}
		if s.due(now) {
			due = append(due, s)
		} else {
			others = append(others, s)
		}
	}
	lan.Sort(moved, func(a, b Transition) int { return cmp.Compare(a.ID, b.ID) })
	lan.Sort(due, func(a, b *subject) int { return cmp.Or(a.asked.Compare(b.asked), cmp.Compare(a.id, b.id)) })
	for _, s := range due[:min(len(due), maxAsks)] {
		s.asked, s.doubted = now, !s.gone()
		ask = append(ask, s.id)
	}
	return moved, append(ask, witnesses(others, lonely)...)
}

// judge is the change of s's state that is due, if any.
func (k *Keeper) judge(s *subject, now time.Time) (t Transition, ok bool) {
	p, state := PatienceOf(s.kind), s.shown.State
	switch {
	case s.gone():
	case s.failed >= p.Asks && (p.Sleeps == 0 || s.habit > 0 || now.Sub(s.best.at) >= p.Sleeps):
		state, s.left = p.Gone, now
	case !s.met: // only what was remembered
	case s.awake(now):
		state = lan.Online
	default:
		state = lan.Idle
	}
	if state == s.shown.State {
		return t, false
	}
	since := now
	if state == p.Gone && !s.shown.At.IsZero() {
		since = s.shown.At // it went when it was last heard; that took until now to be sure of
	}
	return s.become(state, since), true
}

// due reports whether s wants to be asked.
func (s *subject) due(now time.Time) bool {
	p := PatienceOf(s.kind)
	switch {
	case s.gone():
		return now.Sub(s.left) < giveUp && now.Sub(s.asked) >= recheck && now.Sub(s.left) >= recheck
	case s.hurried.IsZero() && s.belief(s.best, now) >= doubt:
		return false
	case s.failed >= p.Asks: // asleep, as its kind may be
		return now.Sub(s.asked) >= recheck
	}
	return now.Sub(s.asked) >= p.Gap
}

// Answer takes what came of asking the device with that ID. An answer is
// evidence; silence counts only once somebody else on the link was heard.
func (k *Keeper) Answer(id string, here bool, now time.Time) (t Transition, ok bool) {
	s := k.all[id]
	if s == nil {
		return t, false
	}
	if here {
		if s.doubted {
			s.habit = min(s.habit+1, maxHabit)
		}
		return k.See(id, lan.Sighting{Source: Asked, At: now}, now)
	}
	if s.doubted && s.pending.IsZero() {
		s.doubted, s.pending = false, now
	}
	return t, false
}

// wake makes up for a pause of our own and for a clock that was set: nobody
// pays for silence that we could not have heard through.
func (k *Keeper) wake(now time.Time) {
	gap := now.Sub(k.last)
	k.last = now
	if gap >= 0 && gap < missed {
		return
	}
	for _, s := range k.all {
		s.best.at, s.own.at = s.best.at.Add(gap), shift(s.own.at, gap)
		s.failed, s.pending, s.doubted, s.asked = 0, time.Time{}, false, time.Time{}
		if s.gone() {
			s.left = s.left.Add(gap)
		}
		if gap < 0 { // else what is heard from now on would look old
			s.newest, s.shown.At, s.shown.Since = shift(s.newest, gap), shift(s.shown.At, gap), shift(s.shown.Since, gap)
		}
	}
	for _, l := range k.links {
		*l = link{}
	}
}

func shift(t time.Time, by time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(by)
}
