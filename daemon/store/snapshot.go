package store

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/daemon/meter"
)

// A snapshot is a gzip of JSON lines, a header and then one entry a key,
// followed by the SHA-256 of the gzip. Unlike a bbolt file it can be read on a
// machine of another byte order, and it holds no free pages: a home of 100
// devices packs into some tens of kilobytes.

const (
	previous      = ".previous" // suffix of the snapshot before the newest
	snapshotEvery = 6 * time.Hour
	snapshotRetry = 30 * time.Minute // after one failed: each try writes it whole
	// newsRest is after how long what happened is packed too, and newsBytes how many
	// bytes a day may go into that: a device that never rests must not wear out flash.
	newsRest  = 10 * time.Minute
	newsBytes = 512 << 10
)

// header is a snapshot's first line.
type header struct {
	Schema int       `json:"schema"`
	At     time.Time `json:"at"`
	// Flash is what was written until then.
	Flash meter.Count `json:"flash,omitzero"`
}

// entry is one key of the database.
type entry struct {
	In    []string        `json:"in"` // the buckets, outermost first
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// Snapshot packs the memory into Options.Snapshot now, keeping the snapshot
// before it, unless nothing was committed since. The daemon calls it when it is
// told to stop. Whatever goes wrong leaves the older snapshots as they were.
func (s *Store) Snapshot() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.unsaved {
		return nil
	}
	return s.snapshot()
}

// SnapshotIfDue is Snapshot if the newest one is six hours old, or ten minutes after
// something happened. Commit does it too; the daemon calls it every minute.
func (s *Store) SnapshotIfDue() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.snapshotIfDue()
}

func (s *Store) snapshotIfDue() error {
	now := s.o.Now()
	age := now.Sub(s.snapshotAt)
	switch {
	case !s.unsaved, now.Before(s.nextTry) && s.nextTry.Sub(now) <= snapshotRetry:
		return nil
	case age < 0 || age >= snapshotEvery: // below zero the clock was put back
		return s.snapshot()
	case s.news.IsZero() || now.Sub(s.news) < newsRest:
		return nil
	}
	if today := now.Format(time.DateOnly); today != s.newsDay {
		s.newsDay, s.newsSpent = today, 0
	}
	if s.newsSpent >= newsBytes {
		return nil
	}
	before := s.written
	err := s.snapshot()
	s.newsSpent += s.written - before
	return err
}

// changed notes that something happened that is worth a snapshot soon.
func (s *Store) changed() {
	if s.unsaved = true; s.news.IsZero() {
		s.news = s.o.Now()
	}
}

func (s *Store) snapshot() error {
	at := s.o.Now()
	err := s.flush()
	if err == nil {
		var n int64
		n, err = s.writeSnapshot(s.o.Snapshot+".new", at)
		s.written += n
		s.o.Meter.Wrote(n)
	}
	if err == nil {
		err = s.rotate()
	}
	if err == nil && s.fallback { // they would come back as of old
		err = errors.Join(gone(s.o.Path), gone(s.o.Path+recentMark))
	}
	if err != nil {
		s.nextTry = at.Add(snapshotRetry)
		return fmt.Errorf("store: snapshot %s: %w", s.o.Snapshot, err)
	}
	s.unsaved, s.snapshotAt, s.news, s.nextTry = false, at, time.Time{}, time.Time{}
	return nil
}

// writeSnapshot writes and syncs path.
func (s *Store) writeSnapshot(path string, at time.Time) (n int64, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return 0, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() {
		n, _ = f.Seek(0, io.SeekCurrent)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			os.Remove(path)
		}
	}()
	h := sha256.New()
	if err := s.view(func(tx *bolt.Tx) error {
		return dump(io.MultiWriter(f, h), tx, header{Schema: len(steps), At: at.UTC(), Flash: s.o.Meter.Count()})
	}); err != nil {
		return 0, err
	}
	if _, err := f.Write(h.Sum(nil)); err != nil {
		return 0, err
	}
	return 0, f.Sync()
}

// rotate puts the new snapshot in place. Between the two renames the newest
// sound one is under the previous name, where load finds it; a snapshot that
// went bad does not push a sound one out.
func (s *Store) rotate() error {
	if _, _, err := readSnapshot(s.o.Snapshot); err == nil {
		if err := os.Rename(s.o.Snapshot, s.o.Snapshot+previous); err != nil {
			return err
		}
	}
	if err := os.Rename(s.o.Snapshot+".new", s.o.Snapshot); err != nil {
		return err
	}
	return syncDir(filepath.Dir(s.o.Snapshot))
}

// dump writes tx's contents, its seal compared first: a snapshot of damage
// would be worse than none.
func dump(w io.Writer, tx *bolt.Tx, head header) error {
	if err := checkSeal(tx); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	z := gzip.NewWriter(w)
	enc := json.NewEncoder(z)
	if err := enc.Encode(head); err != nil {
		return err
	}
	err := tx.ForEach(func(name []byte, b *bolt.Bucket) error {
		return dumpBucket(enc, []string{string(name)}, b)
	})
	if err != nil {
		return err
	}
	return z.Close()
}

func dumpBucket(enc *json.Encoder, in []string, b *bolt.Bucket) error {
	return b.ForEach(func(k, v []byte) error {
		if v == nil {
			return dumpBucket(enc, append(in[:len(in):len(in)], string(k)), b.Bucket(k))
		}
		return enc.Encode(entry{In: in, Key: string(k), Value: v})
	})
}
