package store

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	lockPatience = time.Second // how long Open waits for another homesweep
	lockRetry    = 50 * time.Millisecond
)

// place finds the file that the database can live in, opens and locks it.
func (s *Store) place() (*os.File, error) {
	if s.o.InMemory && s.o.Fallback != "" {
		f, err := lockFile(s.o.inMemory())
		if err == nil {
			if err = s.adopt(f); err == nil {
				s.live, s.fallback = f.Name(), true
				return f, nil
			}
			dropEmpty(f)
		}
		if errors.Is(err, ErrBusy) {
			return nil, err
		}
		s.o.Log.Warn("the live database cannot be kept in memory, each commit goes to the disk", "error", err)
	}
	f, err := lockFile(s.o.Path)
	if err != nil {
		return nil, err
	}
	refused := s.o.mappable(f.Fd())
	if refused == nil {
		s.live = s.o.Path
		return f, nil
	}
	dropEmpty(f)
	if !errors.Is(refused, syscall.EINVAL) && !errors.Is(refused, syscall.ENODEV) {
		return nil, fmt.Errorf("store: map %s: %w", s.o.Path, refused)
	}
	if s.o.Fallback == "" {
		return nil, fmt.Errorf("store: the file system of %s cannot hold a database (%w); choose a place on another one with -state", s.o.Path, refused)
	}
	s.live, s.fallback = s.o.inMemory(), true
	s.o.Log.Info("file system cannot hold the database, keeping it in memory with snapshots on disk",
		"path", s.o.Path, "live", s.live, "snapshot", s.o.Snapshot)
	return lockFile(s.live)
}

// adopt fills the empty live database in memory with the one that lay in the lasting
// place before: it is newer than any snapshot until the next one, which removes it.
func (s *Store) adopt(live *os.File) error {
	info, err := live.Stat()
	if err != nil || info.Size() > 0 {
		return err
	}
	if _, err := os.Lstat(s.o.Path); err != nil {
		return nil
	}
	before, err := lockFile(s.o.Path)
	if err != nil {
		return err
	}
	defer before.Close()
	if _, err := io.Copy(live, before); err != nil {
		// Half a copy would be taken for the database at the next start.
		return errors.Join(fmt.Errorf("store: copy %s to %s: %w", s.o.Path, live.Name(), err), os.Remove(live.Name()))
	}
	s.unsaved = true
	return nil
}

// mappable asks whether a file that is open for writing can be mapped shared,
// which is how bbolt reads. jffs2 answers EINVAL, also for an empty file, so
// asking writes nothing.
func mappable(fd uintptr) error {
	b, err := syscall.Mmap(int(fd), 0, pageSize, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return err
	}
	return syscall.Munmap(b)
}

// dropEmpty closes f and takes the file away if Open itself has just made it.
func dropEmpty(f *os.File) {
	if info, err := f.Stat(); err == nil && info.Size() == 0 {
		os.Remove(f.Name())
	}
	f.Close()
}

// lockFile opens path for the one process that may have it, waiting up to
// lockPatience. bbolt takes its own lock on the same open file, which is then
// already ours; this one comes earlier, so that no other process can be
// writing while the pages are checked or the file is put aside.
func lockFile(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	for end := time.Now().Add(lockPatience); ; time.Sleep(lockRetry) {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, fmt.Errorf("store: %w", err)
		}
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil && stillAt(f, path) {
			return f, nil
		}
		f.Close()
		if err != nil && !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("store: lock %s: %w", path, err)
		}
		if time.Now().After(end) {
			return nil, fmt.Errorf("%w (%s); stop it or choose another with -state", ErrBusy, path)
		}
	}
}

// stillAt reports whether path still names f: the holder before us may have
// put a damaged file aside while we waited for its lock.
func stillAt(f *os.File, path string) bool {
	ours, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(ours, there)
}
