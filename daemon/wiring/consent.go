package wiring

import (
	"context"
	"fmt"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
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

// consent is sweep.Consent by the owner's grants. Which devices are due is decided
// once; a grant that is taken back meanwhile ends the tries at once.
func (d *Daemon) consent(_ context.Context, all []sweep.Request) sweep.Allowed {
	due := map[string]bool{}
	for _, r := range all {
		rested := d.book.Ledger.Rested(r.Device)
		due[r.Device.ID] = rested >= again || time.Since(d.Home.Grant(r.Device.ID, false).At) < rested
	}
	return func(r sweep.Request) string {
		switch {
		case d.Home.Grant(r.Device.ID, false).At.IsZero():
			return notGranted
		case r.Clear() && d.Home.Grant(r.Device.ID, true).At.IsZero():
			return notClear
		case !due[r.Device.ID]:
			return notAgain
		}
		return ""
	}
}

// unreadable tells the owner what follows from a damaged journal.
func unreadable(h journal.Health) []string {
	if h.Damaged == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Part of what homesweep wrote down at once (your decisions, tried logins) was damaged: what could not be read (%d lines) is kept at %s. "+
		"Look through your decisions. Until you say anew how far it may go, homesweep only listens; no factory login is tried for a day, nor after it until you allow it anew.", h.Damaged, h.Kept)}
}
