package checks

import (
	"context"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Guideline 3 again: until when the maker promised to mend it.
var _ = register(probes.Check{
	ID:        "end-of-support",
	Topic:     "How long its maker supports it",
	Title:     "Its maker no longer mends it",
	Advice:    "Security holes found from now on stay open. Check on the maker's site that this is so for your model. Keep it on a guest network, and block its way to the internet if it works without. When you replace it, choose one with a support period on the box.",
	Guideline: 3, Provision: "5.3-8", Severity: lan.Soon, Touch: lan.Listen,
	Applies: onThing,
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		a := p.Knowledge.Firmware.Support(p.Device, time.Now())
		switch a.Verdict {
		case lan.LikelyFail:
			p.Title = "Its maker probably no longer mends it"
		case lan.Pass:
			p.Title = "Its maker still supports it"
		}
		return dated(p, a, p.Device.Made())
	},
})
