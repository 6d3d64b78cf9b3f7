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
	n     *Notifier
	c     lan.Channel
	there map[string]uint64 // topics that the broker keeps for us, with their payloads' sums
	seed  maphash.Seed
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
			a.n.o.Log.Warn("Home Assistant cannot be kept up to date; it is tried again", "channel", a.c.ID, "error", conceal(a.c, err))
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
func (a *agent) session(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.n.o.Log.Error("announcing to Home Assistant panicked", "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.New("homesweep has a fault here")
		}
	}()
	// The connection outlives ctx by the last words.
	line, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	defer hangUp()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(lastWords, hangUp) })
	defer stop()
	status := topic(a.c) + "/status"
	b, err := a.n.connect(line, a.c, status, alive)
	if err != nil {
		return err
	}
	defer b.close()
	if err := a.remember(b); err != nil {
		return err
	}
	if err := b.publish(status, []byte("online"), true); err != nil {
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
	return b.publish(status, []byte("offline"), true)
}

// remember learns what the broker keeps from earlier times.
func (a *agent) remember(b *broker) error {
	a.there = map[string]uint64{}
	b.heard = func(topic, payload string) {
		_, known := a.there[topic]
		switch {
		case payload == "":
			delete(a.there, topic)
		case !known && len(topic) <= maxField && len(a.there) < maxThere:
			a.there[topic] = a.sum(payload)
		}
	}
	prefix := topic(a.c)
	if err := b.subscribe("homeassistant/+/"+node(a.c)+"/+/config", prefix+"/+/findings", prefix+"/+/presence"); err != nil {
		return err
	}
	return b.ping()
}

func (a *agent) sum(payload string) uint64 { return maphash.String(a.seed, payload) }

// attend keeps the broker up to date until ctx ends.
func (a *agent) attend(ctx context.Context, b *broker) error {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		// A home without devices is one that is not remembered yet.
		if devices := a.n.o.Devices(); len(devices) > 0 {
			if err := a.update(b, announced(a.c, a.n.rules(), devices, a.n.decisions())); err != nil {
				return err
			}
		}
		if err := b.ping(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// update publishes what of want the broker does not have, and takes away what is
// not among it.
func (a *agent) update(b *broker, want []retained) error {
	wanted := map[string]bool{}
	for _, r := range want {
		wanted[r.topic] = true
		if sum, ok := a.there[r.topic]; ok && sum == a.sum(r.payload) {
			continue
		}
		if err := b.publish(r.topic, []byte(r.payload), true); err != nil {
			return err
		}
		a.there[r.topic] = a.sum(r.payload)
	}
	var stale []string
	for topic := range a.there {
		if !wanted[topic] {
			stale = append(stale, topic)
		}
	}
	for _, topic := range stale {
		delete(a.there, topic)
		if err := b.publish(topic, nil, true); err != nil {
			return err
		}
	}
	return nil
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
