package notify

import (
	"context"
	"errors"
	"hash/maphash"
	"maps"
	"path"
	"strings"
	"time"
)

// remember learns what the broker keeps from earlier times, and from then on hears
// when what it keeps is no longer so.
func (a *agent) remember(b *broker) error {
	b.heard = a.listen()
	prefix := topic(a.c)
	err := b.subscribe(assistant+"/+/"+node(a.c)+"/+/config", prefix+"/+/findings", prefix+"/+/presence", a.status(), birth)
	if errors.Is(err, errUnread) { // what we say is of use still
		a.n.o.Log.Warn("devices that are gone may stay in Home Assistant", "channel", a.c.ID, "error", err)
	} else if err != nil {
		return err
	}
	if err := b.ping(); err != nil {
		return err
	}
	a.claim()
	return nil
}

// listen forgets what was there, and learns it from what is published. What comes
// unknown after claim is another's who uses our prefix: if each of two took away what
// only the other knows, they would never end.
func (a *agent) listen() func(topic, payload string) {
	a.there, a.gone, a.born, a.claimed = map[string]uint64{}, false, false, false
	return func(topic, payload string) {
		_, known := a.there[topic]
		switch {
		case topic == a.status():
			a.gone = payload != "online"
		case topic == birth:
			a.born = a.born || payload == "online"
		case payload == "":
			delete(a.there, topic)
		case known || !a.claimed && len(topic) <= maxField && len(a.there) < maxThere:
			a.there[topic] = a.sum(payload)
		}
	}
}

// claim leaves what is ours: what is at our place in Home Assistant, and the states of
// the devices there. Others may have our prefix in their topics.
func (a *agent) claim() {
	a.claimed = true
	ours := map[string]bool{}
	for t := range a.there {
		if announces(t) {
			entity := path.Base(path.Dir(t))
			ours[entity[:max(strings.LastIndexByte(entity, '_'), 0)]] = true
		}
	}
	maps.DeleteFunc(a.there, func(t string, _ uint64) bool {
		return !announces(t) && !ours[path.Base(path.Dir(t))]
	})
}

// announces reports whether a topic of ours tells Home Assistant of a device.
func announces(topic string) bool { return strings.HasPrefix(topic, assistant+"/") }

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
	var states, configs []string
	for topic := range a.there {
		switch {
		case wanted[topic]:
		case announces(topic):
			configs = append(configs, topic)
		default:
			states = append(states, topic)
		}
	}
	for _, topic := range append(states, configs...) { // by which, if we are cut off, we know whose the states are
		delete(a.there, topic)
		if err := b.publish(topic, nil, true); err != nil {
			return err
		}
	}
	return nil
}
