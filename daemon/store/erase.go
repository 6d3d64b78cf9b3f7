package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// Erase forgets everything at once, every copy of it included: the database, its
// snapshots and what was put aside as damaged. An empty database takes its place; only
// the number of the newest event goes on, so that no number comes twice. What is still being found out
// by a sweep that began before is not kept when it comes. On an error
// some of it may be left; Erase may be called again.
func (s *Store) Erase() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var last uint64
	_ = s.view(func(tx *bolt.Tx) (err error) { // damaged or closed: numbers begin anew
		last, err = lastEvent(tx)
		last = max(last, s.newest)
		return err
	})
	s.gate.Lock()
	err := s.renew(last)
	s.gate.Unlock()
	if err != nil {
		return fmt.Errorf("store: not all is erased: %w", err)
	}
	return nil
}

// renew takes all files away and makes the database anew, with the number of the
// newest event in it.
func (s *Store) renew(last uint64) error {
	s.held, s.newest = nil, last
	s.behind.Store(false)
	live := []string{s.live}
	if s.o.Fallback != "" {
		live = append(live, s.o.inMemory())
	}
	err := errors.Join(s.closeRecent(), s.db.Close(), s.o.remove(live...))
	f, lerr := lockFile(s.live)
	if lerr != nil {
		return errors.Join(err, lerr) // s.db stays closed: every call fails
	}
	if cerr := s.connect(f); cerr != nil {
		f.Close()
		return errors.Join(err, cerr)
	}
	s.recovery, s.unsaved, s.news = Recovery{}, false, time.Time{}
	s.metered = 0
	s.erased, s.bare = s.o.Now(), true
	err = errors.Join(err, s.update(func(tx *bolt.Tx) error {
		return errors.Join(migrate(tx), putJSON(tx.Bucket(metaBucket), eventKey, last, maxEvent))
	}))
	return errors.Join(err, s.openRecent())
}

// Remove erases what a Store with these options would have, without opening it. Nobody
// may have it open.
func Remove(o Options) error {
	o = o.complete()
	var live []string
	if o.Fallback != "" {
		live = append(live, o.inMemory())
	}
	for _, path := range append(live, o.Path) {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		f, err := lockFile(path)
		if err != nil {
			return err
		}
		defer f.Close()
	}
	if err := o.remove(live...); err != nil {
		return fmt.Errorf("store: not all is erased: %w", err)
	}
	return nil
}

// inMemory is where the live database lies when its own place cannot hold it: by its
// own path, as another homesweep may have its own there.
func (o Options) inMemory() string {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		path = o.Path
	}
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(o.Fallback, hex.EncodeToString(sum[:6])+"-"+filepath.Base(path))
}

// remove takes away every file of the memory, those at live included.
func (o Options) remove(live ...string) error {
	var errs []error
	for _, path := range append(live, o.Path, o.Snapshot, o.Snapshot+previous, o.Snapshot+".new",
		o.Path+recentMark, o.Path+recentMark+".new", o.Path+recentMark+".damaged") {
		errs = append(errs, gone(path))
	}
	for _, path := range append(live, o.Path, o.Path+recentMark) {
		aside, err := os.ReadDir(filepath.Dir(path))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
		for _, e := range aside {
			if put := filepath.Base(path) + damagedMark; len(e.Name()) > len(put) && e.Name()[:len(put)] == put {
				errs = append(errs, gone(filepath.Join(filepath.Dir(path), e.Name())))
			}
		}
		if err == nil {
			errs = append(errs, syncDir(filepath.Dir(path)))
		}
	}
	return errors.Join(errs...)
}

// gone takes a file away, if it is there.
func gone(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
