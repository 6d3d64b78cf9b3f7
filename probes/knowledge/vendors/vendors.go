// Package vendors knows who to tell about a flaw.
//
// Its rows are JSON files under data, each with the public source it was read
// from; a new maker is a new row or a new file, and then "go generate
// ./probes/knowledge" for what the program carries of them. A maker without a row
// is unknown, which says something about the list and nothing about the maker.
package vendors

import (
	"bytes"

	"github.com/homesweep/homesweep/probes/lan"
)

// Set is the loaded rows. It is safe for concurrent use and never changes.
type Set struct {
	contacts []Contact
	names    []name
}

// name is one way of writing a maker, in the form of lan.AppendWords.
type name struct {
	words []byte
	row   int
}

// add takes r's contact and names over.
func (s *Set) add(r row) {
	s.contacts = append(s.contacts, r.contact())
	for _, text := range r.names() {
		s.names = append(s.names, name{lan.AppendWords(nil, text), len(s.contacts) - 1})
	}
}

// maxName is how much of a device's words is looked at, in bytes.
const maxName = 256

// Contact is the maker's public contact for security reports. With one a check
// can say "The maker says how to report security problems." ok is false for a
// maker that we have no entry for: then it is "We found no public contact for
// this maker.", never that the maker has none, for the list is not the world.
//
// vendor is what a device or the address registry calls the maker ("TP-LINK
// Technologies Co., Ltd."). A row's name is found in it as whole words only, and
// the longest name found wins. Looking up allocates nothing.
func (s *Set) Contact(vendor string) (c Contact, ok bool) {
	if len(vendor) > maxName {
		vendor = vendor[:maxName]
	}
	var space [2 * maxName]byte
	heard, best := lan.AppendWords(space[:0], vendor), 0
	for i := range s.names {
		if n := &s.names[i]; len(n.words) > best && bytes.Contains(heard, n.words) {
			c, ok, best = s.contacts[n.row], true, len(n.words)
		}
	}
	return c, ok
}

// All lists the contacts in the order of their files' names, those that a bundle
// added last.
func (s *Set) All() []Contact { return append([]Contact(nil), s.contacts...) }

// Contact is one row. URLs are https ones and may be empty, but for Source.
type Contact struct {
	Vendor  string
	Where   string // mail address or URL
	Policy  string // URL of the disclosure policy
	Source  string // URL of the public source
	Checked string // YYYY-MM-DD

	// SupportRule is what the maker promises in general about updates, in our
	// words; empty when we found none. It gives no day for one device.
	SupportRule string
	// SupportURL is the maker's page of how long which model gets updates.
	SupportURL string
	// PSTI is the maker's page with its statements under the United Kingdom's
	// product security regulations (SI 2023/1007, schedule 4). That it is there
	// tells where to read the support period, and nothing about a device.
	PSTI string
	// SecurityTxt is where the maker's RFC 9116 file lies.
	SecurityTxt string

	// WhiteLabel: the name is seen on what others made, or the maker's things under
	// others' names.
	WhiteLabel bool
}

// Note is what to mind besides, one sentence, or empty.
func (c Contact) Note() string {
	if !c.WhiteLabel {
		return ""
	}
	return "The brand on a device and the company that made it can be two: the label or the papers name the maker, who should hear of it too."
}
