package howtos

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// The bounds of rows that did not come with the program, which carries a tenth.
const (
	maxRead = 512 << 10 // bytes of one layer
	maxRows = 1000      // rows in all
)

// Pack is the rows of data/*.json in fsys, checked, as Load reads them. An error
// names the file and the row.
func Pack(fsys fs.FS) ([]byte, error) {
	rows, err := published(fsys)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		r.SourceName, r.Verified, r.Examples = "", false, nil // for those who check
	}
	return packing.Lines(rows)
}

// published reads every data/*.json of fsys as people write them and checks it.
func published(fsys fs.FS) ([]*row, error) {
	files, err := fs.Glob(fsys, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("howtos: %w", err)
	}
	s, at := &Set{}, map[string]int{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err == nil {
			err = s.layer(false, text, at, func(r *row) error {
				if _, taken := at[r.ID]; taken {
					return errors.New("the id is already taken")
				}
				return r.checkPublished()
			})
		}
		if err != nil {
			return nil, fmt.Errorf("howtos: %s: %w", file, err)
		}
	}
	if err := errors.Join(s.prepare(), s.checked()); err != nil {
		return nil, fmt.Errorf("howtos: %w", err)
	}
	return s.rows, nil
}

// Read is the how-tos of base with those of each overlay laid over them, the
// later ones on top: a row with the ID of another replaces it, others are added.
// A nil base is the rows that the program carries. Nothing else is believed
// before it is checked as Pack checks it; an error names the row.
func Read(base []byte, overlays ...[]byte) (*Set, error) { return layers(false, base, overlays) }

// Reread is Read for what it has passed before: nothing is checked again.
func Reread(base []byte, overlays ...[]byte) (*Set, error) { return layers(true, base, overlays) }

func layers(known bool, base []byte, overlays [][]byte) (*Set, error) {
	s, at := &Set{}, map[string]int{}
	for i, text := range append([][]byte{base}, overlays...) {
		known, seen := known, map[string]bool{}
		if i == 0 && base == nil {
			known, text = true, Packed()
		}
		err := s.layer(known, text, at, func(r *row) error {
			if seen[r.ID] {
				return errors.New("the id is already taken")
			}
			seen[r.ID] = true
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("howtos: layer %d: %w", i, err)
		}
	}
	err := s.prepare()
	if !known && err == nil {
		err = s.checked()
	}
	if err != nil {
		return nil, fmt.Errorf("howtos: %w", err)
	}
	return s, nil
}

// layer lays text's rows over s; at is where each ID's row is. also is a
// further check of each row, which like the others is left out of what is known.
func (s *Set) layer(known bool, text []byte, at map[string]int, also func(*row) error) error {
	if len(text) > maxRead {
		return fmt.Errorf("%d bytes are more than %d", len(text), maxRead)
	}
	return packing.Walk(known, text, func(decode func(any) error) error {
		r := &row{}
		if err := decode(r); err != nil {
			return err
		}
		if !known {
			if err := errors.Join(r.check(), also(r)); err != nil {
				return fmt.Errorf("%q: %w", r.ID, err)
			}
		}
		if have, ok := at[r.ID]; ok {
			s.rows[have] = r
			return nil
		}
		if len(s.rows) == maxRows {
			return fmt.Errorf("makes it more than %d rows", maxRows)
		}
		at[r.ID] = len(s.rows)
		s.rows = append(s.rows, r)
		return nil
	})
}

// checked looks at what only shows in rows that are ready: the steps as they
// will be read.
func (s *Set) checked() error {
	for _, r := range s.rows {
		if err := r.checkLists(); err != nil {
			return fmt.Errorf("row %q: %w", r.ID, err)
		}
	}
	return nil
}
