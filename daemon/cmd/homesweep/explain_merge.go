package main

import (
	"cmp"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// bonds are why its addresses are taken for one device.
func (s *sheet) bonds() {
	s.heading("Why its addresses are one device")
	switch d := s.Device; {
	case len(d.Bonds) > 0:
	case len(d.Addresses)+len(d.MACs) > 2:
		s.line(2, "No reason was kept; the next sweep that meets it tells.")
	default:
		s.line(2, "There is nothing to join: no more than one address of each kind was heard.")
	}
	for _, b := range s.Device.Bonds {
		with := "it"
		if b.Other != "" && b.Other != s.Device.ID {
			with = s.called(b.Other)
		}
		s.line(2, "%s belongs to %s: %s (%s)", s.called(b.One), with, b.By, cmp.Or(b.Source, "unknown source"))
	}
}

// guesses are what the owner is asked; nothing acts on them.
func (s *sheet) guesses() {
	if len(s.Suggestions) == 0 {
		return
	}
	s.heading("It may also be (nothing is done about it until you decide)")
	for _, g := range s.Suggestions {
		other := g.Same
		if other == s.Device.ID {
			other = g.Device
		}
		s.line(2, "%s, %d %% sure: %s", s.called(other), percent(g.Confidence), strings.Join(g.Reasons, "; "))
	}
}

// called is a device's name with its ID, or an address as it is.
func (s *sheet) called(id string) string {
	if other := s.Others[id]; other != "" && other != id {
		return other + " [" + id + "]"
	}
	return id
}

// owner is what the owner said about it.
func (s *sheet) owner() {
	said := slices.DeleteFunc(slices.Clone(s.Decisions), func(d lan.Decision) bool { return d.Value == "" && d.What != "split" })
	if len(said) == 0 {
		return
	}
	s.heading("What you said")
	for _, d := range said {
		on := "earlier"
		if !d.At.IsZero() {
			on = d.At.Local().Format("2 January 2006")
		}
		switch d.What {
		case "merge":
			s.line(2, "%s and %s are one device (%s)", s.called(d.Device), s.called(d.Value), on)
		case "split":
			s.line(2, "%s and %s are not one device (%s)", s.called(d.Device), s.called(d.Value), on)
		default:
			s.line(2, "%s: %s (%s)", strings.TrimSpace(d.What+" "+d.Check), d.Value, on)
		}
	}
}
