package notify

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"runtime/debug"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// agent keeps a connection to a broker, so that Home Assistant knows whether we are
// there, and what it knows of the devices up to date.
type agent struct {
	n       *Notifier
	c       *lan.Channel
	there   map[string]uint64 // topics that the broker keeps for us, with their payloads' sums
	seed    maphash.Seed
	claimed bool // there is only what is ours
	gone    bool // the broker said that we are: of a connection lost earlier
	born    bool // Home Assistant has started, and may have lost what it knew
}

const (
	glance    = 15 * time.Second // between two looks at the devices
	alive     = 90 * time.Second // after which the broker gives us up
	lastWords = 3 * time.Second  // for the last words; supervise.StopWithin allows for 5
	// maxThere is how many topics are remembered: five of a device, and as many that
	// are to be removed.
	maxThere = 10 * maxEntities
)

// errUnwanted ends an agent whose channel was changed or taken away.
var errUnwanted = errors.New("the channel is no longer wanted")

// run keeps connected until ctx ends.
func (a *agent) run(ctx context.Context) {
	for tries := 1; ; tries++ {
		began := a.n.o.Now()
		err := a.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if a.n.o.Now().Sub(began) > patience/24 {
			tries = 1
		}
		if tries == 1 {
			a.n.o.Log.Warn("Home Assistant cannot be kept up to date; it is tried again", "channel", a.c.ID, "error", conceal(a.c, err.Error(), maxLine))
		}
		wait := time.NewTimer(pause(tries, err))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
	}
}

// session is one connection.
func (a *agent) session(ctx context.Context) error {
	// The connection outlives ctx by the last words.
	line, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, hangUp) })
	defer stop()
	b, err := a.n.connect(line, a.c, a.status(), alive)
	if err != nil {
		return err
	}
	if err := a.serve(ctx, b); err != nil {
		_ = b.conn.Close() // without a goodbye: the broker is to say that we are gone
		return err
	}
	b.close()
	return nil
}

// status is the topic that says whether we are there.
func (a *agent) status() string { return topic(a.c) + "/status" }

// serve is what is said in a session. A panic is an error.
func (a *agent) serve(ctx context.Context, b *broker) (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.n.o.Log.Error("announcing to Home Assistant panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.New("homesweep has a fault here")
		}
	}()
	if err := a.remember(b); err != nil {
		return err
	}
	if err := b.publish(a.status(), []byte("online"), true); err != nil {
		return err
	}
	if err := a.attend(ctx, b); err != nil {
		return err
	}
	if errors.Is(context.Cause(ctx), errUnwanted) {
		if err := a.update(b, nil); err != nil {
			return err
		}
	}
	return b.publish(a.status(), []byte("offline"), true)
}

func (n *Notifier) rules() []lan.Rule {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.alerts.Rules // replaced, never changed
}

func (n *Notifier) decisions() []lan.Decision {
	if n.o.Decisions == nil {
		return nil
	}
	return n.o.Decisions()
}
