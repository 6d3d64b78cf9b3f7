package lab

import (
	"fmt"
	"net"

	"github.com/vishvananda/netlink"

	"github.com/homesweep/homesweep/daemon/lab/relay"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// Distant is a room at the far end of a slow and lossy line, as a device behind
// two repeaters is: at the next free address, with the given MAC.
func (h *House) Distant(mac lan.MAC, line relay.Line) (*Room, error) {
	s, err := space.New()
	if err != nil {
		return nil, err
	}
	r := &Room{Space: s, mac: mac, addr: h.Next()}
	h.rooms = append(h.rooms, r)
	between, err := space.New()
	if err != nil {
		return nil, err
	}
	h.cleanup = append(h.cleanup, between.Close)
	if err := mute(between); err != nil {
		return nil, err
	}
	if err := r.Set("net.ipv6.conf.default.disable_ipv6", "1"); err != nil {
		return nil, err
	}
	if err := h.wires.Plug(between.Links(), "near", lan.MAC{2, 0x68, 0x73, 0, 2, 1}); err != nil {
		return nil, err
	}
	if err := h.lay(r, between, "far"); err != nil {
		return nil, fmt.Errorf("laying a line to a distant room: %w", err)
	}
	part, err := line.Join(between.Do, "near", "far")
	if err != nil {
		return nil, err
	}
	h.cleanup = append(h.cleanup, part)
	return r, space.Route(r.Links(), h.prefix.Masked().Addr().Next())
}

// lay is the cable from the room to the named end in the space between.
func (h *House) lay(r *Room, between *space.Space, end string) error {
	attrs := netlink.NewLinkAttrs()
	attrs.Name, attrs.HardwareAddr = Link, net.HardwareAddr(r.mac[:])
	cable := &netlink.Veth{LinkAttrs: attrs, PeerName: end, PeerNamespace: netlink.NsFd(between.FD())}
	if err := r.Links().LinkAdd(cable); err != nil {
		return err
	}
	far, err := between.Links().LinkByName(end)
	if err == nil {
		err = between.Links().LinkSetUp(far)
	}
	if err == nil {
		err = space.Remake(r.Links(), Link, r.mac) // which waits until it is up
	}
	if err != nil {
		return err
	}
	return space.Give(r.Links(), Link, h.network(r.addr))
}
