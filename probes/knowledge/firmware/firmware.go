// Package firmware knows how old software is and until when it is supported.
//
// Its rows are JSON files under data, each row with a public source; a new row
// is a new file, and then "go generate ./probes/knowledge" for what the program
// carries of it. A device that no row names, or whose version cannot be
// compared, is "cannot tell": a missing fact is never a failure.
package firmware

import (
	_ "embed" // the packed rows
	"encoding/json"
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:embed rows.json
var packed []byte

// Set is the loaded rows. It is safe for concurrent use and never changes.
type Set struct{ rows []*Row }

// Load is the rows that the program carries. It fails only if they are damaged.
func Load() (*Set, error) {
	s := &Set{}
	if err := json.Unmarshal(packed, &s.rows); err != nil {
		return nil, fmt.Errorf("firmware: the packed rows are damaged: %w", err)
	}
	for _, r := range s.rows {
		r.prepare()
	}
	return s, nil
}

// All lists copies of the rows in the order of their files' names, without what
// the packed rows leave out (see Row).
func (s *Set) All() []Row {
	all := make([]Row, len(s.rows))
	for i, r := range s.rows {
		all[i] = *r
	}
	return all
}

// Outdated says whether d's firmware is known to be too old. Several rows may
// speak of one model: a known hole outweighs a doubt, a doubt a clean record.
func (s *Set) Outdated(d lan.Device) Answer {
	best := Answer{Why: noFacts(d, "the firmware of this model")}
	rank := 0
	for _, r := range s.rows {
		if r.Kind != Outdated {
			continue
		}
		fit := r.fit(d)
		if fit == other {
			continue
		}
		if a := r.outdated(d, fit); weight(a) > rank {
			best, rank = a, weight(a)
		}
	}
	return best
}

// Support says whether the maker still supports d at the given time. A date of
// the very model decides; a general promise ("five years from purchase") only
// explains why we cannot tell.
func (s *Set) Support(d lan.Device, at time.Time) Answer {
	best := Answer{Why: noFacts(d, "how long this model is supported")}
	rank := 0
	for _, r := range s.rows {
		if r.Kind != EndOfSupport {
			continue
		}
		fit := r.fit(d)
		if fit == other {
			continue
		}
		a := r.support(d, fit, at)
		w := weight(a)
		if r.Date == "" {
			w = 1
		}
		if w > rank {
			best, rank = a, w
		}
	}
	return best
}

// weight orders the answers of several rows for one device.
func weight(a Answer) int {
	switch a.Verdict {
	case lan.Fail:
		return 40 + int(a.Severity)
	case lan.LikelyFail:
		return 30 + int(a.Severity)
	case lan.Undecided:
		return 20
	default:
		return 10
	}
}

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
