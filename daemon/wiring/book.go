package wiring

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
)

// Book is the journal with the login ledger in it. The daemon and a one-off
// sweep of the same user share it, one at a time, so that a device has one
// budget whoever asks.
type Book struct {
	*journal.Journal
	Ledger *ledger.Ledger
}

// compactAt is the size in bytes from which old tries are thrown out at start.
const compactAt = journal.MaxSize / 4

// OpenBook opens the book in the directory state. While another program has it,
// that is journal.ErrBusy.
func OpenBook(state string) (*Book, error) { return openBook(state, ledger.Now) }

// OpenLasting is OpenBook for c, if its directory is there still after the machine
// was switched off.
func OpenLasting(c config.Config) (*Book, error) {
	if c.Fleeting() {
		return nil, errors.New("this user has no home directory to keep it in; name a directory with -state")
	}
	return OpenBook(c.State)
}

func openBook(state string, now func() ledger.Moment) (*Book, error) {
	j, err := journal.Open(filepath.Join(state, "journal"))
	if errors.Is(err, journal.ErrBusy) {
		return nil, fmt.Errorf("%w; a running daemon keeps the login budget: use its dashboard or stop it first", err)
	}
	if err != nil {
		return nil, err
	}
	l, err := ledger.Open(j, now)
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	b := &Book{j, l}
	if j.Size() > compactAt {
		if err := b.compact(); err != nil {
			return nil, errors.Join(fmt.Errorf("compacting the journal: %w", err), j.Close())
		}
	}
	return b, nil
}

// Append is the journal's; it makes room where there is none.
func (b *Book) Append(kind string, value any) error {
	err := b.Journal.Append(kind, value)
	if errors.Is(err, journal.ErrFull) && b.compact() == nil {
		err = b.Journal.Append(kind, value)
	}
	return err
}

// compact throws out the tries that count no more.
func (b *Book) compact() error {
	counts := b.Ledger.Keeper()
	return b.Compact(func(kind string, _ time.Time, raw json.RawMessage) bool { return kind != ledger.Kind || counts(raw) })
}
