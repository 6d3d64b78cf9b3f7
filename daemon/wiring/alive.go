package wiring

import (
	"context"
	"errors"
	"net"
	"slices"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/confirm"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/reach"
)

// vital asks devices that are being asked whether they still live.
type vital struct {
	rung  string
	scope *reach.Scope
	road  probes.Reach
}

// device is sweep.Alive: one address that answers is enough.
func (v vital) device(ctx context.Context, link lan.Link, d lan.Device, open []lan.Endpoint) bool {
	list := places([]lan.Link{link}, v.scope, d)
	return len(list) == 0 || anywhere(ctx, list, func(ctx context.Context, p place) bool {
		own := slices.DeleteFunc(slices.Clone(open), func(ep lan.Endpoint) bool { return ep.Addr != p.addr })
		return v.ask(ctx, link, census.MACAt(d, p.addr), p, own)
	})
}

// target is ports.Options.Alive.
func (v vital) target(ctx context.Context, link lan.Link, t ports.Target) bool {
	return v.ask(ctx, link, t.MAC, place{link, t.Addr}, nil)
}

// ask asks the device at p, three times within 3 s: by its hardware address where
// we may. Elsewhere the first packets of a connection stand for it, to a port that
// is closed as good as everywhere, so that nobody there has to do with it; and
// then, as a firewall is silent there, to one that is open.
func (v vital) ask(ctx context.Context, link lan.Link, mac lan.MAC, p place, open []lan.Endpoint) bool {
	if v.rung == RungRaw && !mac.IsZero() {
		answered, err := confirm.New(v.scope.Allow).Here(ctx, link, mac, p.addr)
		return answered || err != nil
	}
	discard := lan.Endpoint{Addr: p.addr, Transport: lan.TCP, Port: 9} // RFC 863
	if len(open) == 0 {
		return v.answers(ctx, discard, 3*time.Second) || !lost(p)
	}
	at := open[0]
	at.TLS = false
	return v.answers(ctx, discard, time.Second) || v.answers(ctx, at, 2*time.Second)
}

// answers reports whether anybody answers at ep within that time, or could not be
// asked.
func (v vital) answers(ctx context.Context, ep lan.Endpoint, within time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	conn, err := v.road.Dial(ctx, ep)
	if err == nil {
		_ = conn.Close()
		return true
	}
	var failed *net.OpError
	if !errors.As(err, &failed) {
		return true // it was not asked
	}
	// What the kernel did not find it has called three times itself (arp(7)).
	return !failed.Timeout() && !errors.Is(err, syscall.EHOSTUNREACH)
}

// lost reports whether the kernel itself could not find the device at p.
func lost(p place) bool {
	list, err := neigh.Read(p.link)
	i := slices.IndexFunc(list, func(e neigh.Entry) bool { return e.Addr == p.addr })
	return err == nil && i >= 0 && !list[i].State.Answered()
}
