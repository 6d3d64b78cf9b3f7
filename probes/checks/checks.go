// Package checks holds the checks, one a file. A new check is a new file that
// registers itself; no existing file changes.
package checks

import (
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var all []probes.Check

// register adds c to All, its problems weighed by where the device stands. It is
// called while the program initialises, once a check: inlined it would be there as
// often.
//
//go:noinline
func register(c probes.Check) probes.Check {
	c = weighed(c)
	all = append(all, c)
	return c
}

// All is every check, by ID.
func All() []probes.Check {
	list := slices.Clone(all)
	lan.Sort(list, func(a, b probes.Check) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// onService applies a check to the services with one of these names.
func onService(names ...string) func(lan.Device, lan.Service) bool {
	return func(_ lan.Device, s lan.Service) bool { return slices.Contains(names, s.Name) }
}

// onThing applies a check once to each device that is a product the Code of
// Practice speaks of. Phones and computers have rules of their own.
func onThing(d lan.Device, s lan.Service) bool {
	return s.Port == 0 && d.Kind != "phone" && d.Kind != "computer"
}

// said is what d told under a field, by an announcement or by one of its services
// that was asked alone.
func said(d lan.Device, field string) string {
	if words := d.Heard[field]; words != "" {
		return words
	}
	for _, s := range d.Services {
		if words := s.Heard[field]; words != "" {
			return words
		}
	}
	return ""
}

// greeted is how a service's own words are named in evidence.
func greeted(s lan.Service) string { return "connected to " + s.Key() + " and read what it said" }

// heardOr is what came back in words; an identifier may have got no answer.
func heardOr(what, value string) string {
	if value == "" {
		return "no answer"
	}
	return what + " " + value
}
