package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Port 9100 (JetDirect) prints every byte it is sent, so it is only ever found
// open, never spoken to.
var _ = register(probes.Check{
	ID:        "raw-print",
	Topic:     "Raw printing",
	Title:     "Anyone on your network can print without asking",
	Advice:    "Normal for most printers; all that a stranger could waste is paper and ink. If guests use your Wi-Fi, turn off \"raw\" or \"port 9100\" printing in the printer's settings. IPP and AirPrint keep working.",
	Guideline: 6, Provision: "5.6-1", Severity: lan.ForInfo, Touch: lan.Look,
	Applies: onService("pdl-datastream"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Saw("knocked on "+p.Service.Key()+" and wrote nothing", "the port is open")
		return lan.Fail, nil
	},
})
