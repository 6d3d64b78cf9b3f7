package lab

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// The IPv6 networks of the house: its own (RFC 4193), and one that its provider
// gave it (from the range for documentation, RFC 3849).
var (
	ownNetwork    = netip.MustParsePrefix("fd68:7300:1::/64")
	publicNetwork = netip.MustParsePrefix("2001:db8:68:1::/64")
)

// host is the nth address of a network.
func host(p netip.Prefix, n byte) netip.Addr {
	b := p.Addr().As16()
	b[15] = n
	return netip.AddrFrom16(b)
}

// WithIPv6 brings both IPv6 networks to the house and to this program.
func (h *House) WithIPv6() error {
	if err := h.Inhabit(host(ownNetwork, 2)); err != nil {
		return err
	}
	return h.Inhabit(host(publicNetwork, 2))
}

// Silent is a device that answers when its address is called and drops all else.
func (h *House) Silent(mac lan.MAC) (*Room, error) {
	r, err := h.Partition(mac)
	if err != nil {
		return nil, err
	}
	r.addr = h.Next()
	hand, err := r.Raise(Link, r.addr)
	if err != nil {
		return nil, err
	}
	h.cleanup = append(h.cleanup, hand.Lower)
	return r, r.Set("net.ipv6.conf.eth0.disable_ipv6", "1")
}

// Silent6 is a device without IPv4 that does not answer who calls everybody, as
// Windows does not. Nothing is open on it.
func (h *House) Silent6(mac lan.MAC) (*Room, error) {
	r, err := h.Partition(mac)
	if err != nil {
		return nil, err
	}
	return r, r.Set("net.ipv6.icmp.echo_ignore_multicast", "1")
}

// Asleep makes a room's device deaf to calls for its address. What it says it
// says by itself.
func (r *Room) Asleep() error {
	if err := r.Set("net.ipv4.conf.eth0.arp_ignore", "8"); err != nil { // ip-sysctl: reply to none
		return err
	}
	return r.Set("net.ipv6.conf.eth0.disable_ipv6", "1")
}

// Bare is a device with nothing but an address.
func (h *House) Bare(mac lan.MAC) (*Room, error) {
	r, err := h.Furnish(mac, false)
	if err != nil {
		return nil, err
	}
	return r, r.Set("net.ipv6.conf.eth0.disable_ipv6", "1")
}

