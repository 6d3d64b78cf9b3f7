package ledger

import (
	"encoding/json"
	"slices"
)

// Erase forgets every try. Its wrong passwords do not become free again by that: if
// there was one within a day, a bare time is left, of no device, before a day after
// which no login is tried at all. One that an Erase left stays as it is where no try
// came after it. keep tells which of the journal's entries of Kind are to stay when the
// caller compacts it.
func (l *Ledger) Erase() (keep func(raw json.RawMessage) bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	left := slices.DeleteFunc(slices.Clone(l.tries), func(t try) bool { return l.age(t, now) >= Day })
	latest := slices.IndexFunc(left, func(t try) bool { return t.Erased && t.Seq == l.seq })
	last := l.seq
	switch {
	case latest >= 0:
		left, last = left[latest:latest+1], last-1
	case len(left) > 0:
		bare := try{Seq: l.seq + 1, Erased: true, Moment: now}
		if err := l.journal.Append(Kind, bare); err != nil {
			return nil, err
		}
		l.note(bare)
		left = l.tries[len(l.tries)-1:]
	}
	l.tries, l.found, l.erased = slices.Clone(left), 0, last
	return func(raw json.RawMessage) bool {
		var t try
		return json.Unmarshal(raw, &t) == nil && t.Seq > last
	}, nil
}
