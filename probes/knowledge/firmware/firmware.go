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
	return s.ask(&d, Outdated, at, "We have no facts on the firmware of this model, so we cannot tell.")
}

// Backdoor says whether a hidden account or way in is known in d's firmware. Nobody has
// tried it: model and version decide.
func (s *Set) Backdoor(d lan.Device, at time.Time) Answer {
	return s.ask(&d, Backdoor, at, "We know of no hidden way into this model, and cannot tell from here.")
}

// Support says whether the maker still supports d at the given time. A date of
// the very model decides; a general promise ("five years from purchase") only
// explains why we cannot tell.
func (s *Set) Support(d lan.Device, at time.Time) Answer {
	return s.ask(&d, EndOfSupport, at, "We have no facts on how long this model is supported, so we cannot tell.")
}

// ask puts into words what the rows of that kind say of d, or that there is nothing.
func (s *Set) ask(d *lan.Device, kind Kind, at time.Time, nothing string) Answer {
	j := s.judge(d, kind, at)
	switch {
	case j.row != nil:
		return j.answer(d.Firmware)
	case d.Vendor == "" || d.Model == "":
		nothing = "We do not know the exact model, so we cannot tell."
	}
	return Answer{Why: nothing}
}
