package ports

import "time"

// entry is a host's place in an agenda.
type entry struct {
	at    time.Duration
	place int // counted from 1; 0 is none
}

// agenda keeps hosts by when something is due of them, as a binary heap. Of two
// that are due at once the first is the one that was on the list before.
type agenda struct {
	hosts []*host
	entry func(*host) *entry
}

func turns() agenda { return agenda{entry: func(h *host) *entry { return &h.turn }} }
func ends() agenda  { return agenda{entry: func(h *host) *entry { return &h.end }} }

// first is the host due first and when; never if there is none.
func (a *agenda) first() (*host, time.Duration) {
	if len(a.hosts) == 0 {
		return nil, never
	}
	return a.hosts[0], a.entry(a.hosts[0]).at
}

// set puts h where it belongs by now; never takes it out.
func (a *agenda) set(h *host, at time.Duration) {
	e := a.entry(h)
	switch {
	case at == e.at && e.place > 0:
		return
	case at == never:
		a.remove(e)
		return
	case e.place == 0:
		a.hosts = append(a.hosts, h)
		e.place = len(a.hosts)
	}
	e.at = at
	a.down(a.up(e.place))
}

func (a *agenda) remove(e *entry) {
	k := e.place
	if k == 0 {
		return
	}
	last := len(a.hosts)
	a.swap(k, last)
	a.hosts[last-1] = nil
	a.hosts = a.hosts[:last-1]
	e.place = 0
	if k < last {
		a.down(a.up(k))
	}
}

// up moves the host at place k up to where it belongs, and returns that place.
func (a *agenda) up(k int) int {
	for ; k > 1 && a.before(k, k/2); k /= 2 {
		a.swap(k, k/2)
	}
	return k
}

func (a *agenda) down(k int) {
	for {
		next := k
		for _, child := range [2]int{2 * k, 2*k + 1} {
			if child <= len(a.hosts) && a.before(child, next) {
				next = child
			}
		}
		if next == k {
			return
		}
		a.swap(k, next)
		k = next
	}
}

func (a *agenda) before(i, k int) bool {
	x, y := a.hosts[i-1], a.hosts[k-1]
	if s, t := a.entry(x).at, a.entry(y).at; s != t {
		return s < t
	}
	return x.number < y.number
}

func (a *agenda) swap(i, k int) {
	h := a.hosts
	h[i-1], h[k-1] = h[k-1], h[i-1]
	a.entry(h[i-1]).place, a.entry(h[k-1]).place = i, k
}
