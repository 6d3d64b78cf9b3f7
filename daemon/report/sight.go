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
	beyond   bool            // and others than those of the home's list
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
	home := ports.Home()
	for i := range s.Devices {
		d := &s.Devices[i]
		for i := range d.Findings {
			f := &d.Findings[i]
			if f.Verdict.Problem() || f.Verdict == lan.Pass || f.Verdict == lan.LikelyPass {
				v.answered[f.Check] = true
			}
		}
		for i := range d.Services {
			o := &d.Services[i]
			v.beyond = v.beyond || o.Transport == lan.TCP && !slices.Contains(home, o.Port)
		}
	}
	return v
}

// meets reports whether v would have met d, which the sweep other met.
func (v *sight) meets(d *lan.Device, other *sight) bool {
	return v.whole && v.sweep.Touch >= min(other.sweep.Touch, lan.Look) && (v.ports || !other.ports) && v.covers(d)
}

// covers reports whether d is on a network that was looked at.
func (v *sight) covers(d *lan.Device) bool {
	lasting := slices.DeleteFunc(slices.Clone(d.Addresses), netip.Addr.IsLinkLocalUnicast)
	for _, l := range v.sweep.Links {
		if len(lasting) == 0 && l.Name == d.Link || slices.ContainsFunc(lasting, l.Contains) {
			return true
		}
	}
	return false
}

// asks reports whether v would have found the service of d open.
func (v *sight) asks(d *lan.Device, s *lan.Service) bool {
	switch {
	case !v.whole || !v.ports || d.Resting(v.sweep.Finished):
		return false
	case s.Transport == lan.UDP:
		return v.sweep.Touch >= lan.Ask
	case d.Class() == lan.Fragile:
		return slices.Contains(ports.Short(), s.Port)
	}
	return v.beyond || slices.Contains(ports.Home(), s.Port)
}

// checks reports whether v would have found the problem f, which the sweep other
// found with s open, on the device that is d in v.
func (v *sight) checks(d *lan.Device, f *lan.Finding, s *lan.Service, other *sight) bool {
	known := v.answered[f.Check] || v.sweep.Touch >= other.sweep.Touch && v.sweep.Tool == other.sweep.Tool
	if !known || !v.whole || d.Resting(v.sweep.Finished) {
		return false
	}
	_, open := serviceOf(d, f.Service)
	return f.Service == "" || open || v.asks(d, s)
}

// serviceOf is the service of d with that key; an empty one where there is none.
func serviceOf(d *lan.Device, key string) (s *lan.Service, open bool) {
	for i := range d.Services {
		if s := &d.Services[i]; s.Key() == key && key != "" {
			return s, true
		}
	}
	return &lan.Service{}, false
}
