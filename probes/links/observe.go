package links

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/router"
	"github.com/homesweep/homesweep/probes/uci"
)

// maxFile bounds what is read of one of the system's files.
const maxFile = 1 << 20

// Observe reads how the machine is connected: interfaces from the kernel, the
// rest from files below root, which is "/" save in tests, and on OpenWrt from
// config. A file that does not exist (no IPv6, no OpenWrt) is no error, nor is a
// configuration that cannot be read: then the routes tell where the internet is.
func Observe(ctx context.Context, root string, config uci.Reader) (State, error) {
	ifaces, err := net.Interfaces()
	if err != nil {
		return State{}, fmt.Errorf("reading the network interfaces: %w", err)
	}
	var s State
	for _, i := range ifaces {
		s.Ifaces = append(s.Ifaces, iface(root, i))
	}
	if err := s.files(root); err != nil || !s.OpenWrt {
		return s, err
	}
	files := map[string]uci.File{}
	for _, name := range []string{"network", "firewall", "wireless", "dhcp"} {
		files[name], _ = config(ctx, name) // of a damaged file the rest counts
	}
	s.Zones, s.Outside = router.Zones(files), router.Outside(files)
	return s, nil
}

// files fills in what is read from below root.
func (s *State) files(root string) error {
	read := func(path string) string {
		b, _ := readFile(filepath.Join(root, path))
		return string(b)
	}
	v4, err := readFile(filepath.Join(root, "proc/net/route"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the routing table: %w", err)
	}
	s.Routes = append(routes4(string(v4)), routes6(read("proc/net/ipv6_route"))...)
	s.Forwarding = strings.TrimSpace(read("proc/sys/net/ipv4/ip_forward")) == "1"
	_, err = os.Stat(filepath.Join(root, "etc/openwrt_release"))
	s.OpenWrt = err == nil
	return nil
}

// iface is what the kernel says of i. An address that cannot be read is left
// out: the interface may be going away.
func iface(root string, i net.Interface) Iface {
	mac, _ := lan.MACFrom(i.HardwareAddr)
	o := Iface{Name: i.Name, Index: i.Index, Flags: i.Flags, MAC: mac, MTU: i.MTU}
	addrs, _ := i.Addrs()
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok {
			addr, ok := netip.AddrFromSlice(n.IP)
			ones, _ := n.Mask.Size()
			if ok {
				o.Addrs = append(o.Addrs, netip.PrefixFrom(addr.Unmap(), ones))
			}
		}
	}
	sys := filepath.Join(root, "sys/class/net", i.Name)
	o.Bridge = exists(filepath.Join(sys, "bridge"))
	o.Tap = exists(filepath.Join(sys, "tun_flags"))
	if master, err := os.Readlink(filepath.Join(sys, "master")); err == nil {
		o.Master = filepath.Base(master)
	}
	return o
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxFile))
}
