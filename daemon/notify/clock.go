package notify

import "time"

// jumped is from how much on the clock was set, and not only read late.
const jumped = time.Minute

// settle moves what is told by the clock if that was set since the last call: a day of
// patience is one of tries, and what waits does not wait until an old time comes again.
// A clock that was set forward, or a machine that slept, makes other things due at once.
// The caller holds mu.
func (n *Notifier) settle(now time.Time, rooms map[string]string) {
	first, jump := n.wall.IsZero(), now.Sub(n.wall)-time.Since(n.seen)
	n.wall, n.seen = now, time.Now()
	if first || jump.Abs() < jumped {
		return
	}
	for _, l := range n.lanes {
		l.shift(jump)
	}
	if jump > 0 {
		return
	}
	for m, t := range n.told {
		t.At = t.At.Add(jump)
		n.told[m] = t
	}
	for _, h := range n.held {
		h.Ripe, h.Due = h.Ripe.Add(jump), h.Due.Add(jump)
		n.retime(h, rooms)
	}
}

// shift is l by a clock that was set.
func (l *lane) shift(jump time.Duration) {
	for _, p := range l.queue {
		p.First = p.First.Add(jump)
	}
	if jump > 0 {
		return
	}
	l.until = l.until.Add(jump)
	for _, p := range l.queue {
		p.next, p.news.Next = p.next.Add(jump), p.news.Next.Add(jump)
	}
	for _, last := range [...][]time.Time{l.released, l.urgent} {
		for i := range last {
			last[i] = last[i].Add(jump)
		}
	}
}

// retime is h's time of day for a digest and after quiet hours, by the soonest of its
// rules. The caller holds mu.
func (n *Notifier) retime(h *held, rooms map[string]string) {
	var soonest time.Time
	for i := range n.alerts.Rules {
		r := &n.alerts.Rules[i]
		if r.Channel != h.Channel || r.Digest != h.Digest || !selects(r, h.Event, rooms[h.Event.Device]) {
			continue
		}
		if at := due(r, h.Ripe); soonest.IsZero() || at.Before(soonest) {
			soonest = at
		}
	}
	if !soonest.IsZero() {
		h.Due = soonest
	}
}
