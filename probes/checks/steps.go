package checks

import (
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
)

// ways are the checks whose problem the family's how-to mends, with which part of
// it. Those about old software ask for theirs themselves, as no update may exist.
var ways = map[string]func(howtos.Howto) []string{
	"default-login":         func(h howtos.Howto) []string { return h.Password },
	"password-not-enforced": func(h howtos.Howto) []string { return h.Password },
	"setup-unfinished":      func(h howtos.Howto) []string { return h.Setup },
}

// familySteps adds the family's way out to the problem that the check has found.
func familySteps(id string, p *probes.Pass) {
	if way := ways[id]; way != nil && p.Steps == nil {
		p.Steps = howto(p, way)
	}
}

// updateSteps is how the family of p's device is updated, if we know.
func updateSteps(p *probes.Pass) []string {
	return howto(p, func(h howtos.Howto) []string { return h.Update })
}

func howto(p *probes.Pass, part func(howtos.Howto) []string) []string {
	if p.Knowledge == nil {
		return nil
	}
	h, _ := p.Knowledge.Howtos.For(p.Device)
	return part(h)
}
