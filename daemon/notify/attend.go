package notify

import (
	"context"
	"errors"
	"hash/maphash"
	"time"
)

// remember learns what the broker keeps from earlier times, and from then on hears
// when what it keeps is no longer so.
func (a *agent) remember(b *broker) error {
	a.there, a.gone, a.born = map[string]uint64{}, false, false
	b.heard = func(topic, payload string) {
		_, known := a.there[topic]
		switch {
		case topic == a.status():
			a.gone = payload != "online"
		case topic == birth:
			a.born = a.born || payload == "online"
		case payload == "":
			delete(a.there, topic)
		case !known && len(topic) <= maxField && len(a.there) < maxThere:
			a.there[topic] = a.sum(payload)
		}
	}
	prefix := topic(a.c)
	err := b.subscribe(assistant+"/+/"+node(a.c)+"/+/config", prefix+"/+/findings", prefix+"/+/presence", a.status(), birth)
	if errors.Is(err, errUnread) { // what we say is of use still
		a.n.o.Log.Warn("devices that are gone may stay in Home Assistant", "channel", a.c.ID, "error", err)
	} else if err != nil {
		return err
	}
	return b.ping()
}

func (a *agent) sum(payload string) uint64 { return maphash.String(a.seed, payload) }

// attend keeps the broker up to date until ctx ends.
func (a *agent) attend(ctx context.Context, b *broker) error {
	tick := time.NewTicker(a.n.o.look)
	defer tick.Stop()
	for {
		if a.born {
			a.born = false
			for topic := range a.there {
				a.there[topic] = 0 // to be said again
			}
		}
		if a.gone {
			if err := b.publish(a.status(), []byte("online"), true); err != nil {
				return err
			}
		}
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
