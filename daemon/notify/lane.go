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
	queue    []*parcel
	busy     bool        // the first of queue is being tried
	missed   int         // events that were left out of the next message
	released []time.Time // of the last burst messages
}

// parcel is a message on its way.
type parcel struct {
	Message message   `json:"message"`
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

// lane is that of a channel. The caller holds mu.
func (n *Notifier) lane(channel string) *lane {
	l := n.lanes[channel]
	if l == nil {
		l = &lane{id: channel}
		n.lanes[channel] = l
	}
	return l
}

// rest is how long l has had enough messages for.
func (l *lane) rest(now time.Time) time.Duration {
	if len(l.released) < burst {
		return 0
	}
	return max(spread-now.Sub(l.released[0]), 0)
}

// release makes messages of what is due, one for each channel, and one more where
// a digest is. The caller holds mu.
func (n *Notifier) release(now time.Time) {
	for _, c := range n.alerts.Channels {
		for _, digest := range []bool{false, true} {
			if l := n.lane(c.ID); l.rest(now) == 0 {
				n.bundle(l, digest, now)
			}
		}
	}
	for t, at := range n.told {
		if now.Sub(at) >= again || len(n.told) > maxTold {
			delete(n.told, t)
		}
	}
}

// bundle makes one message of what of one sort is due in l, and of what came while
// that was gathered.
func (n *Notifier) bundle(l *lane, digest bool, now time.Time) {
	ours := func(h held) bool { return h.Channel == l.id && h.Digest == digest }
	if !slices.ContainsFunc(n.held, func(h held) bool { return ours(h) && !h.Due.After(now) }) {
		return
	}
	var events []lan.Event
	keep := n.held[:0]
	for _, h := range n.held {
		if !ours(h) || h.Ripe.After(now) || h.Due.After(now.Add(gather)) {
			keep = append(keep, h)
			continue
		}
		n.told[h.thing()] = now
		events = append(events, h.Event)
	}
	clear(n.held[len(keep):])
	n.held = keep
	if len(events) == 0 {
		return
	}
	l.released = append(l.released, now)
	l.released = l.released[max(len(l.released)-burst, 0):]
	n.post(l, &parcel{Message: compose(events, l.missed, digest, now), First: now})
	l.missed = 0
}

// post puts p into l; of a full queue the oldest that is not being tried is given
// up. The caller holds mu.
func (n *Notifier) post(l *lane, p *parcel) {
	if len(l.queue) >= maxQueue {
		i := 0
		if l.busy {
			i = 1
		}
		l.queue[i].news.State, l.queue[i].news.Next = "given up", time.Time{}
		l.queue = append(l.queue[:i], l.queue[i+1:]...)
	}
	p.next = n.o.Now()
	p.news = n.note(lan.Delivery{At: p.First, Channel: l.id, Words: p.Message.Title, State: "waiting", Tries: p.Tries, Next: p.next})
	l.queue = append(l.queue, p)
}

// note adds to the deliveries. The caller holds mu.
func (n *Notifier) note(d lan.Delivery) *lan.Delivery {
	n.deliveries = append(n.deliveries, &d)
	if over := len(n.deliveries) - maxDeliveries; over > 0 {
		n.deliveries = append([]*lan.Delivery(nil), n.deliveries[over:]...)
	}
	return &d
}
