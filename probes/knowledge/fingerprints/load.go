package fingerprints

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// Records reads data/*.json of fsys, where people write them, and checks every
// one. They come sorted by ID; errors name the file and the record, all of them
// at once.
func Records(fsys fs.FS) ([]Record, error) {
	files, err := fs.Glob(fsys, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("fingerprints: %w", err)
	}
	var records []Record
	var errs []error
	seen := make(map[string]string)
	for _, file := range files {
		list, err := readFile(fsys, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("fingerprints: %s: %w", file, err))
			continue
		}
		for _, record := range list {
			err := record.sound()
			if len(record.Examples.Match) == 0 || len(record.Examples.NotMatch) == 0 {
				err = errors.Join(err, errors.New("needs an example that matches and one that must not"))
			}
			if other, twice := seen[record.ID]; twice {
				err = errors.Join(err, fmt.Errorf("is in %s too", other))
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("fingerprints: %s: record %q: %w", file, record.ID, err))
				continue
			}
			seen[record.ID] = file
			records = append(records, record)
		}
	}
	lan.Sort(records, func(a, b Record) int { return cmp.Compare(a.ID, b.ID) })
	return records, errors.Join(errs...)
}

func readFile(fsys fs.FS, file string) (list []Record, err error) {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields() // a misspelt key must not pass for an absent one
	return list, d.Decode(&list)
}

// sound checks the record's words, patterns and values.
func (r *Record) sound() error {
	if err := r.check(); err != nil {
		return err
	}
	caps := make(map[string]int, len(r.Match))
	for field, pattern := range r.Match {
		if err := packing.Pattern(pattern); err != nil {
			return fmt.Errorf("pattern of %s: %w", field, err)
		}
		re, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			return fmt.Errorf("pattern of %s: %w", field, err)
		}
		if strings.ContainsAny(field+pattern, packBreaks) {
			return fmt.Errorf("pattern of %s holds a tab or a line's end; write \\t or \\n", field)
		}
		caps[field] = re.MaxCap()
	}
	for _, said := range r.said() {
		if err := fits(said, caps); err != nil {
			return err
		}
	}
	return nil
}

// fits checks that a value's templates name groups that there are; caps tells
// how many each pattern has.
func fits(said saying, caps map[string]int) error {
	if strings.ContainsAny(said.text, packBreaks) {
		return fmt.Errorf("%s holds a tab or a line's end", said.about)
	}
	for _, m := range template.FindAllStringSubmatch(said.text, -1) {
		group, _ := strconv.Atoi(m[2])
		if have, known := caps[m[1]]; !known || group > have {
			return fmt.Errorf("%s takes group %d of %q, which its patterns do not have", said.about, group, m[1])
		}
	}
	if rest := template.ReplaceAllString(said.text, ""); strings.Contains(rest, "${") {
		return fmt.Errorf("%s has the odd template %q", said.about, rest)
	}
	return nil
}

// fields of a record that are looked at, in a fixed order.
func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
