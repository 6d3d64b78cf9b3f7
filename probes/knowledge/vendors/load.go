package vendors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"net/url"
	"strings"
	"time"
)

// row is a Contact as the files hold it.
type row struct {
	ID          string   `json:"id"`
	Vendor      string   `json:"vendor"`
	Aliases     []string `json:"aliases,omitempty"` // other names that devices give for the maker
	Where       string   `json:"where"`
	Policy      string   `json:"policy,omitempty"`
	SupportRule string   `json:"support_rule,omitempty"`
	SourceName  string   `json:"source_name"`
	SourceURL   string   `json:"source_url"`
	Checked     string   `json:"checked"`
	Verified    bool     `json:"verified"`
}

// read reads every data/*.json of fsys: a list of rows each.
func read(fsys fs.FS) (*Set, error) {
	files, err := fs.Glob(fsys, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("vendors: %w", err)
	}
	s := &Set{}
	ids, names := map[string]bool{}, map[string]string{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("vendors: %w", err)
		}
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		var rows []row
		if err := dec.Decode(&rows); err != nil {
			return nil, fmt.Errorf("vendors: %s: byte %d: %w", file, dec.InputOffset(), err)
		}
		for i, r := range rows {
			err := r.check()
			if ids[r.ID] {
				err = errors.Join(err, errors.New("the id is already taken"))
			}
			ids[r.ID] = true
			if err := errors.Join(err, s.add(r, names)); err != nil {
				return nil, fmt.Errorf("vendors: %s: record %d (%q): %w", file, i+1, r.ID, err)
			}
		}
	}
	return s, nil
}

// add takes r's contact and names over. names holds whose each name is.
func (s *Set) add(r row, names map[string]string) error {
	s.contacts = append(s.contacts, Contact{
		Vendor: r.Vendor, Where: r.Where, Policy: r.Policy, Source: r.SourceURL, Checked: r.Checked, SupportRule: r.SupportRule,
	})
	for _, text := range append([]string{r.Vendor}, r.Aliases...) {
		w := words(text)
		if strings.TrimSpace(w) == "" {
			return fmt.Errorf("name %q has no letters", text)
		}
		if names[w] != "" {
			return fmt.Errorf("name %q is also a name of %s", text, names[w])
		}
		names[w] = r.ID
		s.names = append(s.names, name{w, len(s.contacts) - 1})
	}
	return nil
}

// check finds what makes a row unusable.
func (r row) check() error {
	var errs []error
	if r.ID == "" || r.Vendor == "" || r.SourceName == "" {
		errs = append(errs, errors.New("wants id, vendor and source_name"))
	}
	if !r.Verified {
		errs = append(errs, errors.New("is not verified: leave it out, a missing maker is unknown"))
	}
	if _, err := mail.ParseAddress(r.Where); err != nil && !web(r.Where) {
		errs = append(errs, fmt.Errorf("where %q is neither a mail address nor an https URL", r.Where))
	}
	if r.Policy != "" && !web(r.Policy) {
		errs = append(errs, fmt.Errorf("policy %q is no https URL", r.Policy))
	}
	if !web(r.SourceURL) {
		errs = append(errs, fmt.Errorf("source_url %q is no https URL", r.SourceURL))
	}
	if _, err := time.Parse(time.DateOnly, r.Checked); err != nil {
		errs = append(errs, fmt.Errorf("checked %q is no day such as 2026-01-31", r.Checked))
	}
	return errors.Join(errs...)
}

func web(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && strings.Contains(u.Host, ".")
}
