package report

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// sight is what a sweep could see.
type sight struct {
	sweep    lan.Sweep
	whole    bool            // it was done to the end
	ports    bool            // it asked which ports are open
	answered map[string]bool // checks that came to an answer, on any device
}

// cuts begin the notes that say that a sweep missed something.
var cuts = []string{
	"The sweep was stopped", "The sweep was cut short", "The ports on ", "The source ", "Nobody answers on ", "This machine was short of open files",
}

func sightOf(s lan.Sweep) *sight {
	v := &sight{sweep: s, whole: true, ports: s.Touch >= lan.Look && s.Rung != "passive", answered: map[string]bool{}}
	for _, note := range s.Notes {
		v.whole = v.whole && !slices.ContainsFunc(cuts, func(c string) bool { return strings.HasPrefix(note, c) })
	}
	for i := range s.Devices {
		d := &s.Devices[i]
		for i := range d.Findings {
			if f := &d.Findings[i]; decided(f.Verdict) {
				v.answered[f.Check] = true
			}
		}
	}
	return v
}

// meets reports whether v would have met d, which the sweep other met.
func (v *sight) meets(d *lan.Device, other *sight) bool {
	return v.whole && v.sweep.Touch >= min(other.sweep.Touch, lan.Look) && (v.ports || !other.ports) && v.covers(d)
}

// covers is Covers of the sweep.
func (v *sight) covers(d *lan.Device) bool { return Covers(v.sweep, d) }

// Covers reports whether d is on a network that s looked at.
func Covers(s lan.Sweep, d *lan.Device) bool {
	lasting := slices.DeleteFunc(slices.Clone(d.Addresses), netip.Addr.IsLinkLocalUnicast)
	for _, l := range s.Links {
		if len(lasting) == 0 && l.Name == d.Link || slices.ContainsFunc(lasting, l.Contains) {
			return true
		}
	}
	return false
}

// asks reports whether v would have found the service of d open. It would not on a
// device of which no service answered, as it may have been asleep, nor on one that
// accepts connections on every port; nor a service over UDP, as one question that
// nobody answers proves nothing; nor a port that is not on the home's list, as one
// device on which it was asked says nothing of the others.
func (v *sight) asks(d *lan.Device, s *lan.Service) bool {
	switch {
	case !v.whole || !v.ports || d.Resting(v.sweep.Finished):
		return false
	case s.Transport != lan.TCP || len(d.Services) == 0 || boundless(d):
		return false
	case d.Class() == lan.Fragile:
		return slices.Contains(ports.Short(), s.Port)
	}
	return slices.Contains(ports.Home(), s.Port)
}

// checks reports whether v would have found the problem f, which the sweep other
// found with s open, on the device that is d in v.
func (v *sight) checks(d *lan.Device, f *lan.Finding, s *lan.Service, other *sight) bool {
	known := v.answered[f.Check] || v.sweep.Touch >= other.sweep.Touch && v.sweep.Tool == other.sweep.Tool
	if !known || !v.whole || d.Resting(v.sweep.Finished) || !awake(d) {
		return false
	}
	_, open := serviceOf(d, f.Service)
	return f.Service == "" || open || v.asks(d, s)
}

// boundless reports whether d accepts connections on every port, so that none of
// them says anything.
func boundless(d *lan.Device) bool {
	return slices.ContainsFunc(d.Identity, func(f lan.Fact) bool { return f.Field == lan.FieldPorts })
}

// awake reports whether d answered anything, or a check came to an answer on it.
func awake(d *lan.Device) bool {
	return len(d.Services) > 0 || slices.ContainsFunc(d.Findings, func(f lan.Finding) bool { return decided(f.Verdict) })
}

// decided reports whether v is an answer.
func decided(v lan.Verdict) bool { return v.Problem() || v == lan.Pass || v == lan.LikelyPass }

// serviceOf is the service of d with that key; an empty one where there is none.
func serviceOf(d *lan.Device, key string) (s *lan.Service, open bool) {
	for i := range d.Services {
		if s := &d.Services[i]; s.Key() == key && key != "" {
			return s, true
		}
	}
	return &lan.Service{}, false
}
