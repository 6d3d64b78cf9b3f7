package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/lan"
)

// Guideline 3, judged by the version that the device shows against what is
// published of its model. No fact and no version are both "can't tell".
var _ = register(probes.Check{
	ID:        "firmware-outdated",
	Topic:     "How old its software is",
	Title:     "It runs an old version with a known security hole",
	Advice:    "Whoever knows the hole can use it. Open the maker's app or the device's settings and look for an update. Turn automatic updates on if it has them.",
	Guideline: 3, Provision: "5.3-8", Severity: lan.Soon, Touch: lan.Listen,
	Applies: onThing,
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		a := p.Knowledge.Firmware.Outdated(p.Device, time.Now())
		switch {
		case a.Verdict == lan.Fail && a.Urgency.NoFix:
			p.Title = "It has a security hole that its maker will not mend"
		case a.Verdict == lan.LikelyFail && a.Urgency.NoFix:
			p.Title = "It probably has a security hole that its maker will not mend"
		case a.Verdict == lan.LikelyFail:
			p.Title = "It probably runs a version with a known security hole"
		case a.Verdict == lan.LikelyPass:
			p.Title = "No known hole in the version it runs"
		}
		return dated(p, a, strings.TrimSpace(p.Device.Made()+" "+p.Device.Firmware))
	},
})

// dated is what the firmware knowledge answers about what was compared, with its
// evidence. Where an update helps, the pass gets the family's way to it.
func dated(p *probes.Pass, a firmware.Answer, compared string) (lan.Verdict, error) {
	p.Advice = a.Advice
	if a.Verdict.Problem() {
		p.Urgency = a.Urgency
		p.Grade(a.Severity)
		if !a.Urgency.NoFix && !a.Provider {
			p.Steps = updateSteps(p)
		}
	}
	said := "compared " + compared
	if a.Row != "" {
		said += fmt.Sprintf(" with %s (%s, read on %s)", a.Row, a.Source, a.Checked)
	}
	p.Saw(said, strings.Join(append([]string{a.Why}, a.CVEs...), " "))
	return a.Verdict, nil
}
