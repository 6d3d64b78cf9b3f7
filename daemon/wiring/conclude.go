package wiring

import (
	"github.com/homesweep/homesweep/daemon/report"
	"github.com/homesweep/homesweep/probes/checks"
	"github.com/homesweep/homesweep/probes/code"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/lan"
)

// Conclude is s with what is concluded when a result is given out: what was seen of
// the Code of Practice, and which problems to begin with. s and its lists stay as
// they are; how may be nil.
func Conclude(s lan.Sweep, how *howtos.Set) lan.Sweep {
	var list []code.Check
	for _, k := range checks.All() {
		list = append(list, code.Check{ID: k.ID, Topic: k.Topic, Guideline: k.Guideline, Provision: k.Provision, Touch: k.Touch})
	}
	s = code.Fill(s, list, func(d lan.Device) []string {
		family, _ := how.For(d)
		return family.Wipe
	})
	s.First = report.First(s)
	return s
}
