package firmware

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// Load is the rows that the program carries. It fails only if they are damaged.
func Load() (*Set, error) {
	rows, err := carried()
	if err != nil {
		return nil, err
	}
	return newSet(rows), nil
}

// carried are the program's own rows, which its tests have checked.
func carried() ([]*Row, error) {
	rows, err := believed(Packed())
	if err != nil {
		return nil, fmt.Errorf("firmware: the packed rows are damaged: %w", err)
	}
	return rows, nil
}

// believed are rows that were checked before.
func believed(text []byte) (rows []*Row, err error) {
	return rows, json.Unmarshal(text, &rows)
}

// The bounds of rows that do not come with the program. What it carries is about
// a tenth of each.
const (
	maxRead = 4 << 20 // bytes of one layer
	maxRows = 4000    // rows in all
)

// Read is the rows of base with those of each overlay laid over them, the later
// ones on top: a row with the ID of another replaces it. A nil base is the rows
// that the program carries. Nothing else is believed before it is checked as Pack
// checks it; an error names the layer and the row.
func Read(base []byte, overlays ...[]byte) (*Set, error) {
	return lay(func(layer string, text []byte) ([]*Row, error) {
		rows, err := readLayer(layer, text, map[string]string{})
		if err != nil {
			return nil, err
		}
		// Row by row they are in order; here they are held to the bounds in sum.
		if err := packing.Each(text, func(func(any) error) error { return nil }); err != nil {
			return nil, fmt.Errorf("firmware: %s: %w", layer, err)
		}
		return rows, nil
	}, base, overlays)
}

// Reread is Read of what Read has taken before, to the byte: nothing is checked
// again.
func Reread(base []byte, overlays ...[]byte) (*Set, error) {
	return lay(func(_ string, text []byte) ([]*Row, error) { return believed(text) }, base, overlays)
}

// lay lays the rows of overlays over those of base, each read by read.
func lay(read func(layer string, text []byte) ([]*Row, error), base []byte, overlays [][]byte) (*Set, error) {
	var all []*Row
	var err error
	if base == nil {
		all, err = carried()
	} else {
		all, err = read("the base", base)
	}
	if err != nil {
		return nil, err
	}
	at := make(map[string]int, len(all))
	for i, r := range all {
		at[r.ID] = i
	}
	for i, text := range overlays {
		layer := fmt.Sprintf("layer %d", i+1)
		rows, err := read(layer, text)
		if err != nil {
			return nil, err
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
			return nil, fmt.Errorf("firmware: %s makes it %d rows, more than %d", layer, len(all), maxRows)
		}
	}
	return newSet(all), nil
}

// Pack is the rows of data/*.json in fsys, checked, as Load reads them. An error
// names the file and the record.
func Pack(fsys fs.FS) ([]byte, error) {
	rows, err := readAll(fsys)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		r.SourceName, r.SourceDate, r.Examples = "", "", nil
	}
	return packing.Lines(rows)
}

// readAll reads every data/*.json of fsys, a list of rows each, and checks it.
func readAll(fsys fs.FS) ([]*Row, error) {
	files, err := fs.Glob(fsys, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("firmware: %w", err)
	}
	var all []*Row
	seen := map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("firmware: %w", err)
		}
		rows, err := readLayer(file, text, seen)
		if err != nil {
			return nil, err
		}
		for i, r := range rows {
			if r.SourceName == "" {
				return nil, fmt.Errorf("firmware: %s: record %d (%q): source_name is missing", file, i+1, r.ID)
			}
		}
		all = append(all, rows...)
	}
	return all, nil
}

// readLayer reads and checks one list of rows; seen is where each ID was met.
func readLayer(from string, text []byte, seen map[string]string) ([]*Row, error) {
	if len(text) > maxRead {
		return nil, fmt.Errorf("firmware: %s has %d bytes, more than %d", from, len(text), maxRead)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var rows []*Row
	if err := dec.Decode(&rows); err != nil {
		return nil, fmt.Errorf("firmware: %s: byte %d: %w", from, dec.InputOffset(), err)
	}
	if dec.More() {
		return nil, fmt.Errorf("firmware: %s: byte %d: more follows the list", from, dec.InputOffset())
	}
	if len(rows) > maxRows {
		return nil, fmt.Errorf("firmware: %s has %d rows, more than %d", from, len(rows), maxRows)
	}
	for i, r := range rows {
		err := errors.New("it is null")
		id := ""
		if r != nil {
			id, err = r.ID, r.check()
		}
		if err != nil {
			return nil, fmt.Errorf("firmware: %s: record %d (%.64q): %w", from, i+1, id, err)
		}
		if first := seen[r.ID]; first != "" {
			return nil, fmt.Errorf("firmware: %s: record %d: id %q is also in %s", from, i+1, r.ID, first)
		}
		seen[r.ID] = from
	}
	return rows, nil
}
