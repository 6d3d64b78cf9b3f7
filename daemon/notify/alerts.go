package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Journal keeps the owner's word at once; daemon/journal implements it.
type Journal interface {
	Append(kind string, value any) error
	Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error
}

// Kind is the word under which the alerts stand in the journal, whole at each
// change: only the last entry counts. They hold secrets.
const Kind = "alerts"

// recall reads the alerts as they were set last. Of an entry that can no longer be
// read the one before counts.
func (n *Notifier) recall() error {
	return n.o.Journal.Replay(Kind, func(_ time.Time, raw json.RawMessage) error {
		var a lan.Alerts
		if err := json.Unmarshal(raw, &a); err != nil {
			n.o.Log.Warn("alerts in the journal cannot be read", "error", err)
			return nil
		}
		n.alerts = a
		return nil
	})
}

// Alerts are those in force; every secret reads lan.Unsaid.
func (n *Notifier) Alerts() lan.Alerts {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := copied(n.alerts)
	for i := range a.Channels {
		if a.Channels[i].Key != "" {
			a.Channels[i].Key = lan.Unsaid
		}
	}
	return a
}

// copied shares nothing with a.
func copied(a lan.Alerts) lan.Alerts {
	rules := make([]lan.Rule, len(a.Rules))
	for i, r := range a.Rules {
		r.Events = append([]lan.Happening{}, r.Events...)
		rules[i] = r
	}
	return lan.Alerts{Channels: append([]lan.Channel{}, a.Channels...), Rules: rules}
}

// SetAlerts keeps a at once, if Validate has nothing against it. A secret that
// reads lan.Unsaid stays as it was, unless its channel goes to another server now:
// then it must be given anew, so that nobody who finds the dashboard open has it
// sent to himself. What waits for a channel or by a rule that is no more is given up.
func (n *Notifier) SetAlerts(a lan.Alerts) error {
	a = copied(a)
	rooms := n.rooms()
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range a.Channels {
		c := &a.Channels[i]
		if c.Key != lan.Unsaid {
			continue
		}
		was, ok := n.channel(c.ID)
		if !ok || was.Kind != c.Kind || was.Server != c.Server || was.TLS != c.TLS || was.User != c.User {
			return fmt.Errorf("channel %s goes to another place than before; enter its password or token again", label(c))
		}
		c.Key = was.Key
	}
	if err := Validate(a); err != nil {
		return err
	}
	if err := n.o.Journal.Append(Kind, a); err != nil {
		return fmt.Errorf("the alerts could not be kept: %w", err)
	}
	n.install(a, rooms)
	return nil
}

// install puts a in force. The caller holds mu.
func (n *Notifier) install(a lan.Alerts, rooms map[string]string) {
	before := n.alerts
	n.alerts = a
	n.numbered++
	n.held = slices.DeleteFunc(n.held, func(h *held) bool { return !wanted(h, a.Rules, rooms) })
	for id, l := range n.lanes {
		if c, ok := n.channel(id); ok {
			if !slices.Contains(before.Channels, *c) {
				l.fails, l.until = 0, time.Time{} // it may have been mended
			}
			continue
		}
		for _, p := range l.queue {
			p.end("given up")
		}
		delete(n.lanes, id)
	}
	n.rouse()
}

// channel is the one with an ID. The caller holds mu.
func (n *Notifier) channel(id string) (c *lan.Channel, ok bool) {
	for i := range n.alerts.Channels { // which are replaced, never changed
		if c = &n.alerts.Channels[i]; c.ID == id {
			return c, true
		}
	}
	return nil, false
}

// Forget takes back what Notifier knows: channels, rules, what waits and what was
// delivered. The journal is the caller's to erase.
func (n *Notifier) Forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.in.empty()
	n.held, n.deliveries = nil, nil
	clear(n.told)
	n.install(lan.Alerts{}, nil)
	n.dropWaiting()
}

// Test sends a test message by a channel, now and once. The error says why it did
// not arrive, in plain words.
func (n *Notifier) Test(ctx context.Context, channel string) error {
	n.mu.Lock()
	c, ok := n.channel(channel)
	n.mu.Unlock()
	if !ok {
		return errors.New("there is no such channel; save it first")
	}
	now := n.o.Now()
	m := trial(now)
	d := lan.Delivery{At: now, Channel: c.ID, Words: m.Title, State: "sent", Tries: 1}
	err := n.deliver(ctx, c, m, tryTime) // somebody waits for it
	if err != nil {
		d.State, d.Error = "given up", conceal(c, err.Error(), maxLine)
		err = errors.New(d.Error)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.note(d)
	return err
}

// Deliveries are the last 50, newest first.
func (n *Notifier) Deliveries() []lan.Delivery {
	n.mu.Lock()
	defer n.mu.Unlock()
	list := make([]lan.Delivery, 0, len(n.deliveries))
	for _, d := range slices.Backward(n.deliveries) {
		list = append(list, *d)
	}
	return list
}
