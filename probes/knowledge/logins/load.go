package logins

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// Pack is the records of data/*.json in fsys, checked, as Load reads them.
func Pack(fsys fs.FS) ([]byte, error) {
	records, _, err := read(fsys)
	if err != nil {
		return nil, err
	}
	for i := range records {
		m := &records[i]
		m.Source.Name, m.Examples = "", examples{} // for those who check
	}
	return packing.Lines(records)
}

// PackCommon is the same of data/common/*.json.
func PackCommon(fsys fs.FS) ([]byte, error) {
	_, common, err := read(fsys)
	if err != nil {
		return nil, err
	}
	return packing.Lines(common)
}

// read reads and checks both kinds of data file, each sorted by ID, and reports
// all that is wrong at once.
func read(fsys fs.FS) (records []meta, common []*generic, err error) {
	var errs []error
	seen := make(map[string]string)
	each(fsys, "data/*.json", &errs, func(file string, m meta) error {
		err := errors.Join(m.check(), m.checkExamples())
		if err == nil {
			err = once(seen, m.ID, file)
		}
		if err != nil {
			return fmt.Errorf("record %q: %w", m.ID, err)
		}
		records = append(records, m)
		return nil
	})
	each(fsys, "data/common/*.json", &errs, func(file string, g generic) error {
		err := g.check()
		if err == nil {
			err = once(seen, g.ID, file)
		}
		if err != nil {
			return fmt.Errorf("record %q: %w", g.ID, err)
		}
		common = append(common, &g)
		return nil
	})
	lan.Sort(records, func(a, b meta) int { return cmp.Compare(a.ID, b.ID) })
	lan.Sort(common, func(a, b *generic) int { return cmp.Compare(a.ID, b.ID) })
	if err := atMostTwo(common); err != nil {
		errs = append(errs, fmt.Errorf("logins: data/common: %w", err))
	}
	return records, common, errors.Join(errs...)
}

// each reads the lists of all files that pattern names.
func each[T any](fsys fs.FS, pattern string, errs *[]error, add func(file string, one T) error) {
	files, err := fs.Glob(fsys, pattern)
	if err != nil {
		*errs = append(*errs, fmt.Errorf("logins: %w", err))
	}
	for _, file := range files {
		var list []T
		data, err := fs.ReadFile(fsys, file)
		if err == nil {
			d := json.NewDecoder(bytes.NewReader(data))
			d.DisallowUnknownFields() // a misspelt bound must not pass for none
			err = d.Decode(&list)
		}
		if err != nil {
			*errs = append(*errs, fmt.Errorf("logins: %s: %w", file, err))
			continue
		}
		for _, one := range list {
			if err := add(file, one); err != nil {
				*errs = append(*errs, fmt.Errorf("logins: %s: %w", file, err))
			}
		}
	}
}

func once(seen map[string]string, id, file string) error {
	if other, twice := seen[id]; twice {
		return fmt.Errorf("is in %s too", other)
	}
	seen[id] = file
	return nil
}
