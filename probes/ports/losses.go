package ports

import "time"

const (
	// watch is how often the road is asked what it lost.
	watch = 200 * time.Millisecond
	// lossyHosts is of how many hosts answers must come on the second try,
	// within one second, to blame the pace: a single one has a bad radio.
	lossyHosts = 3
)

// losses tells from a scan's answers when the pace itself loses some.
type losses struct {
	drops  int           // that the road has told of
	next   time.Duration // when to ask it again
	lately map[int]time.Duration
}

// dropped reports whether the machine has lost answers since it was asked last.
func (l *losses) dropped(now time.Duration, r road) bool {
	if now < l.next {
		return false
	}
	before := l.drops
	l.next, l.drops = now+watch, r.lost()
	return l.drops > before
}

// repeated takes in that h answered the repetition of a question at now. It
// reports whether several hosts did so of late.
func (l *losses) repeated(h *host, now time.Duration) bool {
	if l.lately == nil {
		l.lately = map[int]time.Duration{}
	}
	l.lately[h.number] = now
	for n, at := range l.lately {
		if now-at > time.Second {
			delete(l.lately, n)
		}
	}
	return len(l.lately) >= lossyHosts
}
