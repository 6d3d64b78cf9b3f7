package ledger

import (
	"encoding/json"
	"slices"
)

// Erase forgets every try. Its wrong passwords do not become free again by that: if
// there was one within a day, a bare time is left, of no device, before a day after
// which no login is tried at all. keep tells which of the journal's entries of Kind
// are to stay when the caller compacts it.
func (l *Ledger) Erase() (keep func(raw json.RawMessage) bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	recent := slices.ContainsFunc(l.tries, func(t try) bool { return l.age(t, now) < Day })
	l.erased = l.seq
	bare := try{Seq: l.seq + 1, Erased: true, Moment: now}
	if recent {
		if err := l.journal.Append(Kind, bare); err != nil {
			return nil, err
		}
	}
	l.tries, l.found = nil, 0
	if recent {
		l.note(bare)
	}
	last := l.erased
	return func(raw json.RawMessage) bool {
		var t try
		return json.Unmarshal(raw, &t) == nil && t.Seq > last
	}, nil
}
