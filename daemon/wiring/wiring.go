// Package wiring is the one place that builds everything: it hands the sweep
// its parts and the daemon its services. Both programs, homesweep and its
// demonstration, are made here.
package wiring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/daemon/config"
	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/checks"
	"github.com/homesweep/homesweep/probes/discover/ndp"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/identify"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/links"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/reach"
	"github.com/homesweep/homesweep/probes/wire"
)

// Version is the program's; the build sets it.
var Version = "0.1.0"

// now is what time it is; tests have a router's clock, which begins in 1970.
var now = time.Now

// Tool is how a sweep names what made it.
func Tool() string { return "homesweep " + Version }

// Links are where c lets us look, and why not elsewhere.
func Links(c config.Config) (links.Choice, error) {
	state, err := observe()
	if err != nil {
		return links.Choice{}, err
	}
	return links.Choose(state, links.Want{Link: c.Links, Target: c.Targets})
}

func observe() (links.State, error) {
	state, err := links.Observe(context.Background(), "/", settings.File)
	if err != nil {
		return state, fmt.Errorf("reading this machine's interfaces: %w", err)
	}
	return state, nil
}

// The rungs of the ladder: what the machine lets us do.
const (
	RungRaw     = "raw"     // packet sockets: ARP sweep and raw SYN
	RungConnect = "connect" // no packet sockets: neighbours, knocks and connects
)

// Rung finds out on which one we stand by opening a packet socket on link.
// Nothing is sent.
func Rung(link lan.Link) (string, error) {
	s, err := wire.Open(link, wire.ARP, nil, func(netip.Addr) error { return errors.New("nothing is sent") })
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EAFNOSUPPORT) { // systemd's RestrictAddressFamilies= answers the latter
		return RungConnect, nil
	}
	if err != nil {
		return "", fmt.Errorf("opening a packet socket on %s: %w", link.Name, err)
	}
	return RungRaw, s.Close()
}

// Parts builds what one sweep over links is made of, on the highest rung that
// the machine allows. book may be nil; then no login is tried. Nothing at all
// is sent to the addresses to be left alone.
func Parts(c config.Config, where []lan.Link, book *ledger.Ledger, log *slog.Logger, alone ...netip.Addr) (sweep.Parts, error) {
	rung, err := Rung(where[0])
	if err != nil {
		return sweep.Parts{}, err
	}
	return PartsOn(rung, c, where, book, log, alone...)
}

// PartsOn is Parts on a given rung.
func PartsOn(rung string, c config.Config, where []lan.Link, book *ledger.Ledger, log *slog.Logger, alone ...netip.Addr) (sweep.Parts, error) {
	shelf, err := openLibrary(c.State)
	if err != nil {
		return sweep.Parts{}, err
	}
	return shelf.parts(rung, ReadRoom("/"), c, where, book, log, alone...)
}

// parts are those of a sweep that goes by what the library holds now. It is read
// for each sweep and let go after it: a few milliseconds every few hours, against
// megabytes of compiled expressions held in between.
func (l *library) parts(rung string, room Room, c config.Config, where []lan.Link, book *ledger.Ledger, log *slog.Logger, alone ...netip.Addr) (sweep.Parts, error) {
	base, notes, err := l.base()
	if err != nil {
		return sweep.Parts{}, err
	}
	few := room.atOnce(c.Pace)
	scope := reach.NewScope(where, alone...)
	road := reach.NewRoad(scope, reach.Options{Pace: c.Pace, InFlight: few})
	lives := vital{rung, scope, road}
	engine := ports.Options{Allow: scope.Allow, Pace: c.Pace, InFlight: few, Alive: lives.target}
	parts := sweep.Parts{
		Presence: presence(rung, scope, where), Announcements: announcements(scope, road),
		Identify: identify.With(base.Pages), Road: road, Alive: lives.device, Checks: checks.All(), Knowledge: base,
		Ledger: book, Rung: rung, AtOnce: few, Now: now, Log: log,
	}
	parts.Router = ownRouter(settings)
	if rung == RungRaw {
		var left floods
		parts.Listeners = []sweep.Ear{{Source: listener(true, left.add), Touch: lan.Look}}
		parts.Notes = left.notes
		parts.Ports = ports.NewRaw(engine)
	} else {
		parts.Listeners = []sweep.Ear{{Source: ndp.Callers(), Touch: lan.Look}}
		parts.Notes = mute(where)
		parts.Ports = ports.NewConnect(engine)
	}
	source := parts.Notes
	if word := room.note(); word != "" {
		notes = append(notes, word)
	}
	parts.Notes = func() []string { return slices.Concat(source(), road.Notes(), notes) }
	return parts, nil
}

// Want is what c asks one sweep over where to do.
func Want(c config.Config, where []lan.Link, touch lan.Touch) sweep.Want {
	return sweep.Want{Tool: Tool(), Links: where, Touch: touch, Logins: c.Logins, Pace: c.Pace, Ports: c.Ports, Self: self()}
}

// self is what this machine knows of itself.
func self() []lan.Fact {
	name, err := os.Hostname()
	if err != nil {
		name = "This machine"
	}
	facts := []lan.Fact{
		{Field: lan.FieldName, Value: lan.Printable(name, lan.MaxName), Source: "self", Confidence: 1},
		{Field: lan.FieldKind, Value: "computer", Source: "self", Confidence: 0.5},
	}
	if _, err := os.Stat("/etc/openwrt_release"); err == nil {
		facts[1].Value, facts[1].Confidence = "router", 0.9
	}
	return facts
}

// fresh reports the addresses that the kernel has had word from within the last
// half minute. They need not be asked again who they are; on a router that is
// most of the home.
func fresh(where []lan.Link) func(netip.Addr) bool {
	known := sync.OnceValue(func() map[netip.Addr]bool {
		known := map[netip.Addr]bool{}
		for _, link := range where {
			entries, _ := neigh.Read(link) // without the table everybody is asked
			for _, e := range entries {
				known[e.Addr] = known[e.Addr] || e.State.Fresh() && !e.MAC.IsZero()
			}
		}
		return known
	})
	return func(a netip.Addr) bool { return known()[a] }
}
