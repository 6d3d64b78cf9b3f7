package firmware

import "github.com/homesweep/homesweep/probes/lan"

// Software says whether a program is known to be too old, by its product's name
// and version as it gives them itself; ok is false where no row knows it. Who
// builds a program into a device often mends it and leaves its number, so that an
// old number is only worth checking, unless the program is the product.
func (s *Set) Software(product, version string) (Answer, bool) {
	return s.program(product, version, false)
}

// Product is Software for what a device calls itself, which only the programs that
// are a product of their own can be.
func (s *Set) Product(name, version string) (Answer, bool) {
	return s.program(name, version, true)
}

func (s *Set) program(product, version string, whole bool) (Answer, bool) {
	if product == "" || len(product) > lan.MaxValue {
		return Answer{}, false
	}
	var best judgement
	rank := 0
	for _, r := range s.index().components {
		if whole && !r.IsProduct || !r.product().MatchString(product) {
			continue
		}
		if j := r.component(version); j.weight() > rank {
			best, rank = j, j.weight()
		}
	}
	if best.row == nil {
		return Answer{}, false
	}
	return best.answer(version), true
}

// distributed is a version that names who packed it, and with that which fixes it
// has: "8.9p1 Ubuntu-3ubuntu0.10", "2.4.57 (Debian)".
var distributed = form(`(?i)\b(?:debian|ubuntu|raspbian|red ?hat|centos|rocky|fedora|suse)\b|\+deb\d`)

// component is what r alone says of that version of its program.
func (r *Row) component(version string) judgement {
	j := judgement{row: r, reason: r.unsettled()}
	switch {
	case j.reason != noRow:
		return j
	case len(r.Floors) == 0:
		j.reason, j.worth = neverFixed, true
		return j
	}
	switch j.reason, j.floor = r.compare(version); {
	case j.reason == closed:
		j.verdict = lan.LikelyPass
	case j.reason != hasHole:
	case r.IsProduct:
		j.problem(hasHole, false)
	case distributed().MatchString(version):
		j.reason = distributionBuilt
	default:
		j.reason, j.worth = oldNumber, true
	}
	return j
}
