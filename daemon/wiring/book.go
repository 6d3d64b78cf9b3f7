package wiring

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/sweep"
)

// Book is the journal with the login ledger in it. The daemon and a one-off
// sweep of the same user share it, one at a time, so that a device has one
// budget whoever asks.
type Book struct {
	*journal.Journal
	Ledger *sweep.Ledger
}

// compactAt is the size in bytes from which old tries are thrown out at start.
const compactAt = journal.MaxSize / 4

// OpenBook opens the book in the directory state.
func OpenBook(state string) (*Book, error) {
	j, err := journal.Open(filepath.Join(state, "journal"))
	if errors.Is(err, journal.ErrBusy) {
		return nil, fmt.Errorf("%w; a running daemon keeps the login budget: use its dashboard or stop it first", err)
	}
	if err != nil {
		return nil, err
	}
	ledger, err := sweep.OpenLedger(j, time.Now)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	b := &Book{j, ledger}
	if j.Size() > compactAt {
		if err := j.Compact(b.counts); err != nil {
			return nil, errors.Join(fmt.Errorf("compacting the journal: %w", err), j.Close())
		}
	}
	return b, nil
}

// counts reports whether an entry still matters.
func (b *Book) counts(kind string, _ time.Time, raw json.RawMessage) bool {
	return kind != sweep.LedgerKind || b.Ledger.Current(raw)
}
