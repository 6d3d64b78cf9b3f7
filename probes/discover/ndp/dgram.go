package ndp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// dgram is a socket of a protocol that ordinary users may have, bound to a on
// link. What it sends lives one hop, and the kernel keeps the ICMPv6 errors that
// it raises.
func dgram(link lan.Link, protocol int, a netip.Addr) (*net.UDPConn, error) {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, protocol)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	f := os.NewFile(uintptr(fd), "dgram")
	defer f.Close()
	for _, o := range []struct{ name, value int }{
		{unix.IPV6_V6ONLY, 1}, {unix.IPV6_UNICAST_HOPS, 1}, {unix.IPV6_RECVERR, 1},
		{unix.IPV6_MULTICAST_IF, link.Index}, {unix.IPV6_MULTICAST_HOPS, 1}, {unix.IPV6_MULTICAST_LOOP, 0},
	} {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, o.name, o.value); err != nil {
			return nil, os.NewSyscallError("setsockopt", err)
		}
	}
	// An old kernel reserves this for root; then the routing table alone picks the
	// interface of what is not link-local.
	if err := unix.BindToDevice(fd, link.Name); err != nil && !errors.Is(err, unix.EPERM) {
		return nil, os.NewSyscallError("setsockopt", err)
	}
	here := &unix.SockaddrInet6{Addr: a.As16()}
	if a.IsLinkLocalUnicast() {
		here.ZoneId = uint32(link.Index)
	}
	if err := unix.Bind(fd, here); err != nil {
		return nil, os.NewSyscallError("bind", err)
	}
	conn, err := net.FilePacketConn(f)
	if err != nil {
		return nil, err
	}
	udp, ok := conn.(*net.UDPConn)
	if !ok {
		_ = conn.Close()
		return nil, fmt.Errorf("the socket is a %T", conn)
	}
	return udp, nil
}

// refusals are the addresses that said themselves that nobody listens there
// (ICMPv6 port unreachable).
func refusals(conn *net.UDPConn) (all []netip.Addr) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil
	}
	buf, oob := make([]byte, 64), make([]byte, 512)
	_ = raw.Control(func(fd uintptr) { // fails only when closed; then nobody has spoken
		for range 2 * maxAsked {
			_, n, _, to, err := unix.Recvmsg(int(fd), buf, oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
			if err != nil {
				return
			}
			if asked, ok := to.(*unix.SockaddrInet6); ok {
				if addr := netip.AddrFrom16(asked.Addr); refusal(oob[:n], addr) {
					all = append(all, addr)
				}
			}
		}
	})
	return all
}

// refusal reports whether the control messages are an ICMPv6 error "connection
// refused" that asked itself has sent: struct sock_extended_err of
// <linux/errqueue.h>, followed by the sender's struct sockaddr_in6.
func refusal(control []byte, asked netip.Addr) bool {
	list, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return false
	}
	for _, m := range list {
		b := m.Data
		if m.Header.Level != unix.IPPROTO_IPV6 || m.Header.Type != unix.IPV6_RECVERR || len(b) < 16+unix.SizeofSockaddrInet6 {
			continue
		}
		errno := unix.Errno(binary.NativeEndian.Uint32(b))
		sender := netip.AddrFrom16([16]byte(b[24:40]))
		if errno == unix.ECONNREFUSED && b[4] == unix.SO_EE_ORIGIN_ICMP6 && sender == asked {
			return true
		}
	}
	return false
}
