// Package sweep is the straight line from links to findings: presence,
// announcements, ports, services, checks, and last the logins that the owner
// consents to. It is handed all its parts and knows neither the store nor the
// dashboard.
package sweep

import (
	"context"
	"log/slog"
	"time"

	"github.com/homesweep/homesweep/daemon/ledger"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// Ear is a source and the least touch at which it may be used.
type Ear struct {
	probes.Source
	Touch lan.Touch
}

// Road is the network as the sweep uses it.
type Road interface {
	probes.Reach
	// Know tells how hard a device may be touched and which addresses it has.
	Know(lan.Device)
	// Count is how many connections and datagrams went out so far.
	Count() (connections, datagrams int)
	// Met is how many connections were made to ep so far.
	Met(ep lan.Endpoint) int
}

// Router reads what the router on which the sweep runs knows; called once a sweep,
// concurrently with its other parts. What cannot be read is said in the answer.
type Router func(context.Context) lan.Router

// Identify names the service behind an endpoint with at most that many
// connections, knowing what its device has announced; an error means that it is
// not confirmed open.
type Identify func(ctx context.Context, r probes.Reach, ep lan.Endpoint, connections int, announced lan.Heard) (lan.Service, error)

// Parts is everything a sweep is made of. All but Ledger, Alive and Router are required; without
// a Ledger no login is ever tried.
type Parts struct {
	Presence      []Ear           // who is there; the barrier before ports
	Announcements []Ear           // what they say of themselves; joined before checks
	Listeners     []Ear           // hear what is said unasked, for as long as others ask
	Notes         func() []string // what its sources have to say at the end; may be nil
	Ports         ports.Engine
	Identify      Identify
	Road          Road
	Alive         Alive  // nil: nobody is asked whether it bears being asked
	Router        Router // nil: this machine knows nothing of the kind
	Checks        []probes.Check
	Knowledge     *knowledge.Base
	Ledger        *ledger.Ledger
	// AtOnce is how many devices are inspected at a time; 0: as many as the pace has
	// connections.
	AtOnce int
	Rung   string // what the machine lets us do, for the reader
	Now    func() time.Time
	Log    *slog.Logger
}

// Want is what one sweep shall do.
type Want struct {
	Tool   string // "homesweep 0.1.0"
	Links  []lan.Link
	Touch  lan.Touch
	Logins probes.LoginSet
	Pace   lan.Pace
	Ports  ports.List // of devices that are not fragile
	// Self is what is known of the machine that the sweep runs on.
	Self []lan.Fact
	// Known are the devices that earlier sweeps left in memory, and Told is what
	// the owner decided: by them the census knows who is who.
	Known []lan.Device
	Told  []lan.Decision
	// Consent is asked before a login is tried, at touch "login"; without it none is.
	Consent Consent
	// Skip are the devices (by ID) that the owner wants left alone.
	Skip map[string]bool
	// First are the devices (by ID) that are looked at because they have just come, by
	// nobody's wish: they are asked the ports of ports.First, whatever Ports says, and
	// the rest is left to a later look.
	First map[string]bool
	// Only are the devices that the sweep is about, by ID, hardware address or, where
	// none is known, address; none: all. Links are then cut to them by Narrow, and
	// nobody else is asked for its ports or told of.
	Only []lan.Device
	// Heard is what they said just before.
	Heard []lan.Sighting
}

// Talk is told how the sweep goes. Either function may be nil. Both are called
// from the sweep's goroutines, one call at a time each, and must not block.
type Talk struct {
	Progress func(lan.Progress)
	Device   func(lan.Device) // a device is done, findings included
}
