package lab

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// Street is the network of the houses that tests build.
var Street = netip.MustParsePrefix("192.168.78.0/24")

// Order is how to sweep the house that this program is in.
type Order struct {
	Rung   string // of the ladder: wiring.RungRaw or wiring.RungConnect
	Touch  lan.Touch
	Known  []lan.Device                   // from the sweep before
	Change func(*sweep.Parts, []lan.Link) // of what the product is made of, on these links; may be nil
}

// Sweep sweeps as ordered, wired as the product is but for the pause between two
// logins, which the demonstration's test waits out. What it keeps is in dir; say, like
// the Logf of a test, is told how it goes.
func (o Order) Sweep(ctx context.Context, dir string, say func(format string, args ...any)) (lan.Sweep, error) {
	c := config.Default()
	c.Touch, c.State = o.Touch, dir
	choice, err := wiring.Links(c)
	if err != nil {
		return lan.Sweep{}, err
	}
	book, err := wiring.OpenBook(c.State)
	if err != nil {
		return lan.Sweep{}, err
	}
	defer book.Close()
	budget, err := ledger.Open(book, patientClock())
	if err != nil {
		return lan.Sweep{}, err
	}
	var log bytes.Buffer
	parts, err := wiring.PartsOn(o.Rung, c, choice.Links, budget, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		return lan.Sweep{}, err
	}
	if o.Change != nil {
		o.Change(&parts, choice.Links)
	}
	want := wiring.Want(c, choice.Links, o.Touch)
	want.Known, want.Consent = o.Known, sweep.Yes
	s, err := sweep.Run(ctx, parts, want, talk(say))
	if err != nil {
		return lan.Sweep{}, err
	}
	say("%d devices in %s by %s; %+v\n%s%v", len(s.Devices), s.Finished.Sub(s.Started), s.Rung, s.Cost, log.String(), s.Notes)
	return s, nil
}

// At is the device that a sweep found at the address.
func At(s lan.Sweep, addr netip.Addr) (lan.Device, error) {
	i := slices.IndexFunc(s.Devices, func(d lan.Device) bool { return slices.Contains(d.Addresses, addr) })
	if i < 0 {
		return lan.Device{}, fmt.Errorf("the device at %s was not found", addr)
	}
	return s.Devices[i], nil
}

// patientClock is a clock by which half a minute passes at each look, so that the
// pause between two tries on an account is over as soon as it begins.
func patientClock() func() ledger.Moment {
	var mu sync.Mutex
	up := time.Hour
	begin := time.Now()
	return func() ledger.Moment {
		mu.Lock()
		defer mu.Unlock()
		up += 30 * time.Second
		return ledger.Moment{Wall: begin.Add(up), Boot: "lab", Up: up}
	}
}

// talk says when the phases of a sweep begin, and which devices took long.
func talk(say func(format string, args ...any)) sweep.Talk {
	phase, start := "", time.Now()
	return sweep.Talk{
		Progress: func(p lan.Progress) {
			if p.Phase != phase {
				phase = p.Phase
				say("%s after %.1f s: %d devices", phase, time.Since(start).Seconds(), p.Devices)
			}
		},
		Device: func(d lan.Device) {
			if after := time.Since(start); after > 20*time.Second {
				say("%v done after %.1f s", d.Addresses, after.Seconds())
			}
		},
	}
}
