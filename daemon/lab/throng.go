package lab

import (
	"fmt"
	"net/netip"

	"github.com/homesweep/homesweep/daemon/lab/crowd"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// Throng is a house with a crowd of n hosts in it, drawn from the seed, and
// nobody else but this program, which has the second address.
func Throng(prefix netip.Prefix, n int, seed uint64) (*House, *crowd.Crowd, []crowd.Host, error) {
	h, err := Build(prefix)
	if err != nil {
		return nil, nil, nil, err
	}
	hosts, err := crowd.Make(seed, prefix, n, prefix.Masked().Addr().Next().Next())
	if err != nil {
		h.Close()
		return nil, nil, nil, err
	}
	c, err := h.Host(prefix, hosts)
	if err != nil {
		h.Close()
		return nil, nil, nil, fmt.Errorf("letting %d hosts in: %w", n, err)
	}
	return h, c, hosts, nil
}

// Host lets a crowd in, by one cable.
func (h *House) Host(prefix netip.Prefix, hosts []crowd.Host) (*crowd.Crowd, error) {
	room, err := space.New()
	if err != nil {
		return nil, err
	}
	h.cleanup = append(h.cleanup, room.Close)
	if err := mute(room); err != nil {
		return nil, err
	}
	if err := h.wires.Plug(room.Links(), Link, lan.MAC{2, 0x68, 0x73, 0, 1, 1}); err != nil {
		return nil, err
	}
	c := crowd.New(prefix, hosts)
	if err := c.Serve(room.Do, Link); err != nil {
		return nil, err
	}
	h.cleanup = append(h.cleanup, c.Close)
	return c, nil
}

// mute keeps the kernel of a space from talking by itself on the interfaces that
// it is still to be given.
func mute(s *space.Space) error {
	for _, name := range []string{"all", "default"} {
		if err := s.Set("net.ipv6.conf."+name+".disable_ipv6", "1"); err != nil {
			return err
		}
	}
	return nil
}
