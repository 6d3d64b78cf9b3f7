package logins

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"regexp/syntax"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// entry is a record made ready. Its gate and its examples stay out of the Record
// that is given out.
type entry struct {
	meta
	patterns map[string]func() *regexp.Regexp
	window   time.Duration
}

// record is the entry as it is given out, with lists of its own.
func (e *entry) record() Record {
	m := e.meta
	return Record{
		ID: m.ID, Vendor: m.Vendor, Models: slices.Clone(m.Models), Auth: m.Auth.Type, Path: m.Auth.Path,
		Pairs: hide(m.Pairs), Status: m.Success.Status, Inside: inside(m.Success.Inside),
		Lockout: Lockout{Max: m.Lockout.Max, Window: e.window}, Fix: m.Fix, Provision: m.Provision,
		Source: m.Source.URL, SourceName: m.Source.Name, Grade: m.Source.Grade, Checked: m.Checked, Verified: m.Verified,
	}
}

func hide(pairs []pair) []Pair {
	hidden := make([]Pair, 0, len(pairs))
	for _, p := range pairs {
		hidden = append(hidden, Pair{User: p.User, Pass: Hide(p.Pass), ValidUntilFirmware: p.ValidUntilFirmware})
	}
	return hidden
}

// read fills the set from both kinds of data file and reports all that is
// wrong at once.
func (s *Set) read(fsys fs.FS) error {
	var errs []error
	seen := make(map[string]string)
	each(fsys, "data/*.json", &errs, func(file string, m meta) error {
		e, err := ready(m)
		if err == nil {
			err = once(seen, m.ID, file)
		}
		if err != nil {
			return fmt.Errorf("record %q: %w", m.ID, err)
		}
		s.entries = append(s.entries, e)
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
		s.generic = append(s.generic, &g)
		return nil
	})
	lan.Sort(s.entries, func(a, b *entry) int { return cmp.Compare(a.ID, b.ID) })
	lan.Sort(s.generic, func(a, b *generic) int { return cmp.Compare(a.ID, b.ID) })
	if err := atMostTwo(s.generic); err != nil {
		errs = append(errs, fmt.Errorf("logins: data/common: %w", err))
	}
	return errors.Join(errs...)
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

// ready checks a record and makes an entry of it; patterns are compiled when a
// device first has all their fields.
func ready(m meta) (*entry, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	e := &entry{meta: m, patterns: make(map[string]func() *regexp.Regexp, len(m.Gate.Match))}
	if m.Lockout.Window != "" {
		e.window, _ = time.ParseDuration(m.Lockout.Window) // check has read it
	}
	for field, pattern := range m.Gate.Match {
		if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
			return nil, fmt.Errorf("gate on %s: %w", field, err)
		}
		e.patterns[field] = sync.OnceValue(func() *regexp.Regexp {
			re, err := regexp.Compile(pattern)
			if err != nil {
				return nil
			}
			return re
		})
	}
	return e, nil
}
