package wiring

import (
	"context"
	"net/netip"
	"slices"
	"sync"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/watch"
	"github.com/homesweep/homesweep/probes/discover/confirm"
	"github.com/homesweep/homesweep/probes/discover/knock"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/reach"
)

// confirmer asks single devices whether they are there: by packet socket where
// we may, else by having the kernel ask its own neighbour. Nobody is asked at an
// address that is to be left alone, whoever else has it.
func confirmer(links func() ([]lan.Link, error), alone func() []netip.Addr) watch.Confirm {
	return func(ctx context.Context, d lan.Device) bool {
		where, err := links()
		if err != nil || len(where) == 0 {
			return false
		}
		rung, err := Rung(where[0])
		if err != nil {
			return false
		}
		scope := reach.NewScope(where, alone()...)
		return anywhere(ctx, places(where, scope, d), func(ctx context.Context, p place) bool {
			return here(ctx, rung, scope, p.link, d, p.addr)
		})
	}
}

// maxPlaces is at how many addresses a device is asked.
const maxPlaces = 4

// place is where a device is asked.
type place struct {
	link lan.Link
	addr netip.Addr
}

// places are where d may be: its addresses on the link on which it was heard, or
// on any if that is no more. Link-local addresses are on every link.
func places(where []lan.Link, scope *reach.Scope, d lan.Device) (list []place) {
	known := slices.ContainsFunc(where, func(l lan.Link) bool { return l.Name == d.Link })
	for _, link := range where {
		for _, addr := range d.Addresses {
			if (!known || link.Name == d.Link) && link.Contains(addr) && scope.Allows(addr) && len(list) < maxPlaces {
				list = append(list, place{link, addr})
			}
		}
	}
	return list
}

// anywhere asks at all places at once, as an address that a device has no more
// takes seconds to stay silent, and is done with the first that answers.
func anywhere(ctx context.Context, list []place, ask func(context.Context, place) bool) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var asking sync.WaitGroup
	defer asking.Wait()
	answers := make(chan bool, len(list))
	for _, p := range list {
		asking.Go(func() { answers <- ask(ctx, p) })
	}
	for range list {
		if <-answers {
			cancel()
			return true
		}
	}
	return false
}

// here asks d at one of its addresses. What cannot be asked is not here: a
// device counts as gone only after more silence than that.
func here(ctx context.Context, rung string, scope *reach.Scope, link lan.Link, d lan.Device, addr netip.Addr) bool {
	if mac := census.MACAt(d, addr); rung == RungRaw && !mac.IsZero() {
		answered, err := confirm.New(scope.Allow).Here(ctx, link, mac, addr)
		return err == nil && answered
	}
	if !addr.Is4() {
		return false
	}
	answered := false
	link.Networks, link.Prefixes = link.Prefixes, []netip.Prefix{netip.PrefixFrom(addr, 32)}
	err := knock.New(scope.Allows).Discover(ctx, link, func(s lan.Sighting) { answered = answered || s.Addr == addr })
	return err == nil && answered
}
