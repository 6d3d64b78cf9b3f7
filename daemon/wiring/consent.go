package wiring

import (
	"context"
	"fmt"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// again is how long a device is let be after a login was tried on it, unless the
// owner asks anew: a password that was refused yesterday is refused today, and some
// devices count refusals until somebody gets in.
const again = 7 * ledger.Day

// Why the daemon does not try a login, as the reader of a finding meets it.
const (
	notGranted = "It was not tried, as you have not allowed it for this device."
	notClear   = "It was not tried, as you have not allowed Telnet and FTP for this device."
	notAgain   = "It was not tried again, as that was done less than a week ago."
)

// consent is sweep.Consent by the owner's grants. asked are the devices that he wants
// looked at now. Which devices are due is decided once; a grant that is taken back
// meanwhile ends the tries at once. What opened a device is due after a day already,
// or as soon as he asks: only so is it ever found to be mended.
func (d *Daemon) consent(asked map[string]bool) sweep.Consent {
	return func(_ context.Context, all []sweep.Request) sweep.Allowed {
		due, anew := map[string]bool{}, map[string]bool{}
		for _, r := range all {
			id, rested := r.Device.ID, d.book.Ledger.Rested(r.Device)
			due[id] = d.due(r.Device, rested)
			anew[id] = asked[id] || rested >= ledger.Day
		}
		return func(r sweep.Request) string {
			if why := d.granted(r.Device.ID, r.Clear()); why != "" {
				return why
			}
			if id := r.Device.ID; !due[id] && !(r.Opened && anew[id]) {
				return notAgain
			}
			return ""
		}
	}
}

// due reports whether all factory logins may be tried on dev, on which none was for so
// long.
func (d *Daemon) due(dev lan.Device, rested time.Duration) bool {
	return rested >= again || time.Since(d.Home.Grant(dev.ID, false).At) < rested
}

// granted is why the owner's grants do not let a login be tried on the device, over
// Telnet or FTP if clear; empty if they do.
func (d *Daemon) granted(device string, clear bool) string {
	switch {
	case d.Home.Grant(device, false).At.IsZero():
		return notGranted
	case clear && d.Home.Grant(device, true).At.IsZero():
		return notClear
	}
	return ""
}

// unreadable tells the owner what follows from a damaged journal.
func unreadable(h journal.Health) []string {
	if h.Damaged == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Part of what homesweep wrote down at once (your decisions, tried logins) was damaged: what could not be read (%d lines) is kept at %s. "+
		"Look through your decisions. Until you say anew how far it may go, homesweep only listens. No factory login is tried for a day, nor after it until you allow it anew.", h.Damaged, h.Kept)}
}
