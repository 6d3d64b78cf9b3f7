package wiring

import (
	"context"
	"net/netip"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/daemon/watch"
	"github.com/homesweep/homesweep/probes/discover/confirm"
	"github.com/homesweep/homesweep/probes/discover/knock"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/reach"
)

// confirmer asks single devices whether they are there: by packet socket where
// we may, else by having the kernel ask its own neighbour.
func confirmer(rung string, links func() ([]lan.Link, error)) watch.Confirm {
	return func(ctx context.Context, d lan.Device) bool {
		where, err := links()
		if err != nil {
			return false
		}
		scope := reach.NewScope(where)
		for _, link := range where {
			for _, addr := range d.Addresses {
				if link.Contains(addr) && scope.Allows(addr) && here(ctx, rung, scope, link, d, addr) {
					return true
				}
			}
		}
		return false
	}
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
