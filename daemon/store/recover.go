package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// start brings up the database in f, which is locked. What is damaged is put
// aside; a database in which nothing was ever kept is filled from the newest
// sound snapshot.
func (s *Store) start(f *os.File) error {
	err := s.try(f)
	if errors.Is(err, ErrDamaged) {
		// Renamed while f is still locked: nobody else can be about to do the same.
		err = s.setAside(err)
		s.release(f)
		if err == nil {
			f, err = lockFile(s.live)
		}
		if err == nil {
			err = s.try(f)
		}
	}
	if err == nil {
		err = s.restore()
	}
	if err == nil {
		err = s.openRecent()
	}
	if err != nil {
		s.release(f)
		return fmt.Errorf("store: open %s: %w", s.live, err)
	}
	// Nobody watched since: that is no time at which devices were here.
	if err := s.settle(false); err != nil {
		s.o.Log.Warn("when devices were here could not be counted up", "error", err)
	}
	return nil
}

// release closes what try has opened, and f.
func (s *Store) release(f *os.File) {
	if s.db != nil {
		s.db.Close()
		s.db = nil
	}
	f.Close()
}

// try checks f's pages, hands it to bbolt, compares the seal and brings the
// schema up to date.
func (s *Store) try(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > 0 {
		if err := checkPages(f, info.Size()); err != nil {
			return err
		}
	}
	if err := s.connect(f); err != nil {
		return err
	}
	if err := s.view(checkSeal); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return s.migrate()
}

// connect hands f to bbolt.
func (s *Store) connect(f *os.File) error {
	var db *bolt.DB
	err := guarded(func() (err error) {
		db, err = bolt.Open(s.live, 0o600, s.boltOptions(f))
		return err
	})
	if err != nil {
		return damage(err)
	}
	s.db = db
	return nil
}

func (s *Store) boltOptions(f *os.File) *bolt.Options {
	size := s.o.MaxSize
	if size == 0 {
		size = maxSize
		if s.fallback {
			size = maxSizeFallback
		}
	}
	return &bolt.Options{
		Timeout:  lockPatience,
		PageSize: pageSize,
		MaxSize:  size,
		NoSync:   s.fallback, // tmpfs is gone after a power cut, synced or not
		// A page less for each commit; which pages are free is found out at the start.
		NoFreelistSync: true,
		OpenFile:       func(string, int, os.FileMode) (*os.File, error) { return f, nil },
	}
}

// damage sorts bbolt's words for a damaged file under ErrDamaged.
func damage(err error) error {
	for _, e := range []error{berrors.ErrInvalid, berrors.ErrChecksum, berrors.ErrVersionMismatch} {
		if errors.Is(err, e) {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	return err
}

// damagedMark begins what a damaged file has after its name.
const damagedMark = ".damaged-"

// setAside renames the damaged database. The lock stays with it until it is closed,
// but nobody waits for that name.
func (s *Store) setAside(cause error) error {
	name, err := s.putAside(s.live)
	if err == nil {
		s.recovery = Recovery{Damaged: name, Cause: cause.Error()}
	}
	return err
}

// putAside renames a damaged file and says how.
func (s *Store) putAside(path string) (name string, err error) {
	stamp := path + damagedMark + s.o.Now().UTC().Format("20060102T150405Z")
	name = stamp
	for i := 2; i < 100; i++ {
		if _, err := os.Lstat(name); err != nil {
			break
		}
		name = fmt.Sprintf("%s.%d", stamp, i)
	}
	if err := os.Rename(path, name); err != nil {
		return "", fmt.Errorf("put the damaged file aside: %w", err)
	}
	return name, syncDir(filepath.Dir(name))
}

// restore fills the database, if nothing was ever kept in it, from the newest
// sound snapshot. None at all is no error; one that only a newer homesweep can
// read is, so that an older program does not start from nothing over it.
func (s *Store) restore() error {
	var empty bool
	err := s.view(func(tx *bolt.Tx) error {
		device, _ := tx.Bucket(devicesBucket).Cursor().First()
		sweep, _ := tx.Bucket(sweepsBucket).Cursor().First()
		empty = device == nil && sweep == nil
		return nil
	})
	if err != nil || !empty {
		return err
	}
	for _, path := range []string{s.o.Snapshot, s.o.Snapshot + previous} {
		at, err := s.load(path)
		switch {
		case err == nil:
			s.recovery.Snapshot, s.recovery.SnapshotAt = path, at
			if s.recovery.Damaged == "" { // as after each boot, where the live database is in memory
				s.o.Log.Info("memory read back from snapshot", "snapshot", path, "taken", at.Format(time.RFC3339))
				return nil
			}
			s.o.Log.Warn("memory restored from snapshot", "snapshot", path, "taken", at.Format(time.RFC3339),
				"damaged", s.recovery.Damaged, "cause", s.recovery.Cause)
			return nil
		case errors.Is(err, errSnapshot):
			s.o.Log.Warn("snapshot passed over", "snapshot", path, "error", err)
		case !errors.Is(err, os.ErrNotExist):
			return err
		}
	}
	if s.recovery.Damaged != "" {
		s.o.Log.Warn("memory starts empty", "damaged", s.recovery.Damaged, "cause", s.recovery.Cause)
	}
	return nil
}

// syncDir makes a rename in dir last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
