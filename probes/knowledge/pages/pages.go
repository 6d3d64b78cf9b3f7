// Package pages knows the one page on which a family of devices says who it is:
// Roku's /query/device-info, Shelly's /shelly, FRITZ!Box's /jason_boxinfo.xml.
//
// A page is a record in data/*.json: when to ask for it, its path, and where in
// the answer which words stand. The program carries the pages packed, without
// their examples: run "go generate ./probes/knowledge" after a change. A page is asked for only when the service itself or
// the device's announcements already name the family; no path is ever guessed,
// no page changes anything or takes a login, and serial numbers, addresses,
// positions and secrets that stand beside are not read. What the words mean is
// the business of package fingerprints.
package pages

import (
	_ "embed" // the packed pages
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:embed pages.json.gz
var zipped []byte

// Page is one identity page. Its fields are not to be changed.
type Page struct {
	ID string `json:"id"`
	// When lists the signs of the family; one of them is enough. A sign is a
	// pattern (RE2) for each of some fields of lan.Heard, of the service or of
	// the device's announcements, and for PortField.
	When []map[string]string `json:"when"`
	Path string              `json:"path"`   // to GET, with its query
	Form string              `json:"accept"` // of what the answer is: "json", "xml" or "text"
	// Fields is where a word stands in the answer → the key to keep it under.
	// In JSON and XML that is a pointer (RFC 6901): "/device/modelName", with an
	// element's local name or "@attribute" for XML. In text it is a pattern with
	// one group.
	Fields map[string]string `json:"fields"`

	Source  string `json:"source,omitempty"`  // public URL that shows the page
	Checked string `json:"checked,omitempty"` // YYYY-MM-DD; empty when nobody has read the source

	Examples []Example `json:"examples,omitempty"` // where it was tried; the packed pages go without
}

// Example is a service whose page this is and what it answers, or, without a
// Body, a service that must not be asked for it.
type Example struct {
	Port   uint16    `json:"port"`
	Heard  lan.Heard `json:"heard"`
	Body   string    `json:"body,omitempty"`
	Expect lan.Heard `json:"expect,omitempty"`
}

// PortField stands for the service's port in a sign: "^8060$".
const PortField = "port"

// Set is the loaded pages. It is safe for concurrent use and never changes.
// The zero Set knows none.
type Set struct{ pages []*entry }

// entry is a page made ready.
type entry struct {
	Page
	signs []sign
}

// sign is one way to know a family by.
type sign []condition

type condition struct {
	field   string
	pattern func() *regexp.Regexp
}

// Load is the pages that the program carries. It fails only if they are damaged.
func Load() (*Set, error) {
	var all []Page
	if err := json.Unmarshal(Packed(), &all); err != nil {
		return nil, fmt.Errorf("pages: the packed pages are damaged: %w", err)
	}
	return ready(all), nil
}

// LoadFS is the pages of data/*.json in fsys, checked. An error names the file
// and the page.
func LoadFS(fsys fs.FS) (*Set, error) {
	all, err := Pages(fsys)
	if err != nil {
		return nil, err
	}
	return ready(all), nil
}

// ready makes a Set of pages; a pattern is compiled when first needed.
func ready(list []Page) *Set {
	s := &Set{}
	for _, p := range list {
		e := &entry{Page: p}
		for _, when := range p.When {
			var all sign
			for _, field := range sortedKeys(when) {
				all = append(all, condition{field, later(when[field])}) // check has compiled it before
			}
			e.signs = append(e.signs, all)
		}
		s.pages = append(s.pages, e)
	}
	return s
}

// later is a pattern that is compiled when first needed.
func later(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// For is the page of the service on port, going by what was heard of it and of
// its device: that whose sign has the most conditions, the first by ID of
// several. ok is false when no family is named; then nothing is to be asked.
func (s *Set) For(port uint16, service, announced lan.Heard) (page Page, ok bool) {
	most := 0
	at := strconv.Itoa(int(port))
	for _, e := range s.pages {
		for _, sign := range e.signs {
			if len(sign) > most && sign.shown(at, service, announced) {
				page, most = e.Page, len(sign)
			}
		}
	}
	return page, most > 0
}

// shown reports whether every condition holds; the service's own words count
// before the device's.
func (s sign) shown(port string, service, announced lan.Heard) bool {
	for _, c := range s {
		text := service[c.field]
		switch {
		case c.field == PortField:
			text = port
		case text == "":
			text = announced[c.field]
		}
		if text == "" || !c.pattern().MatchString(text) {
			return false
		}
	}
	return true
}