// Proxy is a router that answers for the whole of a network behind it (RFC 1027),
// in which nobody is.
func (h *House) Proxy(mac lan.MAC, behind netip.Prefix) (*Room, error) {
	r, err := h.Furnish(mac, false)
	if err != nil {
		return nil, err
	}
	attrs := netlink.NewLinkAttrs()
	attrs.Name = "far"
	if err := r.Links().LinkAdd(&netlink.Veth{LinkAttrs: attrs, PeerName: "further"}); err != nil {
		return nil, fmt.Errorf("making the network behind the proxy: %w", err)
	}
	for _, name := range []string{"far", "further"} {
		link, err := r.Links().LinkByName(name)
		if err == nil {
			err = r.Links().LinkSetUp(link)
		}
		if err != nil {
			return nil, fmt.Errorf("bringing up %s: %w", name, err)
		}
	}
	link, err := r.Links().LinkByName("far")
	if err != nil {
		return nil, fmt.Errorf("finding the network behind the proxy: %w", err)
	}
	to := &net.IPNet{IP: behind.Addr().AsSlice(), Mask: net.CIDRMask(behind.Bits(), 32)}
	if err := r.Links().RouteAdd(&netlink.Route{LinkIndex: link.Attrs().Index, Dst: to, Scope: netlink.SCOPE_LINK}); err != nil {
		return nil, fmt.Errorf("routing to the network behind the proxy: %w", err)
	}
	for _, s := range [][2]string{{"net.ipv4.ip_forward", "1"}, {"net.ipv4.conf.eth0.proxy_arp", "1"}, {"net.ipv4.neigh.eth0.proxy_delay", "0"}} {
		if err := r.Set(s[0], s[1]); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Side is one of a room's further interfaces, as a device uses it.
type Side struct {
	*Room
	addr netip.Addr
	name string
}

// Addr is the device's address on this side.
func (s Side) Addr() netip.Addr { return s.addr }

// Interface is the name of the interface on this side.
func (s Side) Interface() string { return s.name }

// Side plugs a second cable into the room. Each of its interfaces answers for its
// own addresses only.
func (h *House) Side(r *Room, mac lan.MAC) (Side, error) {
	for _, s := range [][2]string{{"arp_ignore", "1"}, {"arp_announce", "2"}, {"rp_filter", "0"}} {
		if err := r.Set("net.ipv4.conf.all."+s[0], s[1]); err != nil {
			return Side{}, err
		}
	}
	side := Side{r, h.Next(), "eth1"}
	return side, h.Plug(r, side.name, mac, side.addr)
}

// Swap gives each of two rooms the other's address, which each then announces.
func (h *House) Swap(a, b *Room) error {
	for _, r := range []*Room{a, b} {
		if err := space.Take(r.Links(), Link, h.network(r.addr)); err != nil {
			return err
		}
	}
	a.addr, b.addr = b.addr, a.addr
	for _, r := range []*Room{a, b} {
		if err := space.Give(r.Links(), Link, h.network(r.addr)); err != nil {
			return err
		}
		if err := r.Announce(Link, r.addr); err != nil {
			return err
		}
	}
	return nil
}

// Forget empties this program's own table of neighbours, as time does.
func (h *House) Forget() error {
	here, err := space.Here()
	if err != nil {
		return err
	}
	defer here.Close()
	link, err := here.LinkByName(Link)
	if err != nil {
		return fmt.Errorf("finding %s: %w", Link, err)
	}
	list, err := here.NeighList(link.Attrs().Index, netlink.FAMILY_ALL)
	if err != nil {
		return fmt.Errorf("reading the table of neighbours: %w", err)
	}
	for _, n := range list {
		if err := here.NeighDel(&n); err != nil && !errors.Is(err, unix.ENOENT) {
			return fmt.Errorf("forgetting %s: %w", n.IP, err)
		}
	}
	return nil
}

// Return has a room's device come back under another hardware address.
func (r *Room) Return(mac lan.MAC) error {
	r.mac = mac
	return space.Remake(r.Links(), Link, mac)
}

// lease is what a DHCP client does when it is given an address.
const lease = `#!/bin/sh
case $1 in bound|renew) ip addr replace $ip/24 dev $interface ;; deconfig) ip addr flush dev $interface scope global ;; esac
`

// udhcpc is BusyBox's DHCP client, as on most small devices.
func udhcpc(name, hostname string) Software {
	return Software{
		Name: name, Programs: []string{"udhcpc", "ip"}, Package: []string{"udhcpc", "iproute2"}, Says: "obtained",
		start: func(b *bench) error {
			script, err := b.script755("lease", lease)
			if err != nil {
				return err
			}
			return b.run("udhcpc", "-f", "-i", Link, "-s", script, "-x", "hostname:"+hostname, "-T", "1", "-A", "1")
		},
	}
}

// dhcpcd is the client of many a distribution.
var dhcpcd = Software{
	Name: "dhcpcd", Programs: []string{"dhcpcd"}, Package: []string{"dhcpcd-base"}, Users: true, Host: "laptop", Says: "leased",
	start: func(b *bench) error {
		return b.script("[ ! -d /var/lib/dhcpcd ] || mount -t tmpfs tmpfs /var/lib/dhcpcd\nmkdir -p /run/dhcpcd\nexec dhcpcd -B -4 -A -f /dev/null -h laptop -c /bin/true " + Link)
	},
}

// Sleeper is a DHCP client that is asleep but for moments: it wakes up, asks for
// its address, and sleeps on.
type Sleeper struct {
	Room     *Room
	Hostname string
	Vendor   string // its class; BusyBox's own when empty
}

// Wake wakes the sleeper again and again until the returned function is called.
// dir is for its files.
func (s Sleeper) Wake(ctx context.Context, dir string) (stop func(), err error) {
	b := &bench{ctx: ctx, room: s.Room, dir: dir}
	script, err := b.script755("lease", lease)
	if err != nil {
		return nil, err
	}
	argv := []string{"-f", "-n", "-q", "-t", "2", "-T", "1", "-i", Link, "-s", script, "-x", "hostname:" + s.Hostname}
	if s.Vendor != "" {
		argv = append(argv, "-V", s.Vendor)
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(700 * time.Millisecond)
		defer tick.Stop()
		for {
			cmd := exec.CommandContext(ctx, lookPath("udhcpc"), argv...)
			if s.Room.Start(cmd) == nil {
				_ = cmd.Wait() // whether it got one is not the point
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() { cancel(); <-ended }, nil
}
