package ui

import (
	"errors"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// live is what a lively house does of itself after an order; f.mu is held.
func (f *fakeHouse) live(d lan.Decision) {
	if !f.lively || d.What != "merge" && d.What != "split" {
		return
	}
	about := func(g lan.Suggestion) bool {
		return g.Device == d.Value && g.Same == d.Device || g.Device == d.Device && g.Same == d.Value
	}
	f.sweep.Suggestions = slices.DeleteFunc(slices.Clone(f.sweep.Suggestions), about)
	if d.What == "merge" {
		f.sweep.Devices = slices.DeleteFunc(slices.Clone(f.sweep.Devices), func(dev lan.Device) bool { return dev.ID == d.Value })
	}
}

// begun is how many sweeps were.
func (f *fakeHouse) begun() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.started
}

// holds makes what was found the house's.
func (f *fakeHouse) holds(found lan.Sweep) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sweep = found
}

// only leaves one finding in the home.
func (f *fakeHouse) only(device string, finding lan.Finding) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sweep.Devices = slices.Clone(f.sweep.Devices)
	for i := range f.sweep.Devices {
		d := &f.sweep.Devices[i]
		d.Findings = nil
		if d.ID == device {
			d.Findings = []lan.Finding{finding}
		}
	}
}

// breaks lets every message fail, for the reason given, until there is none.
func (a *fakeAlarm) breaks(why string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.refusal = nil; why != "" {
		a.refusal = errors.New(why)
	}
}
