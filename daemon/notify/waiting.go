package notify

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxWaiting is the bound of the file of what waits, in bytes.
const maxWaiting = 1 << 20

// kept is what is in that file.
type kept struct {
	Held  []*held              `json:"held"`
	Queue map[string][]*parcel `json:"queue"`
	Told  map[matter]told      `json:"told"`
}

// thin leaves out the less weighty half of all that waits, of what weighs the same what
// waits for its time first, and says how many events that is.
func (k *kept) thin() (left int) {
	left, k.Told = len(k.Told), nil
	if left > 0 {
		return 0 // nobody misses that
	}
	var all []burden
	for _, h := range k.Held {
		all = append(all, h)
	}
	for _, queue := range k.Queue {
		for _, p := range queue {
			all = append(all, p)
		}
	}
	_, out := thin(all, len(all)/2, burden.weight)
	gone := map[burden]bool{}
	for _, one := range out {
		gone[one] = true
		left += one.events()
	}
	k.Held = without(k.Held, gone)
	for id, queue := range k.Queue {
		k.Queue[id] = without(queue, gone)
	}
	return left
}

// burden is what waits, at its time or on its way.
type burden interface {
	weight() lan.Severity
	events() int
}

func (h *held) events() int   { return 1 }
func (p *parcel) events() int { return len(p.Message.Events) }

// without is what of list is not gone; list, of which the next Run tells, stays.
func without[T burden](list []T, gone map[burden]bool) (kept []T) {
	for _, one := range list {
		if !gone[one] {
			kept = append(kept, one)
		}
	}
	return kept
}

// keepWaiting writes what waits, for the next process, to another file first: half
// of one is none. What an earlier Run wrote is gone in any case, for it was told
// meanwhile.
func (n *Notifier) keepWaiting() {
	rooms := n.rooms()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.sort(rooms, n.o.Now().Round(0))
	if n.o.Waiting == "" {
		return
	}
	text, err := n.waitingText()
	if err == nil && text != nil {
		aside := n.o.Waiting + ".new"
		if err = os.WriteFile(aside, text, 0o600); err == nil {
			err = os.Rename(aside, n.o.Waiting)
		}
	}
	if err != nil {
		n.o.Log.Warn("what is still to be told could not be kept", "error", err)
	}
	if err != nil || text == nil {
		n.dropWaiting()
	}
}

// waitingText is the file of what waits, nil for nothing. What it has no room for is
// left out, and the log says how much. The caller holds mu.
func (n *Notifier) waitingText() ([]byte, error) {
	k := kept{Held: n.held, Queue: map[string][]*parcel{}, Told: n.told}
	for id, l := range n.lanes {
		if len(l.queue) > 0 {
			k.Queue[id] = l.queue
		}
	}
	if len(k.Held)+len(k.Queue)+len(k.Told) == 0 {
		return nil, nil
	}
	for left := 0; ; left += k.thin() {
		text, err := json.Marshal(k)
		if err != nil {
			return nil, err
		}
		if len(text) <= maxWaiting {
			if left > 0 {
				n.o.Log.Warn("more is still to be told than can be kept; the least severe was left out", "events", left)
			}
			return text, nil
		}
	}
}

// restore takes up what the last Run left, and removes it.
func (n *Notifier) restore() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.o.Waiting == "" {
		return
	}
	text, err := readFile(n.o.Waiting, maxWaiting)
	n.dropWaiting()
	var k kept
	if err == nil {
		err = json.Unmarshal(text, &k)
	}
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			n.o.Log.Warn("what was still to be told could not be read", "error", err)
		}
		return
	}
	n.resume(k)
}

// resume puts k back, as far as its channels are there still. The caller holds mu.
func (n *Notifier) resume(k kept) {
	for _, h := range k.Held {
		if h == nil || h.Event == nil {
			continue
		}
		if _, ok := n.channel(h.Channel); ok && len(n.held) < maxHeld {
			n.held = append(n.held, h)
		}
	}
	for m, t := range k.Told {
		n.told[m] = t // fade bounds them
	}
	for _, c := range n.alerts.Channels {
		l := n.lane(c.ID)
		for _, p := range k.Queue[c.ID] {
			if p != nil && p.Message != nil && !slices.Contains(p.Message.Events, nil) && len(l.queue) < maxQueue {
				if now := n.o.Now(); p.First.After(now) { // of a clock that was ahead
					p.First = now
				}
				n.post(l, p)
			}
		}
	}
}

// dropWaiting removes the file. The caller holds mu.
func (n *Notifier) dropWaiting() {
	if n.o.Waiting == "" {
		return
	}
	for _, name := range []string{n.o.Waiting, n.o.Waiting + ".new"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			n.o.Log.Warn("what was still to be told could not be removed", "file", filepath.Base(name), "error", err)
		}
	}
}

func readFile(name string, most int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, most))
}
