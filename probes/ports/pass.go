package ports

import (
	"slices"
	"time"
)

const (
	minTries = 2 // one question and one repetition
	maxTries = 4 // of a port of a host that loses packets
	// missRisk is how likely one of the host's open ports may be missed.
	missRisk = 3e-4
	// On a home's link an answer that takes as long as slowRTT tells of a poor
	// radio, which is held to lose at least slowLoss.
	slowRTT  = 100 * time.Millisecond
	slowLoss = 0.1
	// fewPorts are asked again of a host that answered nothing at all: it may
	// have been asleep. That is done while its last ports are asked for the first
	// time, firstTimeout before the end of them, where there are so many.
	fewPorts = 4
	anyPorts = -1
)

// take notes what the host said of question i.
func (h *host) take(i uint16, says state, now time.Duration) {
	q := &h.questions[i]
	switch {
	case q.tries == 1:
		h.first++
		// Karn's rule, RFC 6298 section 3: of a repetition nobody knows which
		// of the two was answered.
		h.rtt.sample(now - h.sentAt(i))
	case h.first > 0:
		h.again++
	}
	q.state = says
	h.urgent = slices.DeleteFunc(h.urgent, func(k uint16) bool { return k == i })
	switch says {
	case open:
		h.opens++
		if !h.decoys.hold(int(i)) {
			h.news = append(h.news, q.port)
		}
	case proxied:
		h.proxies++
	default:
		h.refusals++
	}
	h.canary.quiet = 0
	if h.few >= 0 {
		h.few, h.cursor = anyPorts, 0 // it is awake
	}
	h.judge()
}

// limit is how many times a silent port is asked. A host whose answers come on
// the second try loses packets: if a share p of the first tries was lost, each
// of n open ports stays unheard with p to the power of the tries, and so any of
// them with n times that, which missRisk bounds. At 5 % loss each way p is
// 0.0975, and seven open ports after four tries are missed with a probability of
// 7 x 0.0975^4 = 6.3e-4; after three it would be 6.5e-3. Where a firewall leaves
// too few answers to show the loss, their slowness does.
func (h *host) limit() uint8 {
	lost := float64(h.again) / float64(max(h.first+h.again, 1))
	if h.rtt.smooth >= slowRTT {
		lost = max(lost, slowLoss)
	}
	missed := float64(max(h.opens, 1)) * lost * lost
	tries := uint8(minTries)
	for ; tries < maxTries && missed > missRisk; tries++ {
		missed *= lost
	}
	return tries
}

// wanted reports whether question i is asked in this pass.
func (h *host) wanted(i int) bool {
	q := &h.questions[i]
	switch {
	case h.passes == 1:
		return q.state == pending && !h.decoys.spare(i)
	}
	return q.state == silent && q.tries < h.limit() && !h.decoys.hold(i)
}

// rouse asks a host that sleeps, or is behind a firewall, the first few ports again
// when the first pass is nearly over, if that took a while.
func (h *host) rouse() {
	ahead := time.Duration(len(h.questions)-h.cursor) * h.gap
	if h.roused || !h.silentSoFar() || ahead > firstTimeout || time.Duration(h.cursor)*h.gap < firstTimeout {
		return
	}
	h.roused = true
	for i := 0; len(h.urgent) < fewPorts && i < h.cursor; i++ {
		if q := &h.questions[i]; q.state == silent && !h.decoys.hold(i) {
			q.state = pending
			h.urgent = append(h.urgent, uint16(i))
		}
	}
}

// decided reports whether nothing is left to ask or to wait for, beginning the
// next pass when it is due: over all silent ports of a host that answers, over a
// few of one that does not.
func (h *host) decided() bool {
	switch {
	case h.canary.asking:
		return false
	case h.gone, h.decoys.everything, h.canary.dead:
		return true
	case len(h.waiting) > 0:
		return false
	case h.halted:
		return true
	}
	if _, more := h.upcoming(); more {
		return false
	}
	if (h.passes > 1 || h.roused) && !h.answered() {
		return true
	}
	passes, few := h.passes, h.few
	h.passes, h.few, h.cursor = passes+1, anyPorts, 0
	if !h.answered() {
		h.few = fewPorts
	}
	if _, more := h.upcoming(); !more {
		h.passes, h.few = passes, few
		return true
	}
	return false
}

// lapse is how many questions in a row, unanswered at first and answered when
// asked again, show that a host was away. At 5 % loss each way a home's list has
// so many with a probability of 150 x 0.0975^4 = 1.4 %.
const lapse = 4

// lapsed reports whether the host was away for a while: it came back while it was
// asked, or it answered nearly everything and then nothing more. A firewall is
// silent in between as well.
func (h *host) lapsed() bool {
	answered, missed, late, silences := 0, 0, 0, 0
	for i, q := range h.questions {
		switch {
		case h.decoys.spare(i), q.state == pending:
		case q.state <= silent:
			silences++
			late = 0
		case q.tries < minTries:
			answered++
			missed += silences
			late, silences = 0, 0
		default:
			if late++; answered > 0 && late == lapse {
				return true
			}
		}
	}
	return silences >= lapse && answered >= 2*lapse && missed*10 <= answered
}

// mention tells of the ports found open since, once it is known that an open port
// means something on this host.
func (h *host) mention() {
	if len(h.news) == 0 || !h.decoys.passed(h.questions) {
		return
	}
	for _, t := range h.targets {
		for _, port := range h.news {
			if t.Found != nil {
				t.Found(port)
			}
		}
	}
	h.news = nil
}

// unwelcome reports whether somebody wants no more asked of the host.
func (h *host) unwelcome() bool {
	for _, t := range h.targets {
		select {
		case <-t.Stop:
			return true
		default:
		}
	}
	return false
}

// stop ends the asking; what waits for an answer is still waited for.
func (h *host) stop() { h.halted = true }

// result is what is known by now.
func (h *host) result() Result {
	r := Result{Unreachable: h.gone || h.canary.dead && h.canary.lost, Everything: h.decoys.everything, Suffered: h.canary.dead}
	r.Lapsed = h.lapsed()
	for _, i := range h.byPort {
		if h.decoys.hold(int(i)) {
			continue
		}
		switch q := h.questions[i]; q.state {
		case open:
			if !r.Everything {
				r.Open = append(r.Open, q.port)
			}
		case closed:
			r.Closed++
		case filtered, proxied:
			r.Filtered++
		case silent:
			r.Silent++
		}
	}
	return r
}
