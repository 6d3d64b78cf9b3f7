package notify

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// matter is what an event is about, for one channel: a sum of words that nobody can
// find others for. Whether a device is here is one matter, though it be told in two
// words, and so is a problem.
type matter uint64

func matterOf(channel string, e *lan.Event) matter {
	of, now := string(e.What), e.Now
	switch e.What {
	case lan.DeviceGone, lan.DeviceBack:
		of, now = "presence", ""
	case lan.FindingNew, lan.FindingWorse, lan.FindingFixed, lan.PairingOpen:
		of, now = "finding", ""
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{channel, e.Device, of, e.Check, e.Service, now}, "\x00")))
	return matter(binary.BigEndian.Uint64(sum[:]))
}

// begins reports whether what is the beginning of something that lasts: a word that
// stands until its end is told.
func begins(what lan.Happening) bool {
	switch what {
	case lan.DeviceGone, lan.FindingNew, lan.FindingWorse, lan.PairingOpen:
		return true
	}
	return false
}

// told is what was told last of a matter.
type told struct {
	What     lan.Happening `json:"what"`
	After    bool          `json:"after,omitempty"` // something came after it
	Severity lan.Severity  `json:"severity"`
	At       time.Time     `json:"at"`
	Times    int           `json:"times"` // without a day of silence between
}

const (
	again = 24 * time.Hour // after which the same may be told again
	// maxTimes is how often a matter that comes and goes is told, each of both words
	// counted, until a day has gone by without. The last word is never the end of what
	// is there again: one beginning more is told, and its end after that day.
	maxTimes = 8
)

func (t told) stale(now time.Time) bool { return now.Sub(t.At).Abs() >= again }

// follow takes note that e came after what was told of its matter, so that the same
// would be news again. The caller holds mu.
func (n *Notifier) follow(e *lan.Event) {
	for i := range n.alerts.Channels {
		m := matterOf(n.alerts.Channels[i].ID, e)
		if t, ok := n.told[m]; ok && t.What != e.What {
			t.After = true
			n.told[m] = t
		}
	}
}

// news reports whether e, which is about m, is still to be told, and from when on:
// zero for at once. The caller holds mu.
func (n *Notifier) news(m matter, e *lan.Event, now time.Time) (from time.Time, is bool) {
	t, ok := n.told[m]
	switch {
	case !ok || t.stale(now) || e.Severity > t.Severity:
		return time.Time{}, true
	case t.What == e.What && t.Severity == e.Severity && !t.After:
		return time.Time{}, false
	case t.Times < maxTimes:
		return time.Time{}, true
	case begins(t.What) && !begins(e.What):
		return t.At.Add(again), true
	}
	return time.Time{}, begins(e.What) && !begins(t.What)
}

// mark notes that h is told. The caller holds mu.
func (n *Notifier) mark(h *held, now time.Time) {
	t := n.told[h.About]
	if t.stale(now) {
		t.Times = 0
	}
	n.told[h.About] = told{What: h.Event.What, Severity: h.Event.Severity, At: now, Times: t.Times + 1}
}

// fade forgets what was told long ago and does not stand, and what there is no room for. The caller holds mu.
func (n *Notifier) fade(now time.Time) {
	for m, t := range n.told {
		if t.stale(now) && (!begins(t.What) || len(n.told) > maxTold) {
			delete(n.told, m)
		}
	}
	for m := range n.told {
		if len(n.told) <= maxTold {
			break
		}
		delete(n.told, m)
	}
}
