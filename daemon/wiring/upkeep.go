package wiring

import "github.com/homesweep/homesweep/probes/lan"

// Upkeep is what the daemon costs the machine; see ui.Keeper.
func (d *Daemon) Upkeep() lan.Upkeep { return d.meter.Upkeep() }
