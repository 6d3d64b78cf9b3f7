package firmware

import (
	"fmt"

	"github.com/homesweep/homesweep/probes/lan"
)

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

func (s *Set) program(product, version string, whole bool) (best Answer, ok bool) {
	if product == "" || len(product) > lan.MaxValue {
		return Answer{}, false
	}
	rank := 0
	for _, r := range s.index().components {
		if whole && !r.IsProduct || !r.product().MatchString(product) {
			continue
		}
		if a := r.component(version); weight(a) > rank {
			best, rank = a, weight(a)
		}
	}
	return best, rank > 0
}

// distributed is a version that names who packed it, and with that which fixes it
// has: "8.9p1 Ubuntu-3ubuntu0.10", "2.4.57 (Debian)".
var distributed = form(`(?i)\b(?:debian|ubuntu|raspbian|red ?hat|centos|rocky|fedora|suse)\b|\+deb\d`)

// component is what r alone says of that version of its program.
func (r *Row) component(version string) Answer {
	a := r.answer()
	if why := r.unsettled(); why != "" {
		a.Why = why
		return a
	}
	if len(r.Floors) == 0 {
		a.Worth = true
		a.Why = "Every version of it that we know of has " + r.hole() + ". The maker of the device may have closed it without a new number."
		return a
	}
	shown := lan.Printable(version, maxShown)
	if shown == "" {
		a.Why, a.Advice = "The program did not show its version, so we cannot tell whether a known security hole is closed.", ""
		return a
	}
	bad, floor, why := r.compare(version, shown)
	switch {
	case why != "":
		a.Why, a.Advice = why, ""
	case !bad:
		a.Verdict, a.Advice = lan.LikelyPass, ""
		a.Why = r.closed(shown, floor)
	case r.IsProduct:
		return r.vulnerable(a, false, fmt.Sprintf("It says it runs version %s, which has %s; %s.", shown, r.hole(), floor.words()))
	case distributed().MatchString(version):
		a.Why, a.Advice = fmt.Sprintf("Version %s is from a distribution of Linux, which closes holes without a new number, so we cannot tell.", shown), ""
	default:
		a.Worth = true
		a.Why = fmt.Sprintf("It shows version %s, which had %s; %s. The maker of the device may have closed it without a new number.", shown, r.hole(), floor.words())
	}
	return a
}
