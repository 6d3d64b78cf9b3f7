// Package bundles keeps the signed knowledge files of this machine: an edition
// newer than the program's own, and what an owner or provider lays over it. They
// lie in the state directory:
//
//	knowledge/base.bundle            the newest edition, if one was imported
//	knowledge/overlay-NAME.bundle    a layer over it
//	knowledge/*.bundle.previous      the last good one before
//	knowledge/keys/*.pub             keys that may sign overlays, put there by the owner
//
// The publisher's keys come with the program and may sign everything; a key from
// the folder may sign overlays only, and none that another key brought. Each file
// is checked each time it is read. One that is damaged is passed over for the one
// before, at last for what the program carries, and a note says so.
package bundles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// maxOverlays is how many layers lie over the base at most.
const maxOverlays = 8

// Errors to be told apart with errors.Is, besides those of package bundle.
var (
	ErrOld    = errors.New("is older than what is here already")
	ErrRight  = errors.New("this key may not sign that")
	ErrRows   = errors.New("its rows are not in order")
	ErrNoSuch = errors.New("there is no such layer")
)

// Store is the folder of files. Its methods may be called from any goroutine and
// by several processes at once.
type Store struct {
	Now func() time.Time // time.Now after Open

	dir        string
	publishers []bundle.PublicKey
	cut        func(step string) error // a test's power cut; nil for none
}

// Open is the store in a state directory. Nothing is made before the first
// Import.
func Open(state string) (*Store, error) {
	publishers, err := bundle.Publishers()
	if err != nil {
		return nil, fmt.Errorf("this program's own list of keys is damaged, install it anew: %w", err)
	}
	return &Store{Now: time.Now, dir: filepath.Join(state, "knowledge"), publishers: publishers}, nil
}

// Base is the knowledge to work with: the newest sound edition with all sound
// layers over it. notes are sentences for the household about what was passed
// over and about the knowledge's age. Rows are checked once by each program, and
// not again as long as the files stay as they were. It fails only if the program
// itself is damaged.
func (s *Store) Base() (b *knowledge.Base, notes []string, err error) {
	keys, notes := s.Keys()
	m := s.recall()
	in, passed := s.collect(keys, func(_ shelf, k stored) error { return m.refused(k) })
	if len(in) > 0 && m.Sound == in.mark() {
		b, _ = in.read(knowledge.Reread)
	}
	if b == nil {
		m = memory{Refused: map[string]string{}}
		in, passed = s.collect(keys, func(below shelf, k stored) error {
			with, err := append(slices.Clone(below), k).read(knowledge.Read)
			if err != nil {
				m.Refused[k.sum()] = err.Error()
				return err
			}
			b = with
			return nil
		})
		if m.Sound = in.mark(); len(in)+len(m.Refused) > 0 {
			s.remember(m)
		}
	}
	notes = append(notes, passed...)
	if b == nil {
		if b, err = knowledge.Load(); err != nil {
			return nil, notes, fmt.Errorf("the program's own knowledge is damaged, install it anew: %w", err)
		}
	}
	return b, append(notes, Age(b, s.Now())...), nil
}

// shelf are the files in use, the base first if there is one.
type shelf []stored

// collect takes of each layer the newest file that is whole, trusted and good
// enough for try, which is told what lies below. notes tell of the others.
func (s *Store) collect(keys []Key, try func(below shelf, k stored) error) (in shelf, notes []string) {
	for _, layer := range append([]string{bundle.BaseLayer}, s.overlays()...) {
		k, ok, passed := s.best(layer, keys, func(k stored) error { return try(in, k) })
		switch notes = append(notes, passed...); {
		case ok:
			in = append(in, k)
		case layer == bundle.BaseLayer && len(passed) > 0:
			notes = append(notes, "What this homesweep came with is used.")
		}
	}
	return in, notes
}

// read hands the files' contents to one of package knowledge's readers.
func (in shelf) read(with func(*bundle.Bundle, ...*bundle.Bundle) (*knowledge.Base, error)) (*knowledge.Base, error) {
	var base *bundle.Bundle
	var over []*bundle.Bundle
	for _, k := range in {
		if k.IsBase() {
			base = k.Bundle
		} else {
			over = append(over, k.Bundle)
		}
	}
	return with(base, over...)
}

// overlays are the names of the layers that have a file, sorted.
func (s *Store) overlays() []string {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil // no folder, no layers
	}
	var names []string
	for _, e := range entries {
		name, ours := strings.CutPrefix(strings.TrimSuffix(e.Name(), previous), overlayPrefix)
		name, whole := strings.CutSuffix(name, suffix)
		if ours && whole && name != bundle.BaseLayer {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names[:min(len(names), maxOverlays)]
}

// day is a day as notes name it.
func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// Age is what a household should know about how old b is, at most one sentence.
func Age(b *knowledge.Base, now time.Time) []string {
	created := b.Edition.Created
	switch {
	case now.Before(created.Add(-24 * time.Hour)):
		return []string{fmt.Sprintf("How old homesweep's knowledge of devices is cannot be told, the clock is wrong: it says %s, and the knowledge is of %s.", day(now), day(created))}
	case now.After(b.Expires):
		return []string{fmt.Sprintf("What homesweep knows of devices is %d days old. It goes on working, but it does not know of newer flaws and updates: update homesweep, or import a newer knowledge file.", Days(b, now))}
	}
	return nil
}

// Days is how many whole days old b is; 0 when the clock is behind it.
func Days(b *knowledge.Base, now time.Time) int {
	return max(0, int(now.Sub(b.Edition.Created)/(24*time.Hour)))
}

// Remove takes a layer away, with the file before it. The next import may bring
// an overlay of that name with another key, and either with any serial; below
// the base lies what the program carries.
func (s *Store) Remove(layer string) error {
	if !slices.Contains(s.overlays(), layer) && (layer != bundle.BaseLayer || len(named(s.dir, bundle.BaseLayer+suffix)) == 0) {
		return fmt.Errorf("layer %.40q: %w; homesweep knowledge version lists those that there are", layer, ErrNoSuch)
	}
	unlock, err := s.lock()
	if err != nil {
		return err
	}
	defer unlock()
	path := s.path(layer)
	for _, file := range []string{path + previous, path} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("taking the layer %s away: %w", layer, err)
		}
	}
	return syncDir(s.dir)
}
