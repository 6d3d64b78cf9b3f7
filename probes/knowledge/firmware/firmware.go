// Package firmware knows how old software is and until when it is supported.
//
// Its rows are JSON files under data, each row with a public source; a new row
// is a new file, and then "go generate ./probes/knowledge" for what the program
// carries of it. A device that no row names, or whose version cannot be
// compared, is "cannot tell": a missing fact is never a failure.
package firmware

import (
	_ "embed" // the packed rows
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:embed rows.json.gz
var zipped []byte

// Answer is one of fixed (pass, likely_pass), vulnerable (fail, likely_fail)
// or cannot tell (unknown), with what it rests on.
type Answer struct {
	Verdict  lan.Verdict
	Severity lan.Severity
	Urgency  lan.Urgency // of a problem; NoFix is that there will be no update
	Row      string      // the row's ID, empty without one
	Why      string      // one plain sentence
	Advice   string      // what the owner can do
	Source   string      // URL of the public source
	Checked  string      // YYYY-MM-DD on which that was read
	CVEs     []string
	// Worth is of a component whose number is an old one while whoever built it in
	// may have mended it under that number. The verdict stays unknown.
	Worth bool
	// Provider is of a box that its internet provider updates.
	Provider bool
}

// Outdated says whether d's firmware is known to be too old at the given time.
// Several rows may speak of one model: a known hole outweighs a doubt, a doubt a
// clean record.
func (s *Set) Outdated(d lan.Device, at time.Time) Answer {
	return s.judge(&d, Outdated, at, "We have no facts on the firmware of this model, so we cannot tell.")
}

// Backdoor says whether a hidden account or way in is known in d's firmware. Nobody has
// tried it: model and version decide.
func (s *Set) Backdoor(d lan.Device, at time.Time) Answer {
	return s.judge(&d, Backdoor, at, "We know of no hidden way into this model, and cannot tell from here.")
}

// Support says whether the maker still supports d at the given time. A date of
// the very model decides; a general promise ("five years from purchase") only
// explains why we cannot tell.
func (s *Set) Support(d lan.Device, at time.Time) Answer {
	return s.judge(&d, EndOfSupport, at, "We have no facts on how long this model is supported, so we cannot tell.")
}

// judge is the weightiest answer of the rows of that kind that speak of d.
func (s *Set) judge(d *lan.Device, kind Kind, at time.Time, nothing string) Answer {
	best := Answer{Why: nothing}
	if d.Vendor == "" || d.Model == "" {
		best.Why = "We do not know the exact model, so we cannot tell."
	}
	rank := 0
	s.each(d.Vendor, func(r *Row) {
		if r.Kind != kind {
			return
		}
		f := r.fit(d)
		if f == other {
			return
		}
		var a Answer
		if kind == EndOfSupport {
			a = r.support(d, f, at)
		} else {
			a = r.outdated(d, f, at)
		}
		w := weight(a)
		if kind == EndOfSupport && r.Date == "" {
			w = 1
		}
		if w > rank || w == rank && newest(a.CVEs) > newest(best.CVEs) {
			best, rank = a, w
		}
	})
	return best
}

// newest is the last of CVEs by year, which a clean version is best told by.
func newest(cves []string) (last string) {
	for _, cve := range cves {
		last = max(last, cve)
	}
	return last
}

// weight orders the answers of several rows for one device or program.
func weight(a Answer) int {
	w := int(a.Severity) * 4
	if a.Urgency.Exploited {
		w += 2
	}
	if a.Urgency.NoFix {
		w++
	}
	switch {
	case a.Verdict == lan.Fail:
		return 100 + w
	case a.Verdict == lan.LikelyFail:
		return 60 + w
	case a.Worth:
		return 25
	case a.Verdict == lan.Undecided:
		return 20
	}
	return 10
}
