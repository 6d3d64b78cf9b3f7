package fingerprints

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// readRules reads every data file; errors name the file and the record, all of
// them at once.
func readRules(fsys fs.FS) ([]*rule, error) {
	files, err := fs.Glob(fsys, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("fingerprints: %w", err)
	}
	var rules []*rule
	var errs []error
	seen := make(map[string]string)
	for _, file := range files {
		list, err := readFile(fsys, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("fingerprints: %s: %w", file, err))
			continue
		}
		for _, record := range list {
			r, err := ready(record)
			if other, twice := seen[record.ID]; err == nil && twice {
				err = fmt.Errorf("is in %s too", other)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("fingerprints: %s: record %q: %w", file, record.ID, err))
				continue
			}
			seen[record.ID] = file
			rules = append(rules, r)
		}
	}
	slices.SortFunc(rules, func(a, b *rule) int { return cmp.Compare(a.ID, b.ID) })
	return rules, errors.Join(errs...)
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

var idForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ready checks a record and makes a rule of it.
func ready(record Record) (*rule, error) {
	if err := record.check(); err != nil {
		return nil, err
	}
	r := &rule{Record: record, fields: sortedKeys(record.Match)}
	caps := make(map[string]int, len(r.fields))
	for _, field := range r.fields {
		n, err := groups(record.Match[field])
		if err != nil {
			return nil, fmt.Errorf("pattern of %s: %w", field, err)
		}
		caps[field] = n
		r.patterns = append(r.patterns, lazy(record.Match[field]))
	}
	for _, said := range record.said() {
		v, err := parse(said.about, said.text, caps)
		if err != nil {
			return nil, err
		}
		r.values = append(r.values, v)
	}
	if len(r.values) == 0 {
		return nil, errors.New("says nothing")
	}
	return r, nil
}

type saying struct{ about, text string }

// said are the record's values, as written.
func (r *Record) said() []saying {
	all := []saying{
		{lan.FieldVendor, r.Vendor}, {lan.FieldModel, r.Model}, {lan.FieldKind, r.Kind},
		{lan.FieldFirmware, r.Firmware}, {lan.FieldHardware, r.Hardware}, {lan.FieldName, r.Name},
	}
	return slices.DeleteFunc(all, func(s saying) bool { return s.text == "" })
}

// maxUnchecked is the most confidence of a record whose source nobody has read.
const maxUnchecked = 0.8

// check rules out what a record must not have.
func (r *Record) check() error {
	switch {
	case !idForm.MatchString(r.ID):
		return errors.New("id is not lower-case words with hyphens")
	case len(r.Match) == 0:
		return errors.New("matches nothing")
	case r.Confidence <= 0 || r.Confidence > 0.95 || r.KindConfidence < 0 || r.KindConfidence > 0.95:
		return errors.New("confidence is not between 0 and 0.95")
	case r.Kind != "" && !lan.Kind(r.Kind).Known():
		return fmt.Errorf("kind %q is not one of lan.Kinds", r.Kind)
	case r.Vendor != "" && !strings.Contains(r.Vendor, "${") && Brand(r.Vendor) != r.Vendor:
		return fmt.Errorf("vendor %q is written %q here, or names a module's maker", r.Vendor, Brand(r.Vendor))
	case !strings.HasPrefix(r.Source, "https://"):
		return errors.New("source is not an https address")
	case len(r.Examples.Match) == 0 || len(r.Examples.NotMatch) == 0:
		return errors.New("needs an example that matches and one that must not")
	}
	if r.Checked == "" {
		if r.Confidence > maxUnchecked {
			return fmt.Errorf("nobody has checked the source, so confidence stays at or below %v", maxUnchecked)
		}
		return nil
	}
	if _, err := time.Parse(time.DateOnly, r.Checked); err != nil {
		return fmt.Errorf("checked: %w", err)
	}
	return nil
}
