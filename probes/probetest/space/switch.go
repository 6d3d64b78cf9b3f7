package space

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/vishvananda/netlink"
)

// Switch is an Ethernet switch in a space of its own.
type Switch struct {
	space *Space
	ports int
}

// NewSwitch is a switch without ports.
func NewSwitch() (*Switch, error) {
	space, err := New()
	if err != nil {
		return nil, err
	}
	// It has no address, so it must not make itself one.
	for _, name := range []string{"all", "default"} {
		if err := space.Set("net.ipv6.conf."+name+".disable_ipv6", "1"); err != nil {
			space.Close()
			return nil, err
		}
	}
	bridge := &netlink.Bridge{LinkAttrs: netlink.LinkAttrs{Name: "switch"}}
	if err := space.links.LinkAdd(bridge); err != nil {
		space.Close()
		return nil, fmt.Errorf("making a bridge: %w", err)
	}
	if err := space.links.LinkSetUp(bridge); err != nil {
		space.Close()
		return nil, fmt.Errorf("bringing up a bridge: %w", err)
	}
	return &Switch{space: space}, nil
}

// Close takes the switch away, cables included.
func (s *Switch) Close() { s.space.Close() }

// Space is where the switch itself lives: everything on the link can be
// captured there, on the interface "switch".
func (s *Switch) Space() *Space { return s.space }

// Plug puts an interface of that name into the namespace that at speaks for,
// cabled to the switch, with a MAC (the kernel's choice when zero) and
// addresses, and brings it up.
func (s *Switch) Plug(at *netlink.Handle, name string, mac lan.MAC, addrs ...netip.Prefix) error {
	s.ports++
	port := fmt.Sprintf("port%d", s.ports)
	attrs := netlink.NewLinkAttrs()
	attrs.Name = name
	if !mac.IsZero() {
		attrs.HardwareAddr = net.HardwareAddr(mac[:])
	}
	cable := &netlink.Veth{LinkAttrs: attrs, PeerName: port, PeerNamespace: netlink.NsFd(s.space.FD())}
	if err := at.LinkAdd(cable); err != nil {
		return fmt.Errorf("cabling %s: %w", name, err)
	}
	if err := s.patch(port); err != nil {
		return err
	}
	for _, a := range addrs {
		if err := at.AddrAdd(cable, address(a)); err != nil {
			return fmt.Errorf("giving %s the address %s: %w", name, a, err)
		}
	}
	if err := at.LinkSetUp(cable); err != nil {
		return fmt.Errorf("bringing up %s: %w", name, err)
	}
	return awaitCarrier(at, name)
}

// awaitCarrier waits until the kernel has noticed that both ends are up; until
// then it drops what is sent.
func awaitCarrier(at *netlink.Handle, name string) error {
	late := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		link, err := at.LinkByName(name)
		if err != nil {
			return fmt.Errorf("finding %s: %w", name, err)
		}
		if link.Attrs().OperState == netlink.OperUp {
			return nil
		}
		select {
		case <-tick.C:
		case <-late:
			return fmt.Errorf("%s did not come up", name)
		}
	}
}

// Unplug takes the named interface away, with its cable.
func Unplug(at *netlink.Handle, name string) error {
	link, err := at.LinkByName(name)
	if err != nil {
		return fmt.Errorf("finding %s: %w", name, err)
	}
	if err := at.LinkDel(link); err != nil {
		return fmt.Errorf("unplugging %s: %w", name, err)
	}
	return nil
}

func (s *Switch) patch(port string) error {
	bridge, err := s.space.links.LinkByName("switch")
	if err != nil {
		return fmt.Errorf("finding the switch: %w", err)
	}
	end, err := s.space.links.LinkByName(port)
	if err != nil {
		return fmt.Errorf("finding %s: %w", port, err)
	}
	if err := s.space.links.LinkSetMaster(end, bridge); err != nil {
		return fmt.Errorf("plugging %s in: %w", port, err)
	}
	if err := s.space.links.LinkSetUp(end); err != nil {
		return fmt.Errorf("bringing up %s: %w", port, err)
	}
	return nil
}

// Route sends what is not on a link to the gateway.
func Route(at *netlink.Handle, gateway netip.Addr) error {
	if err := at.RouteAdd(&netlink.Route{Gw: gateway.AsSlice()}); err != nil {
		return fmt.Errorf("routing by %s: %w", gateway, err)
	}
	return nil
}

// RouteLink sends what is not on a link out on the named interface; multicast
// needs some route.
func RouteLink(at *netlink.Handle, name string) error {
	link, err := at.LinkByName(name)
	if err != nil {
		return fmt.Errorf("finding %s: %w", name, err)
	}
	all := &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}
	route := &netlink.Route{LinkIndex: link.Attrs().Index, Dst: all, Scope: netlink.SCOPE_LINK}
	if err := at.RouteAdd(route); err != nil {
		return fmt.Errorf("routing over %s: %w", name, err)
	}
	return nil
}
