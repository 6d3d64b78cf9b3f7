package vendors

import (
	_ "embed" // the packed rows
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

//go:embed rows.json.gz
var zipped []byte

// Load is the rows that the program carries. It fails only if they are damaged.
func Load() (*Set, error) {
	var rows []row
	if err := json.Unmarshal(Packed(), &rows); err != nil {
		return nil, fmt.Errorf("vendors: the packed rows are damaged: %w", err)
	}
	s := &Set{}
	for _, r := range rows {
		s.add(r)
	}
	return s, nil
}

// maxRows bounds what layers add up to. The program carries about a twentieth.
const maxRows = 2000

// Read is the rows of base with those of each overlay laid over them, the later
// ones on top: a row with the ID of another replaces it. A nil base is the rows
// that the program carries. Nothing else is believed before it is checked as
// Pack checks it; an error names the layer and the row.
func Read(base []byte, overlays ...[]byte) (*Set, error) { return layers(false, base, overlays) }

// Reread is Read for what it has passed before: nothing is checked again.
func Reread(base []byte, overlays ...[]byte) (*Set, error) { return layers(true, base, overlays) }

func layers(known bool, base []byte, overlays [][]byte) (*Set, error) {
	var all []row
	at := map[string]int{}
	for i, text := range append([][]byte{base}, overlays...) {
		known, layer := known, "the base"
		switch {
		case i > 0:
			layer = fmt.Sprintf("layer %d", i)
		case base == nil:
			known, text = true, Packed()
		}
		rows, err := readLayer(known, text, row.check)
		if err != nil {
			return nil, fmt.Errorf("vendors: %s: %w", layer, err)
		}
		for _, r := range rows {
			if have, ok := at[r.ID]; ok {
				all[have] = r
				continue
			}
			at[r.ID] = len(all)
			all = append(all, r)
		}
		if len(all) > maxRows {
			return nil, fmt.Errorf("vendors: %s makes it %d rows, more than %d", layer, len(all), maxRows)
		}
	}
	s, names := &Set{}, map[string]string{}
	for _, r := range all {
		if !known {
			if err := r.checkNames(names); err != nil {
				return nil, fmt.Errorf("vendors: %q: %w", r.ID, err)
			}
		}
		s.add(r)
	}
	return s, nil
}

// readLayer reads one list of rows, in which an ID stands once, each checked
// unless it is known.
func readLayer(known bool, text []byte, check func(row) error) (rows []row, err error) {
	seen := map[string]bool{}
	err = packing.Walk(known, text, func(decode func(any) error) error {
		var r row
		if err := decode(&r); err != nil {
			return err
		}
		if r.ID == "" {
			r.ID = r.vendorID()
		}
		if !known {
			err := check(r)
			if seen[r.ID] {
				err = errors.Join(err, errors.New("the id is already taken"))
			}
			if err != nil {
				return fmt.Errorf("%.64q: %w", r.ID, err)
			}
			seen[r.ID] = true
		}
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// Pack is the rows of data/*.json in fsys, checked, as Load reads them. An error
// names the file and the record.
func Pack(fsys fs.FS) ([]byte, error) {
	rows, err := read(fsys)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		r := &rows[i]
		r.SourceName, r.Verified = "", false // for those who check
		if r.ID == r.vendorID() {
			r.ID = ""
		}
	}
	return packing.Lines(rows)
}

// read reads every data/*.json of fsys, a list of rows each, and checks it.
func read(fsys fs.FS) ([]row, error) {
	files, err := fs.Glob(fsys, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("vendors: %w", err)
	}
	var all []row
	ids, names := map[string]bool{}, map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("vendors: %w", err)
		}
		rows, err := readLayer(false, text, func(r row) error {
			err := errors.Join(r.check(), r.checkSource(), r.checkNames(names))
			if ids[r.ID] {
				err = errors.Join(err, errors.New("the id is already taken"))
			}
			ids[r.ID] = true
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("vendors: %s: %w", file, err)
		}
		all = append(all, rows...)
	}
	return all, nil
}
