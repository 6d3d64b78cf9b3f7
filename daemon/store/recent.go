package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes/lan"
)

// A commit writes whole pages, 16 KB for one device that left. So what comes in small
// is written as a line into a journal beside the database, and into the database with
// the next commit, or when somebody reads. In memory the database is written at once.

const (
	recentMark = ".recent" // suffix of the journal's file
	recentKind = "recent"
	maxRecent  = 64 // lines
)

// recentKey is, in meta, the number of the last line that is in the database.
var recentKey = []byte("recent")

// recent is one line: of it either is set. It has no time of its own, and the journal
// stamps it with the day: when somebody left is to be on no disk.
type recent struct {
	Number uint64                  `json:"number"`          // grows, so that no line counts twice
	Doubt  bool                    `json:"doubt,omitempty"` // the clock was not to be believed
	Stands map[string]lan.Presence `json:"stands,omitempty"`
	Events []lan.Event             `json:"events,omitempty"`
}

// openRecent reads what did not come into the database any more. A journal that cannot be
// read is put aside and begun anew; without one the database takes all at once.
func (s *Store) openRecent() error {
	path := s.o.Path + recentMark
	if _, err := os.Lstat(path); s.fallback && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	err := guarded(func() error {
		return s.db.View(func(tx *bolt.Tx) error { return get(tx.Bucket(metaBucket), recentKey, &s.lines) })
	})
	if err != nil {
		return err
	}
	unread := s.readRecent(path)
	if unread == nil || errors.Is(unread, journal.ErrBusy) {
		return unread
	}
	name := path
	if err = s.flush(); err == nil { // what could be read, before it is out of the way
		name, err = s.putAside(path)
	}
	s.o.Log.Warn("some of what happened last cannot be read", "error", unread, "damaged", name)
	if err == nil && !s.fallback {
		err = s.readRecent(path)
	}
	if err != nil {
		s.o.Log.Warn("what happens is written to the database at once", "error", err)
	}
	return nil
}

// readRecent opens the journal at path and holds its lines. On an error it is closed
// again, and what could be read is held.
func (s *Store) readRecent(path string) error {
	j, err := journal.Open(path)
	if err != nil {
		return err
	}
	j.Now = func() time.Time { now := s.o.Now(); return lan.DayOf(now, now.Location()) }
	j.Wrote = func(n int64) {
		s.written += n
		s.o.Meter.Wrote(n)
	}
	var odd error
	err = j.Replay(recentKind, func(_ time.Time, raw json.RawMessage) error {
		var r recent
		if err := json.Unmarshal(raw, &r); err != nil {
			odd = fmt.Errorf("a line of %s has another shape: %w", path, err)
		} else if r.Number > s.lines {
			s.lines = r.Number
			s.hold(r)
		}
		return nil
	})
	if err = errors.Join(odd, err); err != nil || s.fallback { // there, the first snapshot has it and removes it
		return errors.Join(err, j.Close())
	}
	s.recent = j
	return nil
}

// hold has r wait for the next transaction.
func (s *Store) hold(r recent) {
	for _, e := range r.Events {
		s.newest = max(s.newest, e.ID)
	}
	s.held = append(s.held, r)
	s.behind.Store(true)
}

// jot keeps r: once it returns, r is on the disk. Where the journal takes no line, or r
// has no room in one, the database does.
func (s *Store) jot(r recent) error {
	err := s.view(func(tx *bolt.Tx) (err error) {
		r.Doubt, err = doubtful(tx, s.o.Now())
		return err
	})
	if err != nil {
		return err
	}
	s.lines++ // also of a line that failed: half of it may be there
	r.Number = s.lines
	if s.recent != nil && len(s.held) < maxRecent && len(r.Events) <= eventsInLine {
		if err = s.recent.Append(recentKind, r); err == nil {
			s.hold(r)
			return nil
		}
	}
	before := s.held
	s.hold(r)
	if ferr := s.flush(); ferr != nil {
		s.held = before
		s.behind.Store(len(before) > 0)
		return errors.Join(err, ferr)
	}
	return nil
}

// flush brings what is held into the database.
func (s *Store) flush() error {
	if len(s.held) == 0 {
		return nil
	}
	return s.update(func(*bolt.Tx) error { return nil })
}

// catchUp is flush before somebody reads.
func (s *Store) catchUp() {
	if !s.behind.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.flush(); err != nil {
		s.o.Log.Warn("what happened lately is not in the database yet", "error", err)
	}
}

// takeHeld writes into tx what is held.
func (s *Store) takeHeld(tx *bolt.Tx) error {
	if len(s.held) == 0 {
		return nil
	}
	now := s.o.Now()
	sure, err := believe(tx, now)
	if err != nil {
		return err
	}
	horizon, err := horizon(tx, now, sure)
	if err != nil {
		return err
	}
	for _, r := range s.held {
		err := putStands(tx, r.Stands, r.Doubt, horizon)
		if err == nil {
			err = putEvents(tx, r.Events, now, sure)
		}
		if err == nil {
			err = putJSON(tx.Bucket(metaBucket), recentKey, r.Number, maxEvent)
		}
		if err != nil {
			return fmt.Errorf("what happened lately: %w", err)
		}
	}
	return nil
}

// taken forgets what is held, as the database has it.
func (s *Store) taken() {
	if len(s.held) == 0 {
		return
	}
	s.held = nil
	s.behind.Store(false)
	if s.recent == nil {
		return
	}
	if err := s.recent.Compact(0, func(string, time.Time, json.RawMessage) bool { return false }); err != nil {
		s.o.Log.Warn("lines that the database has stay in the journal beside it", "error", err) // their numbers tell
	}
}

// closeRecent gives the journal back.
func (s *Store) closeRecent() error {
	if s.recent == nil {
		return nil
	}
	err := s.recent.Close()
	s.recent = nil
	return err
}
