package ports

import (
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// state is where a question stands, or what an answer says.
type state uint8

const (
	pending state = iota // not sent yet
	asked                // sent, and its time is not up
	silent               // sent, no answer in time
	open
	closed
	filtered    // a firewall refused
	proxied     // what a SYN proxy says for every port it guards
	unreachable // of an answer only: the kernel does not find the host
	present     // of an answer only: the device says that it is there
	missing     // of an answer only: it does not
)

const (
	never = time.Duration(math.MaxInt64)
	// catchUp is how much of its turn a late timer may make up for, so that a
	// coarse clock does not slow the pace and never bunches many questions.
	catchUp = 20 * time.Millisecond
	coarse  = 2 * time.Millisecond // what a timer may well be late
)

// question is one port of one host. There may be 65,535 of a host, so it is
// small.
type question struct {
	at    uint32 // tick in which it was last sent
	port  uint16
	state state
	tries uint8
}

// tick is the unit of question.at; a scan may take five days.
const tick = 100 * time.Microsecond

// host is one address's turn of questions: a state machine that does no I/O
// and reads no clock. Times are since the engine was made.
type host struct {
	addr    netip.Addr
	mac     lan.MAC
	targets []Target // more than one if two devices claim the address
	number  int      // its place on the list

	unwritten *writer    // of the questions, as long as there is no room for them
	questions []question // in the order to ask
	byPort    []uint16   // the questions in ascending order of port
	cursor    int        // before which this pass asks nothing more
	urgent    []uint16   // questions to ask before all others
	few       int        // how many questions this pass may ask yet; below 0 is any number
	waiting   []uint16   // questions asked, in the order sent
	news      []uint16   // ports found open that were not mentioned yet
	atOnce    int        // bound of waiting; 0 is none

	gap, due time.Duration
	rtt      rtt
	misses   int  // questions whose time was up
	roused   bool // a few were asked again before the first pass was over
	passes   int
	opens    int // ports that said open
	refusals int // ports that said closed or filtered
	proxies  int // ports that a proxy answered for
	first    int // answers to a question asked once
	again    int // answers to a repetition, of a host that had answered before

	decoys decoys
	canary canary
	gone   bool // the kernel does not find it
	halted bool // nothing more is asked of it

	turn, end entry // its places in the schedule's agendas
	flying    int   // of waiting, as the schedule has counted it
}

// answered reports whether the host said anything at all.
func (h *host) answered() bool { return h.opens+h.refusals+h.proxies > 0 }

// sendable is when the next question may be sent, never if there is none.
func (h *host) sendable() time.Duration {
	if _, ok := h.upcoming(); !ok || h.halted || h.gone || h.canary.asking {
		return never
	}
	if full := len(h.waiting) - h.atOnce; h.atOnce > 0 && full >= 0 {
		return max(h.due, h.sentAt(h.waiting[full])+h.hold())
	}
	return h.due
}

// upcoming is the question to send next.
func (h *host) upcoming() (i uint16, ok bool) {
	if len(h.urgent) > 0 {
		return h.urgent[0], true
	}
	if h.few == 0 {
		return 0, false
	}
	for ; h.cursor < len(h.questions); h.cursor++ {
		if h.wanted(h.cursor) {
			return uint16(h.cursor), true
		}
	}
	return 0, false
}

// next is the port of the question to send.
func (h *host) next() uint16 {
	i, _ := h.upcoming()
	return h.questions[i].port
}

// sent notes that the next question left at now.
func (h *host) sent(now time.Duration) {
	i, _ := h.upcoming()
	if len(h.urgent) > 0 {
		h.urgent = h.urgent[1:]
	} else {
		h.cursor++
		h.few--
	}
	h.waiting = append(h.waiting, i)
	q := &h.questions[i]
	q.state, q.at = asked, uint32(now/tick)
	q.tries++
	// Never two questions at once: what is made up for is less than the gap,
	// unless that is finer than a timer.
	h.due = following(h.due, now, h.gap, min(catchUp, max(h.gap/2, coarse)))
	h.rouse()
}

// following is the turn after one that was due then and taken at now, when as
// much as slack of the delay may be made up for.
func following(due, now, gap, slack time.Duration) time.Duration {
	return max(due, now-slack) + gap
}

func (h *host) sentAt(i uint16) time.Duration { return time.Duration(h.questions[i].at) * tick }

// find is the question about port.
func (h *host) find(port uint16) (i uint16, ok bool) {
	k, ok := slices.BinarySearchFunc(h.byPort, port, func(i, port uint16) int {
		return int(h.questions[i].port) - int(port)
	})
	if !ok {
		return 0, false
	}
	return h.byPort[k], true
}

// hear takes in an answer that came at now, late ones too. It reports whether
// the host itself said something of a question that was undecided.
func (h *host) hear(port uint16, says state, now time.Duration) bool {
	i, ok := h.find(port)
	if !ok || h.questions[i].tries == 0 || h.questions[i].state > silent {
		return false
	}
	if k := slices.Index(h.waiting, i); k >= 0 {
		h.waiting = slices.Delete(h.waiting, k, k+1)
	}
	switch {
	case says == silent: // the road gave the question up, not the host
		h.miss(i)
		return false
	case says != unreachable:
		h.take(i, says, now)
	case h.answered() && h.canary.worried():
		h.questions[i].state = silent
	default:
		h.gone = true
	}
	return true
}
