package wiring

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/notify"
	"github.com/homesweep/homesweep/probes/lan"
)

// The words under which daemon/watch and daemon/door keep what the owner says.
const (
	decisionKind = "decision"
	grantKind    = "grant"
	touchKind    = "touch"
	scheduleKind = "schedule"
	linksKind    = "links"
	contactKind  = "contact"
	passwordKind = "password"
)

// Bounds of the login tries in the journal, in bytes. The rest is for how tries end
// and for the owner's words: no home has so many devices that these have no room.
const (
	triesBound = journal.MaxSize * 3 / 4
	triesGain  = journal.MaxSize / 16 // for less the journal is not rewritten, which wears out flash
)

// room is ledger.Ledger.Room.
func (b *Book) room(counts func(json.RawMessage) bool) error {
	if b.Size() <= triesBound {
		return nil
	}
	if err := b.Compact(triesGain, inForce(counts)); err != nil {
		return err
	}
	if size := b.Size(); size > triesBound {
		return fmt.Errorf("%w of login tries of this week: it holds %d bytes", journal.ErrFull, size)
	}
	return nil
}

// compact throws out the tries that count no more and the words that a later one
// took the place of, if at least so many bytes go by it.
func (b *Book) compact(least int64) error { return b.Compact(least, inForce(b.Ledger.Keeper())) }

// inForce keeps, of entries that it is shown newest first, the tries that count and
// the last word on each matter.
func inForce(counts func(json.RawMessage) bool) journal.Keep {
	said := map[matter]bool{}
	return func(kind string, _ time.Time, raw json.RawMessage) bool {
		if kind == ledger.Kind {
			return counts(raw)
		}
		m, ok := matterOf(kind, raw)
		if !ok {
			return true
		}
		later := said[m]
		said[m] = true
		return !later
	}
}

// matter is what a word is about: a later one on the same takes its place.
type matter struct{ kind, what, device, other string }

// matterOf is ok for a word that certainly takes the place of those before it on the
// same matter. One that cannot be read does not, nor does an entry of another kind.
func matterOf(kind string, raw json.RawMessage) (m matter, ok bool) {
	read := func(into any) bool { return json.Unmarshal(raw, into) == nil }
	m.kind = kind
	switch kind {
	case decisionKind:
		return decided(raw)
	case grantKind:
		var g struct {
			lan.Grant
			Found int `json:"found"` // not a grant: that those before it hold no more
		}
		ok = read(&g)
		if m.device = g.Device; g.Found > 0 {
			m.what = "found"
		}
	case scheduleKind:
		var s lan.Schedule
		ok = read(&s) && s.Hours >= 1 && s.Hours <= 7*24 && s.Quiet.Validate() == nil
	case touchKind:
		ok = read(new(lan.Touch))
	case linksKind:
		ok = read(new([]string))
	case contactKind:
		ok = read(new(string))
	case passwordKind:
		ok = read(new([]byte))
	case notify.Kind:
		ok = read(new(lan.Alerts))
	case eraseKind:
		ok = true
	}
	return m, ok
}

// decided is matterOf a decision: which of two devices is the other is one matter,
// whichever way round it is said, else it is each thing said of a device.
func decided(raw json.RawMessage) (matter, bool) {
	var d lan.Decision
	if json.Unmarshal(raw, &d) != nil {
		return matter{}, false
	}
	if d.What == census.Merge || d.What == census.Split {
		return matter{decisionKind, census.Merge, min(d.Device, d.Value), max(d.Device, d.Value)}, true
	}
	return matter{decisionKind, d.What, d.Device, d.Check}, true
}
