// Package firmware knows how old software is and until when it is supported.
package firmware

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Set is the loaded rows.
type Set struct{}

// Load reads the embedded rows.
func Load() (*Set, error) { return &Set{}, nil }

// Outdated says whether d's firmware is known to be too old.
func (s *Set) Outdated(d lan.Device) Answer { return Answer{} }

// Support says whether the maker still supports d at the given time.
func (s *Set) Support(d lan.Device, at time.Time) Answer { return Answer{} }

// Answer is one of fixed (pass, likely_pass), vulnerable (fail, likely_fail)
// or cannot tell (unknown), with what it rests on.
type Answer struct {
	Verdict  lan.Verdict
	Severity lan.Severity
	Row      string // the row's ID, empty without one
	Why      string // one plain sentence
	Advice   string // what the owner can do
	Source   string // URL of the public source
	CVEs     []string
}
