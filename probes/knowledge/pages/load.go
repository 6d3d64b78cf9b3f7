package pages

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// Pages reads data/*.json of fsys with its examples and checks every page. They
// come sorted by ID; errors name the file and the page, all of them at once.
func Pages(fsys fs.FS) ([]Page, error) {
	files, err := fs.Glob(fsys, "data/*.json")
	if err != nil {
		return nil, fmt.Errorf("pages: %w", err)
	}
	var all []Page
	var errs []error
	seen := make(map[string]bool)
	for _, file := range files {
		list, err := readFile(fsys, file)
		if err != nil {
			errs = append(errs, fmt.Errorf("pages: %s: %w", file, err))
		}
		for _, p := range list {
			err := errors.Join(p.check(), p.checkExamples())
			if seen[p.ID] {
				err = errors.Join(err, errors.New("the id is already taken"))
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("pages: %s: page %q: %w", file, p.ID, err))
			}
			seen[p.ID] = true
		}
		all = append(all, list...)
	}
	lan.Sort(all, func(a, b Page) int { return cmp.Compare(a.ID, b.ID) })
	return all, errors.Join(errs...)
}

// Pack is the pages of data/*.json in fsys, checked, as Load reads them.
func Pack(fsys fs.FS) ([]byte, error) {
	all, err := Pages(fsys)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].Examples = nil
	}
	return packing.Lines(all)
}

func readFile(fsys fs.FS, file string) (list []Page, err error) {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields() // a misspelt key must not pass for an absent one
	return list, d.Decode(&list)
}

// The forms of words, made ready only where pages are checked.
var (
	idForm   = later(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	pathForm = later(`^/[A-Za-z0-9._~/%?=&,:{}"\[\]-]{1,255}$`)
	keyForm  = later(`^[a-z0-9]+\.[A-Za-z0-9._-]{1,60}$`)
)

// check rules out what a page must not have, also one that came in a bundle.
func (p *Page) check() error {
	switch {
	case !idForm().MatchString(p.ID):
		return errors.New("id is not lower-case words with hyphens")
	case !pathForm().MatchString(p.Path) || strings.Contains(p.Path, "..") || strings.HasPrefix(p.Path, "//"):
		return fmt.Errorf("path %q is not a plain path", p.Path)
	case acts(p.Path) && harmless[p.Path] == "":
		return fmt.Errorf("path %q does something or takes a login", p.Path)
	case forms[p.Form] == form{}:
		return fmt.Errorf("accept %q is not json, xml or text", p.Form)
	case len(p.When) == 0 || len(p.Fields) == 0:
		return errors.New("has no signs or no fields")
	case !strings.HasPrefix(p.Source, "https://"):
		return errors.New("source is not an https address")
	}
	if p.Checked != "" {
		if _, err := time.Parse(time.DateOnly, p.Checked); err != nil {
			return fmt.Errorf("checked: %w", err)
		}
	}
	for _, when := range p.When {
		if err := checkSign(when); err != nil {
			return err
		}
	}
	for where, key := range p.Fields {
		if err := p.checkField(where, key); err != nil {
			return err
		}
	}
	return nil
}

// checkSign holds a sign to naming its family: a port alone names nobody, and
// what a device announces does not say which of its services to ask.
func checkSign(when map[string]string) error {
	var named, place bool
	for field, pattern := range when {
		re, err := compile(pattern)
		if err != nil {
			return fmt.Errorf("pattern of %s: %w", field, err)
		}
		if re.MatchString("") {
			return fmt.Errorf("pattern of %s matches the empty text", field)
		}
		own := strings.HasPrefix(field, "http.") || strings.HasPrefix(field, "tls.")
		named = named || field != PortField
		place = place || own || field == PortField
	}
	if !named || !place {
		return fmt.Errorf("sign %v must name the family, and the service by its own words or its port", when)
	}
	return nil
}

// compile is a pattern that may come from a stranger.
func compile(pattern string) (*regexp.Regexp, error) {
	if err := packing.Pattern(pattern); err != nil {
		return nil, err
	}
	return regexp.Compile(pattern)
}

func (p *Page) checkField(where, key string) error {
	switch {
	case !keyForm().MatchString(key):
		return fmt.Errorf("key %q is not of the form protocol.word", key)
	case private(key) || p.Form != "text" && private(where):
		return fmt.Errorf("%q is not ours to keep", where)
	case p.Form != "text":
		if !strings.HasPrefix(where, "/") {
			return fmt.Errorf("pointer %q does not start with /", where)
		}
		return nil
	}
	re, err := compile(where)
	if err != nil {
		return fmt.Errorf("field %s: %w", key, err)
	}
	if re.NumSubexp() != 1 {
		return fmt.Errorf("field %s: pattern %q has not one group", key, where)
	}
	return nil
}

func (p *Page) checkExamples() error {
	var answered, left bool
	for _, e := range p.Examples {
		if e.Body != "" && len(e.Expect) == 0 {
			return errors.New("an example expects nothing")
		}
		answered, left = answered || e.Body != "", left || e.Body == ""
	}
	if !answered || !left {
		return errors.New("needs an example with a body, and one without that must not be asked")
	}
	return nil
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
