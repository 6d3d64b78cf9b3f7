package bundles

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// Bounds of the folder of keys.
const (
	maxKeys    = 16
	maxKeyFile = 4 << 10 // bytes
)

// Key is a key that is trusted here.
type Key struct {
	bundle.PublicKey
	Publisher bool   // it came with the program and may sign the base
	File      string // an overlay key's
}

// Keys are the keys trusted here, the publisher's first. A file in the folder of
// keys that is none makes a note.
func (s *Store) Keys() (keys []Key, notes []string) {
	for _, k := range s.publishers {
		keys = append(keys, Key{PublicKey: k, Publisher: true})
	}
	files := named(s.KeyFolder(), ".pub")
	if len(files) > maxKeys {
		notes = append(notes, fmt.Sprintf("Of the %d keys in %s only the first %d are used.", len(files), s.KeyFolder(), maxKeys))
		files = files[:maxKeys]
	}
	for _, file := range files {
		text, err := readBounded(file, maxKeyFile)
		if err == nil {
			var k bundle.PublicKey
			if k, err = bundle.ParsePublic(text); err == nil {
				keys = append(keys, Key{PublicKey: k, File: file})
				continue
			}
		}
		notes = append(notes, fmt.Sprintf("The key %s is not used: %v.", file, err))
	}
	return keys, notes
}

// named are the files of a folder whose names end so, sorted; none of a folder
// that is not there.
func named(dir, end string) (files []string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), end) {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	return files
}

// KeyFolder is where an owner puts the public keys of those whose overlays he
// wants.
func (s *Store) KeyFolder() string { return filepath.Join(s.dir, "keys") }

// public are the keys without what is known of them.
func public(keys []Key) []bundle.PublicKey {
	list := make([]bundle.PublicKey, 0, len(keys))
	for _, k := range keys {
		list = append(list, k.PublicKey)
	}
	return list
}

// isPublisher reports whether k came with the program.
func (s *Store) isPublisher(k bundle.PublicKey) bool { return slices.Contains(s.publishers, k) }

// sameOwner reports whether two keys are one hand's: the publisher has two, so
// that one can follow the other.
func (s *Store) sameOwner(a, b bundle.PublicKey) bool {
	return a == b || s.isPublisher(a) && s.isPublisher(b)
}

// readBounded reads a file of at most limit bytes.
func readBounded(file string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe must not keep us waiting
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is no ordinary file")
	}
	return readAll(f, info.Size(), limit)
}
