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
