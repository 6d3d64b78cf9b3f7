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
	look  time.Duration  // a test's; 0 for glance
	send  func(ctx context.Context, c *lan.Channel, m *message) error
}

// Bounds of what a Notifier remembers, all in memory.
const (
	maxInbox      = 512  // events told and not yet sorted
	maxHeld       = 512  // events that wait for their time, all rules together
	maxQueue      = 64   // messages of one channel on their way
	maxQueued     = 512  // events in these
	maxTold       = 2048 // matters told, so as not to tell them twice
	maxDeliveries = 50
)

// Notifier tells people what happened. Its methods may be called from any
// goroutine; Run runs once at a time.
type Notifier struct {
	o    Options
	wake chan struct{} // of one place: there is something to do
	once sync.Once     // for what the last process left

	in inbox

	mu         sync.Mutex
	alerts     lan.Alerts
	held       []*held
	told       map[matter]told
	lanes      map[string]*lane // by the channel's ID
	deliveries []*lan.Delivery  // oldest first
	numbered   int              // changes of the channels, for those who work for one
	wall, seen time.Time        // when settle was called last: by the clock, which may be set, and as time goes by
}

// inbox is what was told and is not yet sorted. It has a lock of its own, which is
// never held for long: who tells has other things to do.
type inbox struct {
	mu     sync.Mutex
	events []*lan.Event
	lost   int // that there was no room for
}

// empty takes out what is in it.
func (b *inbox) empty() (events []*lan.Event, lost int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	events, lost = b.events, b.lost
	b.events, b.lost = nil, 0
	return events, lost
}

// Open reads the alerts from the journal. Nobody is told anything before Run.
func Open(o Options) (*Notifier, error) {
	n := &Notifier{o: o, wake: make(chan struct{}, 1), told: map[matter]told{}, lanes: map[string]*lane{}}
	if n.o.step == 0 {
		n.o.step = stepTime
	}
	if n.o.look == 0 {
		n.o.look = glance
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
// least severe and oldest is left out, and the log says how much.
func (n *Notifier) Tell(events []lan.Event) {
	n.in.mu.Lock()
	for _, e := range events {
		n.in.events = append(n.in.events, &e)
	}
	kept, out := thin(n.in.events, maxInbox, weight)
	n.in.events, n.in.lost = kept, n.in.lost+len(out)
	n.in.mu.Unlock()
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
	n.settle(now, rooms)
	n.sort(rooms, now)
	n.release(now)
	next := longestWait
	for _, l := range n.lanes {
		if wait := l.wait(now); wait > 0 {
			next = min(next, wait)
			continue
		}
		l.trying = l.first(now)
		try(l)
	}
	for _, h := range n.held {
		next = min(next, max(h.Due.Sub(now), n.lane(h.Channel).rest(h.weight(), now)))
	}
	return next
}

// sort takes what is in the inbox. The caller holds mu.
func (n *Notifier) sort(rooms map[string]string, now time.Time) {
	events, lost := n.in.empty()
	if lost > 0 {
		n.o.Log.Warn("more happened at once than can be told; the least severe was left out", "events", lost)
	}
	for _, e := range events {
		n.take(e, rooms, now)
	}
	n.thinHeld()
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
