package bundles

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// Imported is what became of a file.
type Imported struct {
	*bundle.Bundle
	By      bundle.PublicKey
	Already bool // that edition was here before; nothing was written
}

// Check does all that Import does, save writing: the signature, whether that key
// may sign that layer, the serial and every row. what is told as far as the
// signature held, also beside an error.
func (s *Store) Check(file []byte) (what Imported, err error) {
	keys, _ := s.Keys()
	what.Bundle, what.By, err = bundle.Open(file, public(keys))
	if errors.Is(err, bundle.ErrKey) {
		return what, s.untrusted(err)
	}
	if err != nil {
		return what, err
	}
	if err := s.may(what, keys); err != nil {
		return what, err
	}
	if what.Already, err = s.already(what.Bundle, keys); err != nil || what.Already {
		return what, err
	}
	return what, s.rows(what.Bundle, keys)
}

// untrusted says what an owner can do about a key that is not trusted.
func (s *Store) untrusted(err error) error {
	if len(s.publishers) == 0 {
		return fmt.Errorf("%w; this build of homesweep trusts no publisher, and for overlays only the public keys in %s", err, s.KeyFolder())
	}
	return fmt.Errorf("%w; if it is an overlay of somebody you trust, put his public key into %s", err, s.KeyFolder())
}

// may refuses what the key that signed it has no right to.
func (s *Store) may(what Imported, keys []Key) error {
	if s.isPublisher(what.By) {
		return nil
	}
	if what.IsBase() {
		return fmt.Errorf("the base, signed with the overlay key %s: %w; only the publisher's keys sign the base", what.By, ErrRight)
	}
	for _, owner := range s.owners(what.Layer, keys) {
		if !s.sameOwner(owner, what.By) {
			return fmt.Errorf("the layer %s came with key %s, and this file with %s: %w; remove the layer first if you mean to replace it", what.Layer, owner, what.By, ErrRight)
		}
	}
	return nil
}

// already reports whether the edition is here; one that is older than it is
// refused, so that nobody brings back what has been mended since.
func (s *Store) already(b *bundle.Bundle, keys []Key) (bool, error) {
	newest := int64(0)
	if b.IsBase() {
		own, err := knowledge.Own()
		if err != nil {
			return false, err
		}
		newest = own.Serial
	}
	if k, ok, _ := s.best(b.Layer, keys, nil); ok {
		newest = max(newest, k.Serial)
	}
	if b.Serial < newest {
		return false, fmt.Errorf("the layer %s with serial %d %w (%d); if that number was a mistake, take the one here away: homesweep knowledge remove %s", b.Layer, b.Serial, ErrOld, newest, b.Layer)
	}
	return b.Serial == newest, nil
}

// rows checks every row, of an overlay together with what it will lie over.
func (s *Store) rows(b *bundle.Bundle, keys []Key) error {
	var err error
	if b.IsBase() {
		_, err = knowledge.Read(b)
	} else {
		names := append(s.overlays(), b.Layer)
		slices.Sort(names)
		if names = slices.Compact(names); len(names) > maxOverlays {
			return fmt.Errorf("there are %d layers already, and no more than that; remove one first", maxOverlays)
		}
		base, _, _ := s.best(bundle.BaseLayer, keys, nil)
		_, err = knowledge.Read(base.Bundle, b)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRows, err)
	}
	return nil
}

// Import checks a file and keeps it. The one before stays beside it, and is
// what holds until the new one is on the disk as a whole.
func (s *Store) Import(file []byte) (Imported, error) {
	// What is no sound file makes no folder and waits for nobody.
	what, err := s.Check(file)
	if err != nil || what.Already {
		return what, err
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return what, s.unkept(err)
	}
	unlock, err := s.lock()
	if err != nil {
		return what, s.unkept(err)
	}
	defer unlock()
	keys, _ := s.Keys()
	if err := s.may(what, keys); err != nil { // again: somebody else may have been first
		return what, err
	}
	if what.Already, err = s.already(what.Bundle, keys); err != nil || what.Already {
		return what, err
	}
	k, ok, _ := s.best(what.Layer, keys, nil)
	if err := s.put(what.Layer, file, ok && k.file == s.path(what.Layer)); err != nil {
		return what, s.unkept(err)
	}
	return what, nil
}

// unkept is why a file that is in order was not kept.
func (s *Store) unkept(err error) error {
	return fmt.Errorf("the file is in order but cannot be kept: %w; see that the disk of %s has room and may be written to", err, s.dir)
}
