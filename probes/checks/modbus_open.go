package checks

import (
	"cmp"
	"context"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
)

// Modbus (MODBUS Application Protocol V1.1b3) has no login: who may read may
// write. Its name was asked for and nothing was written.
var _ = register(probes.Check{
	ID:        "modbus-open",
	Topic:     "Control by Modbus",
	Title:     "Anyone on your network can read and control it (Modbus)",
	Advice:    "Modbus has no passwords, so whoever reaches it may change how your inverter, heating or charger works. Turn Modbus TCP off in its settings if nothing of yours uses it. If something does, allow that one only, or keep both on a network of their own.",
	Guideline: 5, Provision: "5.5-4", Severity: lan.Soon, Touch: lan.Ask,
	Applies: onService("mbap"),
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		h := p.Service.Heard
		name := strings.TrimSpace(h[identify.ModbusVendor] + " " + h[identify.ModbusProduct])
		p.Saw("read its Modbus identification (function 43/14)", cmp.Or(name, "it answered that it has none"))
		return lan.Fail, nil
	},
})
