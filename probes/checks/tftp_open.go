package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// TFTP (RFC 1350) has no login at all. A file was asked for of a name that nobody
// has, which is enough to see that somebody is there.
var _ = register(probes.Check{
	ID:        "tftp-open",
	Topic:     "Files by TFTP",
	Title:     "It hands out files without a password (TFTP)",
	Advice:    "TFTP knows no passwords: who knows a file's name gets it, often a configuration with passwords in it. Turn TFTP off in the device's settings, unless you start computers or telephones over the network.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.WhenYouCan, Touch: lan.Ask,
	Applies: onService("tftp"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Saw("asked for a file of a random name", heardOr("it knows no such file:", p.Service.Heard[identify.TFTPError]))
		return lan.Fail, nil
	},
})
