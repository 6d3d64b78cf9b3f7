// Package notify tells people by the channels that they chose what happens in
// their home: which event goes where and when, and the delivery of it.
package notify

import (
	"context"
	"crypto/x509"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Options are what a Notifier works with. Devices, Decisions and Dial may be nil.
type Options struct {
	Journal Journal
	Log     *slog.Logger
	Now     func() time.Time // in the household's time zone
	// Devices are those of the home, for Home Assistant; Decisions are the owner's
	// words in force, for rules about a room. Both are called from goroutines of Run.
	Devices   func() []lan.Device
	Decisions func() []lan.Decision
	// Waiting is a file for what waits when Run ends, read and removed by the first
	// Run of the next process; empty for none. It is not written while Run runs, to spare the
	// flash: what waits when the power fails is not told.
	Waiting string
	// Dial opens connections; nil dials as the machine does.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	roots *x509.CertPool // a test's; nil for the machine's
	step  time.Duration  // a test's; 0 for stepTime
	send  func(ctx context.Context, c lan.Channel, m message) error
}

// Bounds of what a Notifier remembers, all in memory.
const (
	maxInbox      = 512  // events told and not yet sorted
	maxHeld       = 512  // events that wait for their time, all rules together
	maxQueue      = 64   // messages of one channel on their way
	maxTold       = 2048 // things told, so as not to tell them twice
	maxDeliveries = 50
)

// Notifier tells people what happened. Its methods may be called from any
// goroutine; Run runs once at a time.
type Notifier struct {
	o    Options
	wake chan struct{} // of one place: there is something to do
	once sync.Once     // for what the last process left

	mu         sync.Mutex
	alerts     lan.Alerts
	inbox      []lan.Event
	lost       int // events that the inbox had no room for
	held       []held
	told       map[string]time.Time
	lanes      map[string]*lane // by the channel's ID
	deliveries []*lan.Delivery  // oldest first
	numbered   int              // changes of the channels, for those who work for one
}

// Open reads the alerts from the journal. Nobody is told anything before Run.
func Open(o Options) (*Notifier, error) {
	n := &Notifier{o: o, wake: make(chan struct{}, 1), told: map[string]time.Time{}, lanes: map[string]*lane{}}
	if n.o.step == 0 {
		n.o.step = stepTime
	}
	if n.o.Dial == nil {
		n.o.Dial = (&net.Dialer{Timeout: n.o.step}).DialContext
	}
	if n.o.send == nil {
		n.o.send = n.send
	}
	return n, n.recall()
}

// Tell hands over what happened, and never waits: of more than the inbox holds the
// oldest is left out, and the log says how much.
func (n *Notifier) Tell(events []lan.Event) {
	n.mu.Lock()
	n.inbox = append(n.inbox, events...)
	if over := len(n.inbox) - maxInbox; over > 0 {
		n.lost += over
		n.inbox = append([]lan.Event(nil), n.inbox[over:]...)
	}
	n.mu.Unlock()
	n.rouse()
}

func (n *Notifier) rouse() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
}

// longestWait is until Run looks at the clock again, which may have been set.
const longestWait = 5 * time.Minute

// Run tells until ctx ends.
func (n *Notifier) Run(ctx context.Context) error {
	n.once.Do(n.restore)
	work := &crew{n: n, hired: -1, at: map[string]place{}}
	defer n.keepWaiting()
	defer work.end()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // for whom work.end waits
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-n.wake:
		case <-timer.C:
		}
		work.agents(ctx)
		due := n.turn(n.o.Now(), func(l *lane) { work.try(ctx, l) })
		timer.Reset(min(max(due, 0), longestWait))
	}
}

// turn sorts what was told, sends off what is due, and says after how long the
// next thing is.
func (n *Notifier) turn(now time.Time, try func(*lane)) time.Duration {
	now = now.Round(0) // by the clock on the wall, as are digests and quiet hours, though it be set
	rooms := n.rooms()
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.lost > 0 {
		n.o.Log.Warn("more happened at once than can be told; the oldest was left out", "events", n.lost)
		n.lost = 0
	}
	for _, e := range n.inbox {
		n.take(e, rooms, now)
	}
	n.inbox = nil
	n.release(now)
	next := longestWait
	for _, l := range n.lanes {
		if l.busy || len(l.queue) == 0 {
			continue
		}
		if wait := l.queue[0].next.Sub(now); wait > 0 {
			next = min(next, wait)
			continue
		}
		l.busy = true
		try(l)
	}
	for _, h := range n.held {
		next = min(next, max(h.Due.Sub(now), n.lane(h.Channel).rest(now)))
	}
	return next
}

// rooms are the devices' rooms.
func (n *Notifier) rooms() map[string]string {
	rooms := map[string]string{}
	for _, d := range n.decisions() {
		if d.What == "room" {
			rooms[d.Device] = d.Value
		}
	}
	return rooms
}
