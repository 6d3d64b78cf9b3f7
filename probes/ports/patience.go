package ports

import "time"

const (
	// After patientFor questions without any answer the rest of the first pass
	// waits hasty only: a firewalled device would else hold up an engine that
	// may have just two questions in flight. The second pass is patient again,
	// and if it wakes the host, all that were cut short are asked again.
	patientFor = 8
	hasty      = 300 * time.Millisecond
)

// expires is when the oldest waiting question's time is up.
func (h *host) expires() time.Duration {
	if len(h.waiting) == 0 {
		return never
	}
	return h.sentAt(h.waiting[0]) + h.timeout()
}

// timeout is how long to wait for an answer by now.
func (h *host) timeout() time.Duration {
	if h.silentSoFar() {
		return hasty
	}
	return h.rtt.timeout()
}

// silentSoFar reports whether the host looks asleep or firewalled.
func (h *host) silentSoFar() bool {
	return !h.answered() && h.passes == 1 && h.misses >= patientFor
}

// hold is how long a question keeps another one from being asked where few may
// wait at once. By then an answer is overdue by the host's own measure, so that
// there is no connection half open: a port that a firewall drops must not cost
// more than the pace does. The question itself is waited for longer.
func (h *host) hold() time.Duration {
	pace := time.Duration(h.atOnce) * h.gap
	switch {
	case h.rtt.known:
		return min(max(h.rtt.smooth+4*h.rtt.vary, pace), h.timeout())
	case h.silentSoFar():
		return min(pace, hasty)
	}
	return h.timeout()
}

// expire gives up the questions whose time is up and returns their ports.
func (h *host) expire(now time.Duration) (late []uint16) {
	for h.expires() <= now {
		i := h.waiting[0]
		h.waiting = h.waiting[1:]
		late = append(late, h.questions[i].port)
		h.miss(i)
	}
	return late
}

// miss notes that question i stayed without an answer.
func (h *host) miss(i uint16) {
	h.questions[i].state = silent
	h.misses++
	if h.answered() {
		h.canary.silence()
	}
	h.judge()
}
