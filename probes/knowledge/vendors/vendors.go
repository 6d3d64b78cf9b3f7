// Package vendors knows who to tell about a flaw.
package vendors

// Set is the loaded rows.
type Set struct{}

// Load reads the embedded rows.
func Load() (*Set, error) { return &Set{}, nil }

// Contact is the maker's public contact for security reports; ok is false for
// a maker that we have no entry for, which says nothing about the maker.
func (s *Set) Contact(vendor string) (c Contact, ok bool) { return Contact{}, false }

// Contact is one row.
type Contact struct {
	Vendor  string
	Where   string // mail address or URL
	Policy  string // URL of the disclosure policy, may be empty
	Source  string
	Checked string // YYYY-MM-DD
}
