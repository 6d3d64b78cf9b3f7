package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

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
