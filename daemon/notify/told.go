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

// told is what was told last of a matter.
type told struct {
	What     lan.Happening `json:"what"` // empty where something came after it
	Severity lan.Severity  `json:"severity"`
	At       time.Time     `json:"at"`
	Times    int           `json:"times"` // without a day of silence between
}

const (
	again = 24 * time.Hour // after which the same may be told again
	// maxTimes is how often a matter that comes and goes is told, each of both words
	// counted, until a day has gone by without.
	maxTimes = 8
)

func (t told) stale(now time.Time) bool { return now.Sub(t.At).Abs() >= again }

// follow takes note that e came after what was told of its matter, so that the same
// would be news again. The caller holds mu.
func (n *Notifier) follow(e *lan.Event) {
	for i := range n.alerts.Channels {
		m := matterOf(n.alerts.Channels[i].ID, e)
		if t, ok := n.told[m]; ok && t.What != e.What {
			t.What = ""
			n.told[m] = t
		}
	}
}

// repeats reports whether h was told already, or its matter often enough. The caller
// holds mu.
func (n *Notifier) repeats(h *held, now time.Time) bool {
	e := h.Event
	t, ok := n.told[h.About]
	if !ok || t.stale(now) || e.Severity > t.Severity {
		return false
	}
	return t.What == e.What && t.Severity == e.Severity || t.Times >= maxTimes
}

// mark notes that h is told. The caller holds mu.
func (n *Notifier) mark(h *held, now time.Time) {
	n.told[h.About] = told{h.Event.What, h.Event.Severity, now, n.told[h.About].Times + 1}
}

// fade forgets what was told long ago, and what there is no room for. The caller
// holds mu.
func (n *Notifier) fade(now time.Time) {
	for m, t := range n.told {
		if t.stale(now) || len(n.told) > maxTold {
			delete(n.told, m)
		}
	}
}
