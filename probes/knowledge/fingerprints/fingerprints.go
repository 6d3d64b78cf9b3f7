// Package fingerprints reads what devices say of themselves.
package fingerprints

import "github.com/homesweep/homesweep/probes/lan"

// Set is the loaded rules.
type Set struct{}

// Load reads the embedded rules.
func Load() (*Set, error) { return &Set{}, nil }

// Read concludes facts from what was heard. source is the word under which
// the facts are kept ("http", "mdns").
func (s *Set) Read(h lan.Heard, source string) []lan.Fact { return nil }
