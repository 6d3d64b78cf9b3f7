package checks

import (
	"cmp"
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Telnet (RFC 854) carries passwords unprotected and is the door that Mirai
// and its kin knock on first; no household needs it.
var _ = register(probes.Check{
	ID:        "telnet-open",
	Topic:     "Remote control by Telnet",
	Title:     "A remote-control door (Telnet) is open",
	Advice:    "Telnet is an old remote control. It sends passwords where others can read them, and it is the first door that infected machines try. You almost certainly do not need it: turn it off in the device's settings. If there is no such setting, update the device. If Telnet stays on, keep the device on a guest network.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.Soon, Touch: lan.Look,
	Applies: onService("telnet"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Saw(greeted(p.Service), cmp.Or(p.Service.Heard[lan.TelnetBanner], "a Telnet greeting"))
		return lan.Fail, nil
	},
})
