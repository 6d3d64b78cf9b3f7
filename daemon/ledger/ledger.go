// Package ledger keeps every device's budget of wrong passwords, whatever the
// protocol and whoever asks, over restarts. A try is on the disk before it is
// made, and what cannot be known for certain counts as the worst: a wrong clock,
// a damaged journal or a power cut may cost tries, and never gives any.
package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Journal keeps what must survive at once. daemon/journal implements it:
// Append returns only when the entry is on the disk.
type Journal interface {
	Append(kind string, value any) error
	Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error
}

// Ledger holds the budgets. It is safe for concurrent use.
type Ledger struct {
	// Room is asked before a try is written down whether the journal has room for
	// it; it may throw out what no longer counts by then, but not call the ledger.
	// Nil says that there is. Set it before the first Try.
	Room func(counts func(raw json.RawMessage) bool) error

	journal Journal
	now     func() Moment

	mu     sync.Mutex
	tries  []try
	seq    int
	made   int
	found  int           // what of the journal was found damaged, by journal.Lost
	flying map[int]bool  // tries of ours under way, by their number
	landed chan struct{} // closed and renewed when one of them ends
	erased int           // the number of the last try before Erase
	line                 // along which tries are dated
}

// Open reads the tries of late from the journal. now is the clock. A journal
// that cannot be read is an error, because a budget that forgets is none.
func Open(j Journal, now func() Moment) (*Ledger, error) {
	l := &Ledger{journal: j, now: now, flying: map[int]bool{}, landed: make(chan struct{})}
	err := j.Replay(Kind, func(_ time.Time, raw json.RawMessage) error {
		var t try
		if err := json.Unmarshal(raw, &t); err != nil {
			return err
		}
		l.note(t)
		return nil
	})
	if err == nil {
		err = l.mourn()
	}
	if err != nil {
		return nil, fmt.Errorf("reading the login ledger: %w; no login is tried without it", err)
	}
	return l, nil
}

// Made is how many tries this ledger granted since it was opened.
func (l *Ledger) Made() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.made
}

// Try is probes.Pass.Try for device d. It waits for another try on the device to
// end, and until two tries on one account are far enough apart.
func (l *Ledger) Try(ctx context.Context, d lan.Device, t probes.Try, attempt probes.Attempt) (outcome probes.Outcome, err error) {
	t.Account = strings.ToLower(t.Account) // to many devices Admin and admin are one
	entry, err := l.grant(ctx, names(d), t)
	if err != nil {
		return probes.Unclear, err
	}
	defer func() { // also when attempt panics
		entry.Outcome = outcome.String()
		if werr := l.land(entry); err == nil && werr != nil {
			err = fmt.Errorf("writing the login ledger: %w", werr)
		}
	}()
	return attempt(ctx)
}

// grant waits until the device bears one more try, and writes it down.
func (l *Ledger) grant(ctx context.Context, device []string, t probes.Try) (try, error) {
	for {
		entry, wait, landed, err := l.spend(device, t)
		if err != nil || landed == nil {
			return entry, err
		}
		due := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			err = fmt.Errorf("%w: there was no time left to wait for the next try on this device", probes.ErrBudget)
		case <-landed:
		case <-due.C:
		}
		due.Stop()
		if err != nil {
			return try{}, err
		}
	}
}

// spend writes one try down, if the device bears it now. Else it says how long to
// wait at most; landed is closed when it may be sooner.
func (l *Ledger) spend(device []string, t probes.Try) (entry try, wait time.Duration, landed <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	wait, err = l.judge(device, t, now)
	switch {
	case err != nil:
		return try{}, 0, nil, fmt.Errorf("%w: %w", probes.ErrBudget, err)
	case wait > 0:
		return try{}, wait, l.landed, nil
	}
	entry = try{Seq: l.seq + 1, Device: device, Account: t.Account, Login: t.Login, Lock: t.Lock, Moment: now}
	if l.Room != nil {
		err = l.Room(l.keeper())
	}
	if err == nil {
		err = l.journal.Append(Kind, entry)
	}
	if err != nil {
		return try{}, 0, nil, fmt.Errorf("%w: the try could not be written down first: %w", probes.ErrBudget, err)
	}
	l.made++
	l.flying[entry.Seq] = true
	l.note(entry)
	return entry, 0, nil, nil
}

// land takes in how a try ended. What cannot be written of it is known to this
// process at least; the next one takes it for a try cut off.
func (l *Ledger) land(entry try) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.flying, entry.Seq)
	close(l.landed)
	l.landed = make(chan struct{})
	if entry.Seq <= l.erased {
		return nil
	}
	l.note(entry)
	return l.journal.Append(Kind, entry)
}

// note takes t over: a later line of the same try replaces the earlier one, and
// stands where that stood. Of a try whose first line is lost it is only known that
// it was not later than now.
func (l *Ledger) note(t try) {
	if l.seq = max(l.seq, t.Seq); t.Found > 0 {
		l.found = t.Found
	}
	i := slices.IndexFunc(l.tries, func(old try) bool { return old.Seq == t.Seq })
	if i >= 0 {
		t.at = l.tries[i].at
		l.tries[i] = t
		return
	}
	if t.Outcome == "" {
		l.read(t.Moment)
	}
	t.at = l.passed
	now := l.now()
	l.tries = slices.DeleteFunc(l.tries, func(old try) bool { return l.age(old, now) >= remembered })
	l.tries = append(l.tries, t)
}

// Opened are the logins that opened d within the last week and were not refused since,
// oldest first. They may be tried once more even on the same day, if the budget has
// room for their being wrong by now.
func (l *Ledger) Opened(d lan.Device) (list []probes.Try) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range opened(l.of(names(d), l.now(), remembered)) {
		list = append(list, probes.Try{Account: t.Account, Login: t.Login, Lock: t.Lock})
	}
	return list
}

// Until is how long it takes until d bears t as far as is known now, at most a day;
// zero, and no error, for at once. The error is what stands against it.
func (l *Ledger) Until(d lan.Device, t probes.Try) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	t.Account = strings.ToLower(t.Account)
	device, now := names(d), l.now()
	_, err := l.judge(device, t, now)
	if err == nil {
		return 0, nil
	}
	most := Day
	for _, old := range l.tries {
		left := Day - l.age(old, now)
		if left <= 0 || left >= most {
			continue
		}
		if _, then := l.judge(device, t, now.after(left)); then == nil {
			most = left
		}
	}
	return most, err
}

// Rested is for how long it is certain that no login was tried on d, as far as
// the ledger remembers: a week.
func (l *Ledger) Rested(d lan.Device) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, rested := l.now(), remembered
	for _, t := range l.of(names(d), now, remembered) {
		rested = min(rested, l.age(t, now))
	}
	return rested
}

// Keeper tells, for compaction, which entries of the journal still count. It holds
// for what is written meanwhile too.
func (l *Ledger) Keeper() func(raw json.RawMessage) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.keeper()
}

func (l *Ledger) keeper() func(raw json.RawMessage) bool {
	now, newest, found, counts := l.now(), l.seq, l.found, map[int]bool{}
	for _, t := range l.tries {
		counts[t.Seq] = l.age(t, now) < remembered
	}
	return func(raw json.RawMessage) bool {
		var t try
		return json.Unmarshal(raw, &t) == nil && (counts[t.Seq] || t.Seq > newest || t.Found > 0 && t.Found == found)
	}
}
