package wiring

import "github.com/homesweep/homesweep/probes/lan"

// Upkeep is what the daemon costs the machine; see ui.Keeper.
func (d *Daemon) Upkeep() lan.Upkeep { return d.footing.upkeep(d.meter.Upkeep()) }

// tend does what the memory needs now and then: to be packed, and that an erase which
// the disk was in the way of is finished.
func (d *Daemon) tend() error {
	_ = d.book.finishErase() // the owner was told that it is not finished, and is when speaking
	return d.store.SnapshotIfDue()
}
