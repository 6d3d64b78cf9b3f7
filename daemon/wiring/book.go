package wiring

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/notify"
	"github.com/homesweep/homesweep/probes/lan"
)

// Book is the journal with the login ledger in it. The daemon and a one-off
// sweep of the same user share it, one at a time, so that a device has one
// budget whoever asks. It is safe for concurrent use.
type Book struct {
	*journal.Journal
	Ledger *ledger.Ledger

	mu      sync.Mutex // held before the ledger's and the journal's
	erasing bool       // everything is to be deleted, and is not yet
	cleared bool       // of that only what is in the journal is left to do
	doubted bool       // the journal was damaged since the owner said how far to go
}

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
	b := &Book{Journal: j}
	if b.Ledger, err = ledger.Open(j, now); err == nil {
		err = j.Walk(b.survey)
	}
	if err != nil {
		return nil, errors.Join(err, j.Close())
	}
	b.Ledger.Room = b.room
	_ = b.compact(max(1, j.Size()/2)) // a disk that is full stops nobody from reading
	return b, nil
}

// survey is told of every entry, oldest first.
func (b *Book) survey(kind string, _ time.Time, _ json.RawMessage) error {
	switch kind {
	case journal.Damage:
		b.doubted = true
	case touchKind:
		b.doubted = false
	case eraseKind:
		b.erasing = true
	}
	return nil
}

// Append is the journal's; it makes room where there is none. Until an erase that
// was begun is finished it refuses everything but a password: the rest would be
// deleted with what came before.
func (b *Book) Append(kind string, value any) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.erasing && b.cleared {
		_ = b.eraseEntries()
	}
	if b.erasing && kind != passwordKind {
		return errErasing
	}
	err := b.append(kind, value)
	switch {
	case err != nil:
	case kind == touchKind:
		b.doubted = false
	case kind == passwordKind, kind == notify.Kind:
		_ = b.compact(1) // earlier secrets have no use; they go with the next one at the latest
	}
	return err
}

// append is Append without asking whether it may be.
func (b *Book) append(kind string, value any) error {
	err := b.Journal.Append(kind, value)
	if !errors.Is(err, journal.ErrFull) {
		return err
	}
	if cerr := b.compact(1); cerr != nil {
		return errors.Join(err, cerr)
	}
	return b.Journal.Append(kind, value)
}

// Replay is the journal's. Of what is to be deleted there is nothing any more. Where
// the journal was damaged since, the owner may have said last that homesweep is only
// to listen: that holds until the owner says otherwise.
func (b *Book) Replay(kind string, each func(at time.Time, raw json.RawMessage) error) error {
	b.mu.Lock()
	erasing, doubted := b.erasing, b.doubted
	b.mu.Unlock()
	if erasing && kind != passwordKind {
		return nil
	}
	err := b.Journal.Replay(kind, each)
	if err != nil || kind != touchKind || !doubted {
		return err
	}
	least, err := json.Marshal(lan.Listen)
	if err != nil {
		return err
	}
	return each(b.Now(), least)
}
