package notify

import (
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// lane is one channel's way: its messages go one after the other, and wait for
// nobody else's.
type lane struct {
	id       string
	queue    []*parcel   // oldest first
	trying   *parcel     // of queue; nil for none
	fails    int         // tries since the last that went well
	until    time.Time   // before which nothing is tried
	refused  bool        // until is as long as the server wants to be left alone
	missed   int         // events that were left out of the next message
	released []time.Time // of the last burst messages
	urgent   []time.Time // of the last burst that went in spite of these
}

// parcel is a message on its way.
type parcel struct {
	Message *message  `json:"message"`
	First   time.Time `json:"first"`
	Tries   int       `json:"tries"`
	next    time.Time
	news    *lan.Delivery
}

// How messages are tried.
const (
	firstPause = 30 * time.Second
	maxPause   = time.Hour
	patience   = 24 * time.Hour   // after which a message is given up
	burst      = 10               // messages of one channel within spread; more are gathered
	spread     = 20 * time.Minute // so that a flood of devices is not one of messages
)

// wait is how long it is until a message of l can be tried.
func (l *lane) wait(now time.Time) time.Duration {
	if l.trying != nil || len(l.queue) == 0 {
		return longestWait
	}
	first := l.queue[0].next
	for _, p := range l.queue[1:] {
		if p.next.Before(first) {
			first = p.next
		}
	}
	return max(first.Sub(now), l.until.Sub(now))
}

// first is the message to try: of those that may be tried the one tried least, so
// that one that fails for what it says keeps none back.
func (l *lane) first(now time.Time) (best *parcel) {
	for _, p := range l.queue {
		if !p.next.After(now) && (best == nil || p.Tries < best.Tries) {
			best = p
		}
	}
	return best
}

// lane is that of a channel. The caller holds mu.
func (n *Notifier) lane(channel string) *lane {
	l := n.lanes[channel]
	if l == nil {
		l = &lane{id: channel}
		n.lanes[channel] = l
	}
	return l
}

// rest is how long l has had enough messages of a weight for. Those that a person
// should act on now go in spite of others, as many again.
func (l *lane) rest(weight lan.Severity, now time.Time) time.Duration {
	rest := resting(l.released, now)
	if weight == lan.ActNow {
		rest = min(rest, resting(l.urgent, now))
	}
	return rest
}

// resting is until the first of the last burst messages is long ago.
func resting(last []time.Time, now time.Time) time.Duration {
	if len(last) < burst {
		return 0
	}
	return max(spread-now.Sub(last[0]), 0)
}

// count takes note of a message.
func (l *lane) count(now time.Time) {
	last := &l.released
	if resting(l.released, now) > 0 {
		last = &l.urgent
	}
	*last = append(*last, now)
	*last = (*last)[max(len(*last)-burst, 0):]
}

// release makes messages of what is due, one for each channel, and one more where
// a digest is. The caller holds mu.
func (n *Notifier) release(now time.Time) {
	for i := range n.alerts.Channels {
		l := n.lane(n.alerts.Channels[i].ID)
		for _, digest := range []bool{false, true} {
			n.bundle(l, digest, now)
		}
	}
	n.fade(now)
}

// bundle makes one message of what of one sort is due in l, and of what came while
// that was gathered.
func (n *Notifier) bundle(l *lane, digest bool, now time.Time) {
	ours := func(h *held) bool { return h.Channel == l.id && h.Digest == digest }
	if !slices.ContainsFunc(n.held, func(h *held) bool { return ours(h) && !h.Due.After(now) && l.rest(h.weight(), now) == 0 }) {
		return
	}
	var events []*lan.Event
	keep := n.held[:0]
	for _, h := range n.held {
		if !ours(h) || h.Ripe.After(now) || h.Due.After(now.Add(gather)) {
			keep = append(keep, h)
			continue
		}
		n.mark(h, now)
		events = append(events, h.Event)
	}
	clear(n.held[len(keep):])
	n.held = keep
	if len(events) == 0 {
		return
	}
	l.count(now)
	n.post(l, &parcel{Message: compose(events, l.missed, digest, now), First: now})
	l.missed = 0
}

// post puts p into l, and gives up what a full queue has no room for. A channel that
// only could not be reached is tried with p soon. The caller holds mu.
func (n *Notifier) post(l *lane, p *parcel) {
	l.makeRoom(p)
	p.next = n.o.Now()
	if soon := p.next.Add(firstPause); !l.refused && l.until.After(soon) {
		l.until = soon
	}
	p.news = n.note(lan.Delivery{At: p.First, Channel: l.id, Words: p.Message.Title, State: "waiting", Tries: p.Tries, Next: p.next})
	l.queue = append(l.queue, p)
}

// makeRoom gives up messages until there is room for p: those that weigh least, of
// these the oldest, and never the one that is being tried.
func (l *lane) makeRoom(p *parcel) {
	for {
		events, least := len(p.Message.Events), -1
		for i, q := range l.queue {
			events += len(q.Message.Events)
			if q != l.trying && (least < 0 || q.weight() < l.queue[least].weight()) {
				least = i
			}
		}
		if least < 0 || len(l.queue) < maxQueue && events <= maxQueued {
			return
		}
		l.queue[least].end("given up")
		l.queue = slices.Delete(l.queue, least, least+1)
	}
}

// end is what came of p.
func (p *parcel) end(state string) { p.news.State, p.news.Next = state, time.Time{} }

// note adds to the deliveries. The caller holds mu.
func (n *Notifier) note(d lan.Delivery) *lan.Delivery {
	n.deliveries = append(n.deliveries, &d)
	if over := len(n.deliveries) - maxDeliveries; over > 0 {
		n.deliveries = append([]*lan.Delivery(nil), n.deliveries[over:]...)
	}
	return &d
}
