package ledger

import (
	"encoding/json"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes/lan"
)

// Kind is the word under which the ledger's entries stand in the journal.
const Kind = "login-try"

// try is one entry of the ledger: first without an outcome, then again with it.
type try struct {
	Seq     int      `json:"seq"`
	Device  []string `json:"device"` // every name that the device was known by
	Account string   `json:"account"`
	Login   string   `json:"login,omitempty"` // see probes.Try
	Lock    int      `json:"lock,omitempty"`  // see probes.Try
	Outcome string   `json:"outcome,omitempty"`
	// Found is for an entry that is no try: what of the journal was found damaged
	// until then, by journal.Lost.
	Found int `json:"found,omitempty"`
	// Erased is for an entry that is no try either: the household had everything
	// forgotten, tries of the day before included. It names nobody.
	Erased bool `json:"erased,omitempty"`
	Moment

	at time.Duration // its place on the ledger's line
}

// maxNames bounds the names of one device.
const maxNames = 32

// unique is how sure it must be that nobody else says an identity. Cheap devices
// share those of their firmware's image.
const unique = 0.7

// names are all that a device's budget is charged to: its ID, its hardware
// addresses old and new, what it calls itself, and its addresses. Two devices that
// had the same address within a day share a budget that day.
func names(d lan.Device) (list []string) {
	add := func(name string) {
		if name != "" && len(list) < maxNames {
			list = append(list, name)
		}
	}
	add(d.ID)
	for _, m := range d.MACs {
		add(m.String())
	}
	for _, v4 := range []bool{true, false} {
		for _, a := range d.Addresses {
			if a = a.WithZone("").Unmap(); a.Is4() == v4 {
				add(a.String())
			}
		}
		for _, f := range d.Identity {
			if v4 && (f.Field == lan.FieldMAC || f.Field == lan.FieldIdentity && f.Confidence >= unique) {
				add(f.Value)
			}
		}
	}
	return list
}

// mourn finds out whether the journal was damaged since that was last noted, and
// notes it: tries that are lost are older than that. Where it cannot be written down
// it holds for this process, and the next finds it out again.
func (l *Ledger) mourn() error {
	found := 0
	err := l.journal.Replay(journal.Damage, func(_ time.Time, raw json.RawMessage) error {
		found = journal.Lost(found, raw)
		return nil
	})
	if err != nil || found == 0 || found == l.found {
		return err
	}
	entry := try{Seq: l.seq + 1, Found: found, Moment: l.now()}
	_ = l.journal.Append(Kind, entry)
	l.note(entry)
	return nil
}
