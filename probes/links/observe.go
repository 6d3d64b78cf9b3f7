package links

import (
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
)

// maxFile bounds what is read of one of the system's files.
const maxFile = 1 << 20

// Observe reads how the machine is connected: interfaces from the kernel, the
// rest from files below root, which is "/" save in tests. A file that does not
// exist (no IPv6, no OpenWrt) is no error.
func Observe(root string) (State, error) {
	ifaces, err := net.Interfaces()
	if err != nil {
		return State{}, fmt.Errorf("reading the network interfaces: %w", err)
	}
	var s State
	for _, i := range ifaces {
		s.Ifaces = append(s.Ifaces, iface(root, i))
	}
	return s, s.files(root)
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
	if s.OpenWrt {
		s.Outside = outside(read("etc/config/network"))
	}
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
