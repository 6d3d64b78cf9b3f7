package checks

import (
	"context"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// The community "public" is SNMP's own standing default (RFC 1157's examples,
// kept by most makers). One read question was asked, nothing was set.
var _ = register(probes.Check{
	ID:        "snmp-public",
	Topic:     "Inner details by SNMP",
	Title:     "It tells its inner details to anyone who asks (SNMP)",
	Advice:    "SNMP is for people who run networks. Who knows exactly what a device is and runs, finds its weak spots sooner. Turn SNMP off in the device's settings. If you use it, change its community from \"public\" to a word of your own.",
	Guideline: 6, Provision: "5.6-2", Severity: lan.WhenYouCan, Touch: lan.Ask,
	Applies: onService("snmp"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		if p.Service.Heard[lan.SNMPCommunity] != "public" {
			return lan.Undecided, nil
		}
		p.Saw("read the system description with the community \"public\"", p.Service.Heard[lan.SNMPDescr])
		if p.Device.Kind == "printer" {
			p.Advice = "Normal for a printer: your computers see by it how much ink is left. If they all print without it, you can turn SNMP version 1 and 2 off in the printer's settings, under Network."
			p.Grade(lan.ForInfo)
		}
		return lan.Fail, nil
	},
})
