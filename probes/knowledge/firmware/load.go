package firmware

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp/syntax"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// Pack is the rows of data/*.json in fsys, checked, as Load reads them. An error
// names the file and the record.
func Pack(fsys fs.FS) ([]byte, error) {
	rows, err := readAll(fsys)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		r.SourceName, r.SourceDate, r.Checked, r.Examples = "", "", "", nil
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
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		var rows []*Row
		if err := dec.Decode(&rows); err != nil {
			return nil, fmt.Errorf("firmware: %s: byte %d: %w", file, dec.InputOffset(), err)
		}
		for i, r := range rows {
			if r == nil {
				return nil, fmt.Errorf("firmware: %s: record %d is null", file, i+1)
			}
			if err := r.check(); err != nil {
				return nil, fmt.Errorf("firmware: %s: record %d (%q): %w", file, i+1, r.ID, err)
			}
			if first := seen[r.ID]; first != "" {
				return nil, fmt.Errorf("firmware: %s: record %d: id %q is also in %s", file, i+1, r.ID, first)
			}
			seen[r.ID] = file
			r.prepare()
			all = append(all, r)
		}
	}
	return all, nil
}

// check finds what makes a row unusable.
func (r *Row) check() error {
	errs := []error{r.checkFields(), r.checkMatch()}
	switch r.Kind {
	case Outdated:
		errs = append(errs, r.checkOutdated())
	case EndOfSupport:
		if (r.Date == "") == (r.Rule == "") {
			errs = append(errs, errors.New("wants either a date or a rule"))
		}
		errs = append(errs, day("date", r.Date, true))
	default:
		errs = append(errs, fmt.Errorf("kind %q is neither %q nor %q", r.Kind, Outdated, EndOfSupport))
	}
	return errors.Join(errs...)
}

func (r *Row) checkFields() error {
	var errs []error
	for name, value := range map[string]string{
		"id": r.ID, "vendor": r.Vendor, "advice": r.Advice, "source_name": r.SourceName,
	} {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is missing", name))
		}
	}
	for name, c := range map[string]struct {
		value string
		words string
	}{
		"published_by": {r.PublishedBy, "vendor record press"},
		"confidence":   {r.Confidence, "strong medium weak"},
		"verdict_cap":  {r.VerdictCap, "likely_fail unknown"},
	} {
		known := strings.Contains(" "+c.words+" ", " "+c.value+" ")
		if !known && (name != "verdict_cap" || c.value != "") {
			errs = append(errs, fmt.Errorf("%s %q is none of: %s", name, c.value, c.words))
		}
	}
	if !strings.HasPrefix(r.SourceURL, "https://") {
		errs = append(errs, fmt.Errorf("source_url %q is no https URL", r.SourceURL))
	}
	return errors.Join(append(errs, day("source_date", r.SourceDate, true), day("checked", r.Checked, false),
		day("kev_added", r.KEVAdded, true))...)
}

func (r *Row) checkMatch() error {
	var errs []error
	exprs := []string{r.Match.Vendor, r.Match.Model, r.Match.Not, r.Match.Hardware, r.Match.Region, r.Match.Firmware}
	for _, f := range r.Floors {
		exprs = append(exprs, f.Line)
	}
	for _, expr := range exprs {
		if _, err := syntax.Parse(expr, syntax.Perl); err != nil {
			errs = append(errs, fmt.Errorf("match: %w", err))
		}
	}
	if r.Match.Model == "" && r.Match.Firmware == "" && r.Rule == "" {
		errs = append(errs, errors.New("match wants a model or a line of firmware"))
	}
	return errors.Join(errs...)
}

func (r *Row) checkOutdated() error {
	s, known := schemes[r.Scheme]
	switch {
	case len(r.Floors) == 0 && !r.NoFix:
		return errors.New("wants floors or no_fix")
	case len(r.Floors) > 0 && !known:
		return fmt.Errorf("scheme %q is not known", r.Scheme)
	case len(r.CVEs) == 0:
		return errors.New("names no CVE")
	}
	for i, f := range r.Floors {
		if (f.FixedIn == "") == (f.AffectedThrough == "") {
			return fmt.Errorf("floor %d wants either fixed_in or affected_through", i+1)
		}
		if _, ok := s.parse(f.FixedIn + f.AffectedThrough); !ok {
			return fmt.Errorf("floor %d: %q is no version of scheme %q", i+1, f.FixedIn+f.AffectedThrough, r.Scheme)
		}
	}
	return nil
}

func day(name, value string, optional bool) error {
	if optional && value == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return fmt.Errorf("%s %q is no day such as 2026-01-31", name, value)
	}
	return nil
}
