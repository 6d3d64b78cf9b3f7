package watch

import (
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is told of newcomers: a flood of forged hardware addresses must not
// push all else out of the chronicle, which holds about 45 events for each of its days.
const (
	maxJoined   = 24               // told in a row
	joinedEvery = 30 * time.Minute // until one more may be
	crowdEvery  = 6 * time.Hour    // between two times that it is said that many came
	maxTold     = 512              // whose joining is remembered as told
	toldFor     = 24 * time.Hour   // and for how long after it happened last
)

// crowdWords is what is said of a flood.
const crowdWords = "Many devices that were never here came at once. Not each of them is told; they are on the list of devices."

// newcomers meters what is told of those who joined. It is safe for concurrent use.
type newcomers struct {
	mu    sync.Mutex
	meter bucket
	told  map[string]time.Time // who was told of lately, by ID
	crowd time.Time            // when it was said last that many came
}

func newNewcomers() *newcomers {
	return &newcomers{meter: bucket{size: maxJoined, every: joinedEvery}, told: map[string]time.Time{}}
}

// sift leaves out of list whose joining was told lately, as of one that says too
// little to be remembered, and makes one event of what is too much.
func (n *newcomers) sift(list []lan.Event, now time.Time) (out []lan.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	many := false
	for _, e := range list {
		if e.What != lan.DeviceJoined {
			out = append(out, e)
			continue
		}
		if at, told := n.told[e.Device]; told && now.Sub(at) < toldFor {
			n.told[e.Device] = now
			continue
		}
		if !n.meter.take(now) {
			many = true
			continue
		}
		n.note(e.Device, now)
		out = append(out, e)
	}
	if past := now.Sub(n.crowd); many && (n.crowd.IsZero() || past >= crowdEvery || past < 0) {
		n.crowd = now
		out = append([]lan.Event{{At: now, What: lan.DeviceJoined, Words: crowdWords}}, out...)
	}
	return out
}

// note remembers who was told of, in place of who was so the longest time ago.
func (n *newcomers) note(id string, now time.Time) {
	if len(n.told) >= maxTold {
		oldest := ""
		for other, at := range n.told {
			if oldest == "" || at.Before(n.told[oldest]) {
				oldest = other
			}
		}
		delete(n.told, oldest)
	}
	n.told[id] = now
}

func (n *newcomers) forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(n.told)
}
