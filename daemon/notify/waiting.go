package notify

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"
)

// maxWaiting is the bound of the file of what waits, in bytes.
const maxWaiting = 1 << 20

// kept is what is in that file.
type kept struct {
	Held  []held               `json:"held"`
	Queue map[string][]parcel  `json:"queue"`
	Told  map[string]time.Time `json:"told"`
}

// keepWaiting writes what waits, for the next Run, to another file first: half of
// one is none.
func (n *Notifier) keepWaiting() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.o.Waiting == "" {
		return
	}
	k := kept{Held: n.held, Queue: map[string][]parcel{}, Told: n.told}
	for id, l := range n.lanes {
		for _, p := range l.queue {
			k.Queue[id] = append(k.Queue[id], *p)
		}
	}
	if len(k.Held)+len(k.Queue)+len(k.Told) == 0 {
		return
	}
	text, err := json.Marshal(k)
	if err == nil && len(text) <= maxWaiting {
		aside := n.o.Waiting + ".new"
		if err = os.WriteFile(aside, text, 0o600); err == nil {
			err = os.Rename(aside, n.o.Waiting)
		}
	}
	if err != nil {
		n.o.Log.Warn("what is still to be told could not be kept", "error", err)
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
		if _, ok := n.channel(h.Channel); ok && len(n.held) < maxHeld {
			n.held = append(n.held, h)
		}
	}
	for thing, at := range k.Told {
		if len(n.told) < maxTold {
			n.told[thing] = at
		}
	}
	for _, c := range n.alerts.Channels {
		l := n.lane(c.ID)
		for _, p := range k.Queue[c.ID] {
			if len(l.queue) < maxQueue {
				n.post(l, &p)
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
