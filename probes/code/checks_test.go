package code_test

import (
	"testing"

	"github.com/homesweep/homesweep/probes/checks"
	"github.com/homesweep/homesweep/probes/code"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestEveryCheckHasItsPlace: each check that there is looks at a provision that
// there is, and that provision is listed with the check's own guideline.
func TestEveryCheckHasItsPlace(t *testing.T) {
	var list []code.Check
	for _, c := range checks.All() {
		list = append(list, code.Check{ID: c.ID, Topic: c.Topic, Guideline: c.Guideline, Provision: c.Provision, Touch: c.Touch})
	}
	place := map[string]int{}
	for _, g := range code.Fill(lan.Sweep{}, list, nil).Guidelines {
		for _, p := range g.Provisions {
			for _, check := range p.Checks {
				place[check] = g.Number
			}
		}
	}
	for _, c := range list {
		if place[c.ID] != c.Guideline {
			t.Errorf("%s looks at provision %s of guideline %d, which stands with %d", c.ID, c.Provision, c.Guideline, place[c.ID])
		}
	}
}
