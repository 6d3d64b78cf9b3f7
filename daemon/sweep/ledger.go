package sweep

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// The budget of wrong passwords. It holds for a device whatever the protocol,
// over restarts, and stays below every lock-out rule we know of (the strictest
// documented one locks after three failures in a minute).
const (
	wrongAccount = 2                // wrong passwords on one account in a day
	wrongDevice  = 4                // wrong passwords on one device in a day
	tryPause     = 30 * time.Second // after a try that did not succeed, on the same account
	budgetDay    = 24 * time.Hour
)

// Journal keeps what must survive at once. daemon/journal implements it:
// Append returns only when the entry is on the disk.
type Journal interface {
	Append(kind string, value any) error
	Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error
}

// Ledger holds every device's login budget. A try is written down before it is
// made; one whose outcome was never written counts as a wrong password. It is
// safe for concurrent use.
type Ledger struct {
	journal Journal
	now     func() time.Time

	mu    sync.Mutex
	tries []try
	seq   int
	made  int
}

// try is one line of the ledger: first without an outcome, then again with it.
type try struct {
	Seq     int       `json:"seq"`
	Device  []string  `json:"device"` // every name the device is known by: MACs, else addresses
	Account string    `json:"account"`
	At      time.Time `json:"at"`
	Outcome string    `json:"outcome,omitempty"`
}

// LedgerKind is the word under which tries stand in the journal.
const LedgerKind = "login-try"

// OpenLedger reads the tries of the last day from the journal. now is the
// clock; a journal that cannot be read is an error, because a budget that
// forgets is none.
func OpenLedger(j Journal, now func() time.Time) (*Ledger, error) {
	l := &Ledger{journal: j, now: now}
	err := j.Replay(LedgerKind, func(_ time.Time, raw json.RawMessage) error {
		var t try
		if err := json.Unmarshal(raw, &t); err != nil {
			return fmt.Errorf("login ledger: %w", err)
		}
		l.seq = max(l.seq, t.Seq)
		l.note(t)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading the login ledger: %w", err)
	}
	return l, nil
}

// Made is how many tries this ledger granted since it was opened.
func (l *Ledger) Made() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.made
}

// Try is probes.Pass.Try for device d.
func (l *Ledger) Try(ctx context.Context, d lan.Device, t probes.Try, attempt probes.Attempt) (probes.Outcome, error) {
	entry, err := l.grant(ctx, keys(d), t)
	if err != nil {
		return probes.Unclear, err
	}
	outcome, err := attempt(ctx)
	entry.Outcome = outcome.String()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.note(entry)
	if werr := l.journal.Append(LedgerKind, entry); err == nil && werr != nil {
		err = fmt.Errorf("writing the login ledger: %w", werr)
	}
	return outcome, err
}

// grant waits out the pause, checks the budget and writes the try down.
func (l *Ledger) grant(ctx context.Context, device []string, t probes.Try) (try, error) {
	for {
		entry, wait, err := l.spend(device, t)
		if err != nil || wait <= 0 {
			return entry, err
		}
		select {
		case <-ctx.Done():
			return try{}, fmt.Errorf("%w: the next try on %q is due in %s", probes.ErrBudget, t.Account, wait.Round(time.Second))
		case <-time.After(wait):
		}
	}
}

func (l *Ledger) spend(device []string, t probes.Try) (try, time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	wait, err := l.judge(device, t, now)
	if err != nil || wait > 0 {
		return try{}, wait, err
	}
	l.seq++
	entry := try{Seq: l.seq, Device: device, Account: t.Account, At: now}
	if err := l.journal.Append(LedgerKind, entry); err != nil {
		return try{}, 0, fmt.Errorf("%w: the try could not be written down first: %w", probes.ErrBudget, err)
	}
	l.note(entry)
	l.made++
	return entry, 0, nil
}

// judge says whether the device bears one more try: an error when not today,
// or how long to wait.
func (l *Ledger) judge(device []string, t probes.Try, now time.Time) (time.Duration, error) {
	var onDevice, onAccount int
	var wait time.Duration
	for _, old := range l.tries {
		age := now.Sub(old.At)
		// A clock that jumped back (no battery on most routers) must not wipe
		// the budget: a try from the future counts as one made just now.
		if age >= budgetDay || !overlap(old.Device, device) {
			continue
		}
		switch old.Outcome {
		case probes.Locked.String():
			return 0, fmt.Errorf("%w: the device showed a sign of locking in the last 24 h", probes.ErrBudget)
		case probes.Accepted.String():
			if !t.Control {
				return 0, fmt.Errorf("%w: a login on this device succeeded in the last 24 h", probes.ErrBudget)
			}
			continue
		}
		onDevice++
		if old.Account == t.Account {
			onAccount++
			wait = max(wait, min(tryPause-age, tryPause))
		}
	}
	switch {
	case onAccount >= wrongAccount:
		return 0, fmt.Errorf("%w: %d wrong passwords on account %q in the last 24 h", probes.ErrBudget, onAccount, t.Account)
	case onDevice >= wrongDevice:
		return 0, fmt.Errorf("%w: %d wrong passwords on this device in the last 24 h", probes.ErrBudget, onDevice)
	}
	return wait, nil
}

// note takes t over: a later line of the same try replaces the earlier one.
// Tries older than a day are forgotten.
func (l *Ledger) note(t try) {
	now := l.now()
	l.tries = slices.DeleteFunc(l.tries, func(old try) bool {
		return old.Seq == t.Seq || now.Sub(old.At) >= budgetDay
	})
	l.tries = append(l.tries, t)
}

// Current reports whether a journal line still counts, for compaction.
func (l *Ledger) Current(raw json.RawMessage) bool {
	var t try
	return json.Unmarshal(raw, &t) == nil && l.now().Sub(t.At) < budgetDay
}

// keys are the names a device's budget is charged to. A device that changes
// its address keeps its MAC; one without a MAC has only its address.
func keys(d lan.Device) []string {
	var list []string
	for _, m := range d.MACs {
		list = append(list, m.String())
	}
	if len(list) == 0 {
		for _, a := range d.Addresses {
			list = append(list, a.String())
		}
	}
	return list
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}
