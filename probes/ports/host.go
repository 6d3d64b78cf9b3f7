package ports

import (
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// state is where a question stands.
type state uint8

const (
	pending state = iota // not sent yet
	asked                // sent, and its time is not up
	silent               // sent, no answer in time
	open
	closed
	unreachable // of an answer only: there is no such host any more
)

const (
	maxTries = 2 // one question and one repetition
	// fewPorts are asked again of a host that answered nothing at all: it may
	// have been asleep.
	fewPorts = 4
	// After patientFor questions without any answer the rest of the first pass
	// waits hasty only: a firewalled device would else hold up an engine that
	// may have just two questions in flight. The second pass is patient again,
	// and if it wakes the host, all that were cut short are asked again.
	patientFor = 8
	hasty      = 300 * time.Millisecond
	never      = time.Duration(math.MaxInt64)
)

// question is one port of one host.
type question struct {
	at    time.Duration // when it was last sent
	port  uint16
	state state
	tries uint8
}

// host is one address's turn of questions: a state machine that does no I/O
// and reads no clock. Times are since the scan's start.
type host struct {
	addr    netip.Addr
	mac     lan.MAC
	targets []Target // more than one if two devices claim the address

	questions []question
	queue     []int // questions to send, in order
	waiting   []int // questions asked, in the order sent
	atOnce    int   // bound of waiting; 0 is none

	gap, due time.Duration
	rtt      rtt
	answered bool // said anything at all
	gone     bool // unreachable
	misses   int  // questions whose time was up
	passes   int
}

// sendable is when the next question may be sent, never if there is none or
// enough are waiting.
func (h *host) sendable() time.Duration {
	if len(h.queue) == 0 || h.atOnce > 0 && len(h.waiting) >= h.atOnce {
		return never
	}
	return h.due
}

// next is the port of the question to send.
func (h *host) next() uint16 { return h.questions[h.queue[0]].port }

// sent notes that the next question left at now.
func (h *host) sent(now time.Duration) {
	i := h.queue[0]
	h.queue = h.queue[1:]
	h.waiting = append(h.waiting, i)
	q := &h.questions[i]
	q.state, q.at = asked, now
	q.tries++
	h.due = following(h.due, now, h.gap)
}

// expires is when the oldest waiting question's time is up.
func (h *host) expires() time.Duration {
	if len(h.waiting) == 0 {
		return never
	}
	return h.questions[h.waiting[0]].at + h.timeout()
}

// timeout is how long to wait for an answer by now.
func (h *host) timeout() time.Duration {
	if !h.answered && h.passes == 1 && h.misses >= patientFor {
		return hasty
	}
	return h.rtt.timeout()
}

// expire gives up the questions whose time is up and returns their ports.
func (h *host) expire(now time.Duration) (late []uint16) {
	for h.expires() <= now {
		q := &h.questions[h.waiting[0]]
		h.waiting = h.waiting[1:]
		q.state = silent
		h.misses++
		late = append(late, q.port)
	}
	return late
}

// hear takes in an answer that came at now, late ones too. It reports whether
// the host itself said something of a question that was undecided.
func (h *host) hear(port uint16, says state, now time.Duration) bool {
	i := slices.IndexFunc(h.questions, func(q question) bool { return q.port == port })
	if i < 0 || h.questions[i].state != asked && h.questions[i].state != silent {
		return false
	}
	if says == unreachable {
		h.gone = true
		return true
	}
	q := &h.questions[i]
	q.state = says
	drop := func(k int) bool { return k == i }
	h.waiting = slices.DeleteFunc(h.waiting, drop)
	if says == silent {
		return false // the road gave the question up, not the host
	}
	h.answered = true
	h.queue = slices.DeleteFunc(h.queue, drop)
	if q.tries == 1 {
		h.rtt.sample(now - q.at)
	}
	return true
}

// decided reports whether nothing is left to ask or to wait for, queueing the
// second pass when it is due: over all silent ports of a host that answers,
// over a few of one that does not.
func (h *host) decided() bool {
	if h.gone {
		return true
	}
	if len(h.queue) > 0 || len(h.waiting) > 0 {
		return false
	}
	if h.passes > 1 && !h.answered {
		return true
	}
	for i, q := range h.questions {
		if q.state == silent && q.tries < maxTries && (h.answered || len(h.queue) < fewPorts) {
			h.queue = append(h.queue, i)
		}
	}
	if len(h.queue) > 0 {
		h.passes = 2
	}
	return len(h.queue) == 0
}

// stop forgets all questions not sent yet.
func (h *host) stop() {
	h.queue = nil
	for i := range h.questions {
		h.questions[i].tries = maxTries
	}
}

// result is what is known by now.
func (h *host) result() Result {
	r := Result{Unreachable: h.gone}
	for _, q := range h.questions {
		switch q.state {
		case open:
			r.Open = append(r.Open, q.port)
		case closed:
			r.Closed++
		case silent:
			r.Silent++
		}
	}
	slices.Sort(r.Open)
	return r
}
