package wiring

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// loginCheck is the check that tries factory logins.
const loginCheck = "default-login"

// Spared says, in plain words, why a look at the device now would not find out whether
// its factory login still opens it, and from when on one would; empty if it would, or
// if none is known to.
func (h household) Spared(device string) string {
	devices := h.Home.Sweep().Devices
	i := slices.IndexFunc(devices, func(d lan.Device) bool { return d.ID == device })
	if i < 0 {
		return ""
	}
	for _, f := range devices[i].Findings {
		if f.Check != loginCheck || !f.Verdict.Problem() {
			continue
		}
		if why := h.daemon.sparedOf(devices[i], f.Service); why != "" {
			return "Its factory login is not tried now, so that problem stays on your list. " + why
		}
	}
	return ""
}

// sparedOf is Spared of one service of dev, which a factory login opened.
func (d *Daemon) sparedOf(dev lan.Device, key string) string {
	var s lan.Service
	if i := slices.IndexFunc(dev.Services, func(s lan.Service) bool { return s.Key() == key }); i >= 0 {
		s = dev.Services[i]
	}
	if d.Home.Touch() < lan.Ask {
		return "homesweep may not go that far; allow it in the settings."
	}
	if why := d.granted(dev.ID, sweep.Request{Service: s}.Clear()); why != "" {
		return why
	}
	known := false
	for _, t := range d.book.Ledger.Opened(dev) {
		if !strings.HasPrefix(t.Login, key+" ") {
			continue
		}
		known = true
		if wait, err := d.book.Ledger.Until(dev, t); err != nil {
			return fmt.Sprintf("Why: %s. It can be tried from %s on.", err, clock(wait))
		}
	}
	if rested := d.book.Ledger.Rested(dev); !known && !d.due(dev, rested) {
		return notAgain + " It is from " + clock(again-rested) + " on, or when you allow it anew."
	}
	return ""
}

// clock is the day and the time so long from now, to the minute that is sure to do.
func clock(wait time.Duration) string {
	return time.Now().Add(wait + time.Minute).Format("15:04 on 2 January")
}
