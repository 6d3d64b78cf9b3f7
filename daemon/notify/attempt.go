package notify

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// attempt tries the first message of l, which is busy with it. The owner may take
// the channel away meanwhile.
func (n *Notifier) attempt(ctx context.Context, l *lane) {
	n.mu.Lock()
	c, ok := n.channel(l.id)
	p := l.queue[0]
	n.mu.Unlock()
	var err error
	if ok {
		err = n.deliver(ctx, c, p.Message)
	}
	now := n.o.Now()
	n.mu.Lock()
	defer n.mu.Unlock()
	l.busy = false
	if !ok || n.lanes[l.id] != l || ctx.Err() != nil && err != nil { // taken away, or to be tried by the next Run
		return
	}
	p.Tries++
	p.news.Tries, p.news.At, p.news.Next, p.news.Error = p.Tries, now, time.Time{}, ""
	if err == nil {
		p.news.State = "sent"
		l.queue = l.queue[1:]
		return
	}
	p.news.Error = conceal(c, err)
	if p.Tries == 1 {
		n.o.Log.Warn("a message could not be delivered; it is tried again", "channel", l.id, "error", p.news.Error)
	}
	if p.next = now.Add(pause(p.Tries, err)); p.next.Sub(p.First) > patience {
		p.news.State = "given up"
		n.o.Log.Warn("a message was given up", "channel", l.id, "tries", p.Tries, "error", p.news.Error)
		l.queue = l.queue[1:]
		return
	}
	p.news.Next = p.next
}

// pause is how long after so many tries the next is made: twice as long each time,
// spread so that homes whose server was away do not come back at once. A server that
// said no is left alone for an hour, or for as long as it said.
func pause(tries int, err error) time.Duration {
	d := min(firstPause<<min(tries-1, 10), maxPause)
	var no refusal
	if errors.As(err, &no) {
		d = maxPause
		if no.after > 0 {
			d = min(no.after, maxPause)
		}
	}
	return d + rand.N(d/4)
}

// deliver sends m by c, once. A panic is an error.
func (n *Notifier) deliver(ctx context.Context, c lan.Channel, m message) (err error) {
	ctx, cancel := context.WithTimeout(ctx, tryTime)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			n.o.Log.Error("a delivery panicked", "channel", c.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.New("homesweep has a fault here; the log says more")
		}
	}()
	return n.o.send(ctx, c, m)
}

// conceal is err in words for the household, without the channel's secret, which a
// server may have said back.
func conceal(c lan.Channel, err error) string {
	text := err.Error()
	if c.Key != "" {
		text = strings.ReplaceAll(text, c.Key, lan.Unsaid)
	}
	return lan.Printable(text, maxLine)
}
