// Package lab builds test households in network namespaces: fake devices that
// count what is done to them, and real software as devices nobody here wrote.
// It is never linked into the product.
package lab

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"slices"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// House is one home network: a switch, this program plugged into it as a
// technician's laptop would be, and a room with each device. It must be built
// in a namespace of the program's own (space.Command), and is used by one
// goroutine.
type House struct {
	wires   *space.Switch
	prefix  netip.Prefix
	next    netip.Addr
	rooms   []*Room
	running []*probetest.Running
	cleanup []func()
}

// Link is the name of the interface by which this program is plugged in.
const Link = "eth0"

// Build makes an empty house with this program at the second address of
// prefix. The first one is the router's, whether a device takes it or not.
func Build(prefix netip.Prefix) (*House, error) {
	if !space.Inside() {
		return nil, errors.New("a house is built in a network namespace of its own only")
	}
	wires, err := space.NewSwitch()
	if err != nil {
		return nil, err
	}
	gateway := prefix.Masked().Addr().Next()
	self := gateway.Next()
	h := &House{wires: wires, prefix: prefix, next: self.Next()}
	here, err := space.Here()
	if err == nil {
		err = wires.Plug(here, Link, lan.MAC{2, 0x68, 0x73, 0, 0, 1}, netip.PrefixFrom(self, prefix.Bits()))
		if err == nil {
			err = space.Route(here, gateway)
		}
		here.Close()
	}
	if err != nil {
		h.Close()
		return nil, fmt.Errorf("moving into the house: %w", err)
	}
	return h, nil
}

// Household is a house with every fake device of the directory devices in it.
func Household(prefix netip.Prefix, devices fs.FS) (*House, error) {
	list, err := probetest.LoadAll(devices)
	if err != nil {
		return nil, err
	}
	h, err := Build(prefix)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		if _, err := h.Settle(d); err != nil {
			h.Close()
			return nil, err
		}
	}
	return h, nil
}

// Close takes the house down with everything in it.
func (h *House) Close() {
	for _, f := range slices.Backward(h.cleanup) {
		f()
	}
	for _, r := range h.running {
		_ = r.Close()
	}
	for _, r := range h.rooms {
		r.Space.Close()
	}
	// The other end of our own cable goes with the switch, but only when the
	// kernel gets round to it.
	if here, err := space.Here(); err == nil {
		_ = space.Unplug(here, Link)
		here.Close()
	}
	h.wires.Close()
}

// Switch is where the whole link can be captured.
func (h *House) Switch() *space.Switch { return h.wires }

// Room is one device's place: a network namespace with the interface eth0.
type Room struct {
	*space.Space
	addr netip.Addr
	mac  lan.MAC
}

var _ probetest.Mains = (*Room)(nil)

// Off takes the room off the link, as if its device had no power.
func (r *Room) Off() error {
	return r.Do(func() error {
		link, err := r.Links().LinkByName(Link)
		if err == nil {
			err = r.Links().LinkSetDown(link)
		}
		return err
	})
}

// On brings it back, as a device that starts.
func (r *Room) On() error {
	if err := space.Up(r.Links(), Link); err != nil {
		return err
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for range 3 { // PROBE_NUM of RFC 5227; the switch may lose the first, as it wakes up only now
		if err := r.Probe(Link, r.addr); err != nil {
			return err
		}
		<-tick.C
	}
	return r.Announce(Link, r.addr)
}

// Addr is the device's address.
func (r *Room) Addr() netip.Addr { return r.addr }

// MAC is the device's hardware address.
func (r *Room) MAC() lan.MAC { return r.mac }

// Interface is the name of the device's interface in the room.
func (r *Room) Interface() string { return Link }

// Furnish makes a room for a device with the given MAC, at the next free
// address, or at the router's when router.
func (h *House) Furnish(mac lan.MAC, router bool) (*Room, error) {
	gateway := h.prefix.Masked().Addr().Next()
	addr := h.next
	if router {
		addr = gateway
	} else {
		h.next = h.next.Next()
	}
	r, err := h.Partition(mac, addr)
	if err != nil {
		return nil, err
	}
	if !router {
		err = space.Route(r.Links(), gateway)
	} else {
		err = space.RouteLink(r.Links(), Link)
	}
	return r, err
}

// Partition makes a room at the given addresses and no others: an IPv6-only one,
// or one whose address is still to come. The network of an IPv6 address is a /64.
// No route leads out of it.
func (h *House) Partition(mac lan.MAC, addrs ...netip.Addr) (*Room, error) {
	s, err := space.New()
	if err != nil {
		return nil, err
	}
	r := &Room{Space: s, mac: mac}
	h.rooms = append(h.rooms, r)
	var list []netip.Prefix
	for _, a := range addrs {
		list = append(list, h.network(a))
	}
	if len(addrs) > 0 {
		r.addr = addrs[0]
	}
	return r, h.wires.Plug(s.Links(), Link, mac, list...)
}

// network is an address with the length of its network.
func (h *House) network(a netip.Addr) netip.Prefix {
	if a.Is4() {
		return netip.PrefixFrom(a, h.prefix.Bits())
	}
	return netip.PrefixFrom(a, 64)
}

// Next takes the next free address of the house.
func (h *House) Next() netip.Addr {
	a := h.next
	h.next = a.Next()
	return a
}

// Plug puts one more interface into the room.
func (h *House) Plug(r *Room, name string, mac lan.MAC, addrs ...netip.Addr) error {
	var list []netip.Prefix
	for _, a := range addrs {
		list = append(list, h.network(a))
	}
	return h.wires.Plug(r.Links(), name, mac, list...)
}

// Inhabit gives this program itself another address in the house.
func (h *House) Inhabit(a netip.Addr) error {
	here, err := space.Here()
	if err != nil {
		return err
	}
	defer here.Close()
	return space.Give(here, Link, h.network(a))
}

// Settle brings a fake device to life in a room of its own.
func (h *House) Settle(d *probetest.Device) (*probetest.Running, error) {
	room, err := h.Furnish(d.MAC, d.Truth.Kind == "router" && !h.taken(h.prefix.Masked().Addr().Next()))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	r, err := d.Start(room)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Name, err)
	}
	h.running = append(h.running, r)
	return r, nil
}

func (h *House) taken(addr netip.Addr) bool {
	return slices.ContainsFunc(h.rooms, func(r *Room) bool { return r.addr == addr })
}

// Running are the fake devices, in the order in which they were settled.
func (h *House) Running() []*probetest.Running { return h.running }
