package howtos

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// The bounds of what a household is asked to read, and of a row's other words.
const (
	maxSteps   = 5
	maxStep    = 140 // characters
	maxName    = 64  // bytes
	maxMatches = 8
	maxVendors = 64
)

// check finds what makes a row unusable by itself.
func (r *row) check() error {
	var errs []error
	if strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || r.ID == "" || len(r.ID) > maxName {
		errs = append(errs, errors.New("wants an id of small letters, digits and hyphens"))
	}
	if r.Family == "" || len(r.Family) > maxName || len(r.App) > maxName {
		errs = append(errs, fmt.Errorf("family and app have at most %d bytes, and family some", maxName))
	}
	if r.SourceURL != "" && !packing.Web(r.SourceURL) {
		errs = append(errs, fmt.Errorf("source_url %q is no https URL", r.SourceURL))
	}
	if _, err := time.Parse(time.DateOnly, r.Checked); err != nil {
		errs = append(errs, fmt.Errorf("checked %q is no day such as 2026-01-31", r.Checked))
	}
	if len(r.Match) > maxMatches {
		errs = append(errs, fmt.Errorf("has more than %d matches", maxMatches))
	}
	for i, m := range r.Match {
		if err := m.check(); err != nil {
			errs = append(errs, fmt.Errorf("match %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

func (m *match) check() error {
	var errs []error
	if len(m.Vendors)+len(m.Kinds) == 0 && m.Model == "" && m.Firmware == "" {
		errs = append(errs, errors.New("asks for nothing"))
	}
	if len(m.Vendors) > maxVendors {
		errs = append(errs, fmt.Errorf("has more than %d vendors", maxVendors))
	}
	for _, name := range m.Vendors {
		if strings.TrimSpace(string(lan.AppendWords(nil, name))) == "" || len(name) > maxName {
			errs = append(errs, fmt.Errorf("vendor %.80q has no letters or too many", name))
		}
	}
	for _, kind := range m.Kinds {
		if !kind.Known() {
			errs = append(errs, fmt.Errorf("kind %.40q is not known", string(kind)))
		}
	}
	return errors.Join(append(errs, packing.Pattern(m.Model), packing.Pattern(m.Not), packing.Pattern(m.Firmware))...)
}

// checkLists checks the steps as people will read them.
func (r *row) checkLists() error {
	h := r.howto()
	if len(h.Update) == 0 || len(h.Wipe) == 0 {
		return errors.New("tells how to update and how to wipe, or is like one that does")
	}
	if h.Source == "" {
		return errors.New("wants a source_url, or to be like a row that has one")
	}
	for _, list := range [4][]string{h.Setup, h.Password, h.Update, h.Wipe} {
		if len(list) > maxSteps {
			return fmt.Errorf("has more than %d steps in one list", maxSteps)
		}
		for _, step := range list {
			if err := checkStep(step); err != nil {
				return err
			}
			if r.SourceURL == "" && strings.Contains(step, " > ") {
				return fmt.Errorf("a menu is named and no page to check it against: %.160q", step)
			}
		}
	}
	return nil
}

func checkStep(step string) error {
	if n := utf8.RuneCountInString(step); n == 0 || n > maxStep {
		return fmt.Errorf("a step has 1 to %d characters: %.160q", maxStep, step)
	}
	if strings.ContainsAny(step, "{}") {
		return fmt.Errorf("a blank stays open: %.160q", step)
	}
	return nil
}

// checkPublished checks what only those who write rows see.
func (r *row) checkPublished() error {
	var errs []error
	if r.Verified != (r.SourceURL != "") || r.Verified != (r.SourceName != "") {
		errs = append(errs, errors.New("is verified with a source_name and source_url, or not and without"))
	}
	if len(r.Match) > 0 && (r.Examples == nil || len(r.Examples.Match) == 0 || len(r.Examples.NotMatch) == 0) {
		errs = append(errs, errors.New("wants an example that matches and one that does not"))
	}
	return errors.Join(errs...)
}
