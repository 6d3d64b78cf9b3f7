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

	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// row is a Contact as the files hold it.
type row struct {
	ID          string   `json:"id,omitempty"`
	Vendor      string   `json:"vendor"`
	Aliases     []string `json:"aliases,omitempty"` // other names that devices give for the maker
	Where       string   `json:"where"`
	Policy      string   `json:"policy,omitempty"`
	SupportRule string   `json:"support_rule,omitempty"`
	SourceName  string   `json:"source_name,omitempty"`
	SourceURL   string   `json:"source_url"`
	Checked     string   `json:"checked"`
	Verified    bool     `json:"verified,omitempty"`
}

// names are the row's own and the other names for the maker.
func (r row) names() []string { return append([]string{r.Vendor}, r.Aliases...) }

// Pack is the rows of data/*.json in fsys, checked, as Load reads them. An error
// names the file and the record.
func Pack(fsys fs.FS) ([]byte, error) {
	rows, err := read(fsys)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].ID, rows[i].SourceName, rows[i].Verified = "", "", false // for those who check
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
		dec := json.NewDecoder(bytes.NewReader(text))
		dec.DisallowUnknownFields()
		var rows []row
		if err := dec.Decode(&rows); err != nil {
			return nil, fmt.Errorf("vendors: %s: byte %d: %w", file, dec.InputOffset(), err)
		}
		for i, r := range rows {
			err := errors.Join(r.check(), r.checkNames(names))
			if ids[r.ID] {
				err = errors.Join(err, errors.New("the id is already taken"))
			}
			ids[r.ID] = true
			if err != nil {
				return nil, fmt.Errorf("vendors: %s: record %d (%q): %w", file, i+1, r.ID, err)
			}
		}
		all = append(all, rows...)
	}
	return all, nil
}

// checkNames notes the row's names in taken, which holds whose each name is.
func (r row) checkNames(taken map[string]string) error {
	for _, text := range r.names() {
		w := words(text)
		if strings.TrimSpace(w) == "" {
			return fmt.Errorf("name %q has no letters", text)
		}
		if taken[w] != "" {
			return fmt.Errorf("name %q is also a name of %s", text, taken[w])
		}
		taken[w] = r.ID
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
