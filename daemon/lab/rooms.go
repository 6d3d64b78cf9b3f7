package lab

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// Rooms are all rooms of the house, in the order in which they were made.
func (h *House) Rooms() []*Room { return slices.Clone(h.rooms) }

// Router is the room at the router's address.
func (h *House) Router() (*Room, error) {
	gateway := h.prefix.Masked().Addr().Next()
	for _, r := range h.rooms {
		if r.addr == gateway {
			return r, nil
		}
	}
	return nil, fmt.Errorf("nobody in the house has the router's address %s", gateway)
}

// Forward has the room's device pass on what is meant for others, back onto the
// link that it came from, as a home's router does. It does not tell the sender of
// the shorter way.
func (r *Room) Forward() error {
	for _, s := range [][2]string{
		{"net.ipv4.ip_forward", "1"}, {"net.ipv4.conf.all.send_redirects", "0"}, {"net.ipv4.conf.eth0.send_redirects", "0"},
	} {
		if err := r.Set(s[0], s[1]); err != nil {
			return err
		}
	}
	return nil
}

// Chatter has the room's device announce its address again and again until ctx
// ends: no home's network is ever silent.
func (r *Room) Chatter(ctx context.Context, every time.Duration, addr netip.Addr) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			_ = r.Announce(Link, addr) // one that is lost is followed by another
		}
	}
}
