// Package vendors knows who to tell about a flaw.
//
// Its rows are JSON files under data, each with the public source it was read
// from; a new maker is a new row or a new file, and then "go generate
// ./probes/knowledge" for what the program carries of them. A maker without a row
// is unknown, which says something about the list and nothing about the maker.
package vendors

import (
	_ "embed" // the packed rows
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

//go:embed rows.json
var packed []byte

// Set is the loaded rows. It is safe for concurrent use and never changes.
type Set struct {
	contacts []Contact
	names    []name
}

// name is one way of writing a maker, in the form of words.
type name struct {
	words string
	row   int
}

// Load is the rows that the program carries. It fails only if they are damaged.
func Load() (*Set, error) {
	var rows []row
	if err := json.Unmarshal(packed, &rows); err != nil {
		return nil, fmt.Errorf("vendors: the packed rows are damaged: %w", err)
	}
	s := &Set{}
	for _, r := range rows {
		s.add(r)
	}
	return s, nil
}

// add takes r's contact and names over.
func (s *Set) add(r row) {
	s.contacts = append(s.contacts, Contact{
		Vendor: r.Vendor, Where: r.Where, Policy: r.Policy, Source: r.SourceURL, Checked: r.Checked, SupportRule: r.SupportRule,
	})
	for _, text := range r.names() {
		s.names = append(s.names, name{words(text), len(s.contacts) - 1})
	}
}

// maxName is how much of a device's words is looked at, in bytes.
const maxName = 256

// Contact is the maker's public contact for security reports; ok is false for
// a maker that we have no entry for, which says nothing about the maker. vendor
// is what a device or the address registry calls the maker ("TP-LINK
// Technologies Co., Ltd."). A row's name is found in it as whole words only,
// and the longest name found wins.
func (s *Set) Contact(vendor string) (c Contact, ok bool) {
	if len(vendor) > maxName {
		vendor = vendor[:maxName]
	}
	heard, best := words(vendor), 0
	for _, n := range s.names {
		if len(n.words) > best && strings.Contains(heard, n.words) {
			c, ok, best = s.contacts[n.row], true, len(n.words)
		}
	}
	return c, ok
}

// All lists the contacts in the order of their files' names.
func (s *Set) All() []Contact { return append([]Contact(nil), s.contacts...) }

// Contact is one row.
type Contact struct {
	Vendor  string
	Where   string // mail address or URL
	Policy  string // URL of the disclosure policy, may be empty
	Source  string // URL of the public source
	Checked string // YYYY-MM-DD

	// SupportRule is what the maker promises in general about updates, in our
	// words; empty when we found none.
	SupportRule string
}

// words is text in lower case with one blank around each word, so that a name
// is found as whole words only: " tp link technologies co ltd ".
func words(text string) string {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return " " + strings.Join(fields, " ") + " "
}
