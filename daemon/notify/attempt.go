package notify

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// attempt tries what l is trying. The owner may take the channel away meanwhile.
func (n *Notifier) attempt(ctx context.Context, l *lane) {
	n.mu.Lock()
	c, ok := n.channel(l.id)
	p := l.trying
	n.mu.Unlock()
	var err error
	if ok {
		within := tryTime
		if k := kindOf(c.Kind); k != nil {
			within += k.more
		}
		err = n.deliver(ctx, c, p.Message, within)
	}
	rooms, now := n.rooms(), n.o.Now().Round(0)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.settle(now, rooms)
	l.trying = nil
	if !ok || n.lanes[l.id] != l || ctx.Err() != nil && err != nil { // taken away, or to be tried by the next Run
		return
	}
	if is, ok := n.channel(l.id); err != nil && (!ok || *is != *c) { // mended meanwhile: this says nothing of it
		return
	}
	p.Tries++
	p.news.Tries, p.news.At, p.news.Error = p.Tries, now, ""
	if err == nil {
		l.fails, l.until, l.refused = 0, time.Time{}, false
		n.remove(l, p, "sent")
		return
	}
	p.news.Error = conceal(c, err.Error(), maxLine)
	if p.Tries == 1 {
		n.o.Log.Warn("a message could not be delivered; it is tried again", "channel", l.id, "error", p.news.Error)
	}
	n.put(l, p, err, now)
}

// put is when p, and l with it, is tried after err. The caller holds mu.
func (n *Notifier) put(l *lane, p *parcel, err error, now time.Time) {
	var no refusal
	refused := errors.As(err, &no)
	if no.content {
		p.next = now.Add(pause(p.Tries, err))
		if p.Tries >= maxRefusals {
			n.remove(l, p, "given up")
		}
	} else {
		l.fails++
		l.until, l.refused = now.Add(pause(l.fails, err)), refused
	}
	for i := len(l.queue) - 1; i >= 0; i-- {
		p := l.queue[i]
		p.news.Next = p.next
		if p.next.Before(l.until) {
			p.news.Next = l.until
		}
		if p.news.Next.Sub(p.First) > patience {
			n.remove(l, p, "given up")
		}
	}
}

// remove takes p, of which that came, out of l. The caller holds mu.
func (n *Notifier) remove(l *lane, p *parcel, state string) {
	p.end(state)
	for i, q := range l.queue {
		if q == p {
			l.queue = append(l.queue[:i], l.queue[i+1:]...)
			break
		}
	}
	if state != "sent" {
		n.o.Log.Warn("a message was given up", "channel", l.id, "tries", p.Tries, "error", p.news.Error)
	}
}

// maxRefusals is how often a server may refuse what a message says.
const maxRefusals = 3

// pause is how long after so many tries the next is made: twice as long each time,
// spread so that homes whose server was away do not come back at once. A server that
// said no is left alone for an hour; one that said for how long, for as long as that
// or as its saying so again makes it, and no longer than an hour.
func pause(tries int, err error) time.Duration {
	d := min(firstPause<<min(tries-1, 10), maxPause)
	var no refusal
	if errors.As(err, &no) {
		if no.after == 0 {
			no.after = maxPause
		}
		d = max(d, min(no.after, maxPause))
	}
	return d + rand.N(d/4)
}

// deliver sends m by c, once, within so much time. A panic is an error.
func (n *Notifier) deliver(ctx context.Context, c *lan.Channel, m *message, within time.Duration) (err error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			n.o.Log.Error("a delivery panicked", "channel", c.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.New("homesweep has a fault here; the log says more")
		}
	}()
	return n.o.send(ctx, c, m)
}
