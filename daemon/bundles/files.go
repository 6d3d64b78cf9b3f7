package bundles

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// The files' names.
const (
	overlayPrefix = "overlay-"
	suffix        = ".bundle"
	previous      = ".previous"
	fresh         = ".new" // being written
)

// stored is a sound file.
type stored struct {
	*bundle.Bundle
	by   bundle.PublicKey
	file string
	hash [sha256.Size]byte // of the file
}

// sum is what the file is known by.
func (k stored) sum() string { return hex.EncodeToString(k.hash[:]) }

// path is where a layer's file lies.
func (s *Store) path(layer string) string {
	if layer != bundle.BaseLayer {
		layer = overlayPrefix + layer
	}
	return filepath.Join(s.dir, layer+suffix)
}

// best is the newest of a layer's files that is whole, trusted, what it should be
// and good enough for try; ok is false when there is none. notes tell of those
// that were passed over.
func (s *Store) best(layer string, keys []Key, try func(stored) error) (k stored, ok bool, notes []string) {
	path := s.path(layer)
	for _, file := range []string{path, path + previous} {
		k, err := s.read(file, layer, keys)
		if err == nil && try != nil {
			err = try(k)
		}
		switch {
		case err == nil && file == path:
			return k, true, nil
		case err == nil:
			return k, true, append(notes, fmt.Sprintf("The knowledge file before it is used, of %s.", day(k.Created)))
		case !errors.Is(err, fs.ErrNotExist):
			notes = append(notes, fmt.Sprintf("The knowledge file %s is not used: %v.", file, err))
		}
	}
	return stored{}, false, notes
}

// read is one file, checked. Its rows are not looked at.
func (s *Store) read(file, layer string, keys []Key) (stored, error) {
	text, err := readBounded(file, bundle.MaxFile)
	if err != nil {
		return stored{}, err
	}
	b, by, err := bundle.Open(text, public(keys))
	switch {
	case err != nil:
		return stored{}, err
	case b.Layer != layer:
		return stored{}, fmt.Errorf("it holds the layer %s", b.Layer)
	case b.IsBase() && !s.isPublisher(by):
		return stored{}, ErrRight
	}
	return stored{b, by, file, sha256.Sum256(text)}, nil
}

// owners are the keys that a layer's files came with: that of a sound one, else
// what damaged ones say of themselves.
func (s *Store) owners(layer string, keys []Key) (owners []bundle.PublicKey) {
	if k, ok, _ := s.best(layer, keys, nil); ok {
		return []bundle.PublicKey{k.by}
	}
	for _, file := range []string{s.path(layer), s.path(layer) + previous} {
		text, err := readBounded(file, bundle.MaxFile)
		if err != nil {
			continue
		}
		owners = append(owners, bundle.Claimed(text, public(keys))...)
	}
	return owners
}

// put makes file the layer's, on the disk before it returns. sound says that the
// present one is, and worth keeping.
func (s *Store) put(layer string, file []byte, sound bool) error {
	path := s.path(layer)
	if err := write(path+fresh, file); err != nil {
		_ = os.Remove(path + fresh) // a full disk needs the room
		return err
	}
	if err := s.step("written"); err != nil {
		return err
	}
	if sound {
		if err := os.Rename(path, path+previous); err != nil {
			return err
		}
	}
	if err := s.step("set aside"); err != nil {
		return err
	}
	if err := os.Rename(path+fresh, path); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// step is where a test cuts the power.
func (s *Store) step(name string) error {
	if s.cut == nil {
		return nil
	}
	return s.cut(name)
}

// write writes a file and waits until the disk has it. What lies there is not
// written into, for it could be a link to somewhere else.
func write(path string, text []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// readAll reads at most limit bytes, about size of them; more than limit are an
// error.
func readAll(r io.Reader, size, limit int64) ([]byte, error) {
	var text bytes.Buffer
	text.Grow(int(max(0, min(size, limit))) + bytes.MinRead)
	_, err := text.ReadFrom(io.LimitReader(r, limit+1))
	if err == nil && int64(text.Len()) > limit {
		err = bundle.ErrTooBig
	}
	return text.Bytes(), err
}

// lock waits until no other process writes here.
func (s *Store) lock() (unlock func(), err error) {
	f, err := os.OpenFile(filepath.Join(s.dir, "lock"), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("locking %s: %w", s.dir, err)
	}
	return func() { f.Close() }, nil
}
