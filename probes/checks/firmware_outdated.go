package checks

import (
	"context"
	"fmt"
	"strings"

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
	Guideline: 3, Provision: "5.3-2", Severity: lan.Soon, Touch: lan.Listen,
	Applies: onThing,
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		return dated(p, p.Knowledge.Firmware.Outdated(p.Device), map[lan.Verdict]string{
			lan.LikelyFail: "It probably runs a version with a known security hole",
			lan.LikelyPass: "No known hole in the version it runs",
		})
	},
})

// dated turns what the firmware knowledge says into a verdict with evidence.
func dated(p *probes.Pass, a firmware.Answer, titles map[lan.Verdict]string) (lan.Verdict, error) {
	p.Title, p.Advice = titles[a.Verdict], a.Advice
	if a.Verdict.Problem() {
		p.Grade(a.Severity)
	}
	said := "compared " + strings.TrimSpace(p.Device.Made()+" "+p.Device.Firmware)
	if a.Row != "" {
		said += fmt.Sprintf(" with %s (%s)", a.Row, a.Source)
	}
	p.Saw(said, strings.Join(append([]string{a.Why}, a.CVEs...), " "))
	return a.Verdict, nil
}
