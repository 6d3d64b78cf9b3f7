// Package store is the daemon's memory: what sweeps concluded, in a bbolt
// database that survives power cuts, damaged flash and file systems that
// cannot hold it. It is the only importer of bbolt.
//
// What must survive the very second it happens (login tries spent, the owner's
// decisions) is not here but in daemon/journal.
package store

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/meter"
)

// Options say where the memory lives. Only Path is required.
type Options struct {
	// Path is the database file. Its directory is made, with mode 0700.
	Path string
	// Fallback is a directory on tmpfs for the live database, used when the
	// file system of Path refuses to map it (jffs2). Snapshots stay with Path.
	Fallback string
	// InMemory has the live database in Fallback wherever that can be, to spare the
	// flash that Path is on: each commit costs it 20 KB and more.
	InMemory bool
	// Snapshot is the file of the packed copy; Path + ".snapshot" when empty.
	Snapshot string
	// MaxSize bounds the database file, in bytes; 64 MiB when zero, 16 MiB in
	// Fallback, which is memory.
	MaxSize int
	// Meter counts what is written to lasting storage; nil counts nothing. What it
	// counted is kept with the snapshots.
	Meter *meter.Meter
	Log   *slog.Logger     // discarded when nil
	Now   func() time.Time // time.Now when nil

	mappable func(fd uintptr) error // asks the file system; tests refuse here
}

// Errors of Open and of the methods, to be told apart with errors.Is.
var (
	// ErrBusy means that another process has the database open.
	ErrBusy = errors.New("another homesweep has the database open")
	// ErrNewer means that a later homesweep wrote the database; nothing is
	// wrong with it and nothing was changed.
	ErrNewer = errors.New("the database was written by a newer homesweep")
	// ErrDamaged means that the database turned out to be damaged while in use;
	// Close and Open again recovers what can be recovered.
	ErrDamaged = errors.New("the database is damaged")
)

// Recovery says what Open had to do to get going. The zero Recovery means that
// the database was there and sound, or that this is the first start.
type Recovery struct {
	Damaged    string    // where the damaged file was put aside, empty when none was
	Cause      string    // what was wrong with it
	Snapshot   string    // the snapshot that was read back, empty when none was
	SnapshotAt time.Time // when that snapshot was taken
}

// Happened reports whether there is anything to tell.
func (r Recovery) Happened() bool { return r != Recovery{} }

// Store is an open memory. Its methods may be called from any goroutine; one
// process at a time has it open.
type Store struct {
	o        Options
	db       *bolt.DB
	live     string // the file that is open
	fallback bool   // live is in Options.Fallback
	recovery Recovery

	gate sync.RWMutex // held by readers; Erase puts another db in place

	mu         sync.Mutex // guards what follows, and serialises writers
	unsaved    bool       // something was committed since the last snapshot
	snapshotAt time.Time
	news       time.Time // when the first thing happened since that snapshot
	newsDay    string    // of which newsSpent is
	newsSpent  int64     // bytes of snapshots for what happened
	written    int64     // bytes of snapshots and of lines written
	erased     time.Time // of the last Erase
	bare       bool      // nothing was committed since
	metered    int64     // bytes of pages that are counted
	recent     *journal.Journal
	held       []recent    // lines of it that are not in the database yet
	behind     atomic.Bool // there are such; read without mu
	lines      uint64      // the number of the last
	newest     uint64      // event's number in held
	nextTry    time.Time   // of a snapshot after one failed
}

const (
	maxSize         = 64 << 20
	maxSizeFallback = 16 << 20
)

// Open opens the memory, making it when there is none. A damaged database is
// put aside under another name, never deleted, and the newest sound snapshot
// takes its place; Recovered tells. Open fails when another homesweep has the
// database (ErrBusy), when a newer one wrote it (ErrNewer), and when neither
// Path nor Fallback can hold it.
func Open(o Options) (*Store, error) {
	s := &Store{o: o.complete()}
	f, err := s.place()
	if err != nil {
		return nil, err
	}
	if err := s.start(f); err != nil {
		return nil, err
	}
	if h, _, err := readSnapshot(s.o.Snapshot); err == nil {
		s.snapshotAt = h.At
		s.o.Meter.Resume(h.Flash)
	}
	return s, nil
}

func (o Options) complete() Options {
	if o.Snapshot == "" {
		o.Snapshot = o.Path + ".snapshot"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.mappable == nil {
		o.mappable = mappable
	}
	return o
}

// Recovered is what Open had to do, for the log and the dashboard.
func (s *Store) Recovered() Recovery { return s.recovery }

// Close closes the database. It takes no snapshot: the daemon does that first,
// with Snapshot, when it is told to stop.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.flush(); err != nil && s.recent == nil {
		s.o.Log.Warn("what happened last is lost", "error", err)
	}
	if err := errors.Join(s.closeRecent(), s.db.Close()); err != nil {
		return fmt.Errorf("store: close %s: %w", s.live, err)
	}
	return nil
}

// Usage is where the memory lives and what it has written, for the dashboard.
type Usage struct {
	Path       string    `json:"path"`      // the live database
	InMemory   bool      `json:"in_memory"` // it is on tmpfs; only snapshots reach flash
	Size       int64     `json:"size"`      // bytes in use, without what bbolt keeps in reserve
	Flash      int64     `json:"flash"`     // bytes sent to persistent storage since Open
	SnapshotAt time.Time `json:"snapshot_at,omitzero"`
}

// Usage is taken at the time of the call.
func (s *Store) Usage() Usage {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := Usage{Path: s.live, InMemory: s.fallback, Flash: s.written, SnapshotAt: s.snapshotAt}
	stats := s.db.Stats()
	if !s.fallback {
		u.Flash += stats.TxStats.GetPageAlloc()
	}
	_ = s.db.View(func(tx *bolt.Tx) error {
		u.Size = tx.Size() - int64(stats.FreePageN+stats.PendingPageN)*pageSize
		return nil
	})
	return u
}
