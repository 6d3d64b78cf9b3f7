package watch

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/presence"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is remembered of strangers, whoever makes them up.
const (
	maxStrangers = 32
	maxOfOne     = 8                // sightings of one that are kept
	lapse        = 10 * time.Minute // from when one was heard last until it is forgotten
	stale        = time.Minute      // an older sighting makes nobody a newcomer
)

// mark is by what a stranger is told from others: a hardware address or, where none
// was heard, an address on a link.
type mark struct {
	mac lan.MAC
	at  place
}

// stranger is what was heard of one that is not in the memory.
type stranger struct {
	heard []lan.Sighting
	last  time.Time
}

// strangers are those of whom only what they said is known. It is safe for
// concurrent use.
type strangers struct {
	mu   sync.Mutex
	all  map[mark]*stranger
	left int           // for whom there was no room since the last sweep
	news chan struct{} // holds one when something was added
}

func newStrangers() *strangers {
	return &strangers{all: map[mark]*stranger{}, news: make(chan struct{}, 1)}
}

func markOf(s lan.Sighting) mark {
	if !s.MAC.IsZero() {
		return mark{mac: s.MAC}
	}
	return mark{at: place{s.Link, s.Addr.WithZone("").Unmap()}}
}

// hear takes s of one that is not on the roll, or was not until lately.
func (l *strangers) hear(s lan.Sighting, unknown bool, now time.Time) {
	if s.Claim || s.Gone || s.MAC.IsGroup() || s.MAC.IsZero() && !s.Addr.IsValid() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	who := markOf(s)
	one := l.all[who]
	if one == nil {
		if !unknown || presence.Weigh(s.Source) == 0 || now.Sub(s.At) > stale || !l.room(now) {
			return
		}
		one = &stranger{}
		l.all[who] = one
	}
	one.last = now
	if one.take(s) {
		select {
		case l.news <- struct{}{}:
		default:
		}
	}
}

// room makes room for one more, if it can.
func (l *strangers) room(now time.Time) bool {
	if len(l.all) >= maxStrangers {
		maps.DeleteFunc(l.all, func(_ mark, s *stranger) bool { return now.Sub(s.last) > lapse })
	}
	if len(l.all) >= maxStrangers {
		l.left++
		return false
	}
	return true
}

// take keeps s and reports whether it says anything new. Who says more than is kept
// has its oldest words forgotten, save the first.
func (one *stranger) take(s lan.Sighting) bool {
	i := slices.IndexFunc(one.heard, func(o lan.Sighting) bool {
		return o.Source == s.Source && o.Link == s.Link && o.Addr == s.Addr && o.ID == s.ID && maps.Equal(o.Heard, s.Heard) && slices.Equal(o.Names, s.Names)
	})
	if i >= 0 {
		one.heard[i].At = s.At
		return false
	}
	if len(one.heard) >= maxOfOne {
		one.heard = slices.Delete(one.heard, 1, 2)
	}
	one.heard = append(one.heard, s)
	return true
}

// words are all that was heard, of those heard within lapse.
func (l *strangers) words(now time.Time) (list []lan.Sighting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.all, func(_ mark, s *stranger) bool { return now.Sub(s.last) > lapse })
	for _, s := range l.all {
		list = append(list, s.heard...)
	}
	return list
}

// of is what was heard of d.
func (l *strangers) of(d lan.Device) (list []lan.Sighting) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for who, s := range l.all {
		if isOf(who, d) {
			list = append(list, s.heard...)
		}
	}
	return list
}

// met forgets those who are among devices: they are in the memory now.
func (l *strangers) met(devices []lan.Device) {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.all, func(who mark, _ *stranger) bool {
		return slices.ContainsFunc(devices, func(d lan.Device) bool { return isOf(who, d) })
	})
}

// swept says that a sweep has looked at everybody.
func (l *strangers) swept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = 0
}

// missed is for how many there was no room since then.
func (l *strangers) missed() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.left
}

func isOf(who mark, d lan.Device) bool {
	if !who.mac.IsZero() {
		return slices.Contains(d.MACs, who.mac)
	}
	return who.at.link == d.Link && slices.Contains(d.Addresses, who.at.addr)
}
