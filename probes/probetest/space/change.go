package space

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// Set gives the kernel's switch of that name ("net.ipv4.conf.eth0.arp_ignore") a
// value inside the space. Only switches of the network are a space's own.
func (s *Space) Set(name, value string) error {
	path := filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/"))
	err := s.Do(func() error { return os.WriteFile(path, []byte(value), 0) })
	if err != nil {
		return fmt.Errorf("setting %s to %s: %w", name, value, err)
	}
	return nil
}

// Give adds an address to the named interface. It works at once: it does not wait
// for duplicate address detection.
func Give(at *netlink.Handle, name string, a netip.Prefix) error {
	link, err := at.LinkByName(name)
	if err == nil {
		err = at.AddrAdd(link, address(a))
	}
	if err != nil {
		return fmt.Errorf("giving %s the address %s: %w", name, a, err)
	}
	return nil
}

// Take takes an address from the named interface.
func Take(at *netlink.Handle, name string, a netip.Prefix) error {
	link, err := at.LinkByName(name)
	if err == nil {
		err = at.AddrDel(link, address(a))
	}
	if err != nil {
		return fmt.Errorf("taking the address %s from %s: %w", a, name, err)
	}
	return nil
}

// Addresses are those of the named interface.
func Addresses(at *netlink.Handle, name string) ([]netip.Addr, error) {
	link, err := at.LinkByName(name)
	if err != nil {
		return nil, fmt.Errorf("finding %s: %w", name, err)
	}
	list, err := at.AddrList(link, netlink.FAMILY_ALL)
	if err != nil {
		return nil, fmt.Errorf("reading the addresses of %s: %w", name, err)
	}
	var all []netip.Addr
	for _, a := range list {
		if addr, ok := netip.AddrFromSlice(a.IP); ok {
			all = append(all, addr.Unmap())
		}
	}
	return all, nil
}

// Remake gives the named interface another hardware address, as a telephone with
// private addresses does when it comes back.
func Remake(at *netlink.Handle, name string, mac lan.MAC) error {
	link, err := at.LinkByName(name)
	if err != nil {
		return fmt.Errorf("finding %s: %w", name, err)
	}
	if err := at.LinkSetDown(link); err != nil {
		return fmt.Errorf("taking down %s: %w", name, err)
	}
	if err := at.LinkSetHardwareAddr(link, net.HardwareAddr(mac[:])); err != nil {
		return fmt.Errorf("giving %s the hardware address %s: %w", name, mac, err)
	}
	if err := at.LinkSetUp(link); err != nil {
		return fmt.Errorf("bringing up %s: %w", name, err)
	}
	return awaitCarrier(at, name)
}

// Up brings the named interface up again.
func Up(at *netlink.Handle, name string) error {
	link, err := at.LinkByName(name)
	if err == nil {
		err = at.LinkSetUp(link)
	}
	if err != nil {
		return fmt.Errorf("bringing up %s: %w", name, err)
	}
	return awaitCarrier(at, name)
}

// address is a as netlink has it.
func address(a netip.Prefix) *netlink.Addr {
	addr := &netlink.Addr{IPNet: &net.IPNet{IP: a.Addr().AsSlice(), Mask: net.CIDRMask(a.Bits(), a.Addr().BitLen())}}
	if a.Addr().Is6() {
		addr.Flags = unix.IFA_F_NODAD // it works at once
	}
	return addr
}
