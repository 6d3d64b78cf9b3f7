package wiring

import (
	"context"
	"os"
	"os/signal"
	"reflect"
	"syscall"

	"github.com/homesweep/homesweep/probes/lan"
)

// Hangups catches SIGHUP from now on until the program ends: it is for the daemon to
// look anew, and ends it in no state of its life. OpenWrt's service sends it whenever
// the router's settings change.
func Hangups() <-chan os.Signal {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	return hangups
}

// surroundings are what a sweep goes by of the machine that it runs on.
type surroundings struct {
	links    []string
	zones    []lan.Zone
	forwards []lan.Forward
}

// surroundings are those of now; what cannot be read is as it was before.
func (d *Daemon) surroundings(ctx context.Context, before surroundings) surroundings {
	now := before
	if list, err := d.links(); err == nil {
		now.links = nil
		for _, l := range list {
			now.links = append(now.links, l.Name)
		}
	}
	r := settings.Router(ctx)
	if r.Zones != nil {
		now.zones = r.Zones
	}
	if r.Forwards != nil {
		now.forwards = r.Forwards
	}
	return now
}

// differs reports whether a sweep now finds other surroundings than before. What could
// not be read before says nothing: at its first start the bus may not know the daemon yet.
func (s surroundings) differs(before surroundings) bool {
	return !reflect.DeepEqual(s.links, before.links) ||
		before.zones != nil && !reflect.DeepEqual(s.zones, before.zones) ||
		before.forwards != nil && !reflect.DeepEqual(s.forwards, before.forwards)
}

// heed looks anew around the home at every signal until ctx ends. A network that was
// only given a new lifetime by the provider is told of as well: the home is swept for
// what has really changed.
func (d *Daemon) heed(ctx context.Context) error {
	before := d.surroundings(ctx, surroundings{})
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-d.Hangups:
		}
		settings.Forget()
		d.Home.Relink()
		now := d.surroundings(ctx, before)
		changed := now.differs(before)
		d.log.Info("looked anew at the interfaces and at what the router says", "changed", changed)
		if before = now; changed {
			d.Home.Anew()
		}
	}
}
