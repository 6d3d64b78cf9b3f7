package checks

import (
	"context"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Guideline 4: accounts and open doors that makers left in their software. Model and
// version tell of them; such a way in is never tried, not even by default-login.
var _ = register(probes.Check{
	ID:        "known-backdoor",
	Topic:     "Whether its maker left a hidden way in",
	Title:     "Its maker left a hidden way into it",
	Advice:    "Whoever knows it can get in, and none of your passwords keeps them out. Install the newest version if there is one. Otherwise do not let it be reached from the internet, keep it on a guest network, and plan to replace it.",
	Guideline: 4, Provision: "5.4-3", Severity: lan.Soon, Touch: lan.Listen,
	Applies: onThing,
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		a := p.Knowledge.Firmware.Backdoor(p.Device, time.Now())
		switch a.Verdict {
		case lan.LikelyFail:
			p.Title = "Its maker probably left a hidden way into it"
		case lan.LikelyPass:
			p.Title = "No hidden way into the version it runs is known"
		}
		return dated(p, a, strings.TrimSpace(p.Device.Made()+" "+p.Device.Firmware))
	},
})
