package presence

import (
	"cmp"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// link is what is known of one link: whether we hear anything on it at all.
// When everybody falls silent at once, it is our own cable, radio or router
// that is down, and nobody's silence counts until somebody is heard again.
type link struct {
	heard time.Time // the newest evidence of any device on it
	deaf  bool      // witnesses were asked and stayed silent too
}

const (
	witnessed    = 45 * time.Second // how far a failure and the witness of a working link may lie apart
	maxWitnesses = 3                // asked at a time
)

// hear notes that somebody on the link was heard at that time. After deafness
// every failure is forgotten: devices need minutes to come back, too.
func (k *Keeper) hear(name string, at time.Time) {
	l := k.link(name)
	if at.After(l.heard) {
		l.heard = at
	}
	if !l.deaf {
		return
	}
	l.deaf = false
	for _, s := range k.all {
		if s.link == name {
			s.failed, s.pending = 0, time.Time{}
		}
	}
}

func (k *Keeper) link(name string) *link {
	l := k.links[name]
	if l == nil {
		l = &link{}
		k.links[name] = l
	}
	return l
}

// Deaf reports whether nobody at all answers on the link: it is more likely
// that we are cut off than that all have left, and no state changes.
func (k *Keeper) Deaf(name string) bool {
	l := k.links[name]
	return l != nil && l.deaf
}

// count lets a failure of s count if somebody else was heard at about its time.
// It reports whether a witness is still wanted.
func (k *Keeper) count(s *subject, now time.Time) (lonely bool) {
	if s.pending.IsZero() {
		return false
	}
	l := k.link(s.link)
	switch {
	case !l.heard.Before(s.pending.Add(-witnessed)):
		s.failed++
		s.habit = max(s.habit-1, -maxHabit)
	case now.Sub(s.pending) > witnessed:
		l.deaf, s.failed = true, 0
	default:
		return true
	}
	s.pending = time.Time{}
	return false
}

// witnesses are a few devices that can tell whether a link of lonely works:
// those heard last.
func witnesses(others []*subject, lonely map[string]bool) (ids []string) {
	others = slices.DeleteFunc(others, func(s *subject) bool { return !lonely[s.link] || s.gone() || s.failed > 0 || !s.pending.IsZero() })
	lan.Sort(others, func(a, b *subject) int { return cmp.Or(b.newest.Compare(a.newest), cmp.Compare(a.id, b.id)) })
	asked := map[string]int{}
	for _, s := range others {
		if asked[s.link]++; asked[s.link] <= maxWitnesses {
			ids = append(ids, s.id)
		}
	}
	return ids
}
