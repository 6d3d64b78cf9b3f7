package ports

import (
	"encoding/binary"
	"net/netip"

	"golang.org/x/sys/unix"
)

// queueErrors has the kernel keep the ICMP errors that fd's connection meets, so
// that refusedBy can tell who sent them. Without it a device that refuses by
// ICMP looks like one that is gone. ip(7) wants the option; Linux 6.18 was seen
// to keep what ends a handshake without it, too.
func queueErrors(fd, family int) {
	if family == unix.AF_INET6 {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_RECVERR, 1)
	} else {
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_RECVERR, 1)
	}
}

// refusedBy is who sent the ICMP error that ended fd's connection, if one did, and
// what the kernel calls it. Our own kernel is the sender when it finds no such
// neighbour.
func refusedBy(fd int) (sender netip.Addr, code unix.Errno) {
	control := make([]byte, 256)
	_, n, _, _, err := unix.Recvmsg(fd, nil, control, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err != nil {
		return netip.Addr{}, 0
	}
	messages, err := unix.ParseSocketControlMessage(control[:n])
	if err != nil {
		return netip.Addr{}, 0
	}
	for _, m := range messages {
		if addr := offender(m.Data); addr.IsValid() {
			return addr, unix.Errno(binary.NativeEndian.Uint32(m.Data))
		}
	}
	return netip.Addr{}, 0
}

// offender reads a struct sock_extended_err (ip(7), IP_RECVERR) and the address
// that follows it.
func offender(b []byte) netip.Addr {
	const origin, head = 4, 16
	if len(b) < head+8 {
		return netip.Addr{}
	}
	name := b[head:]
	family := binary.NativeEndian.Uint16(name)
	switch {
	case b[origin] == unix.SO_EE_ORIGIN_ICMP && family == unix.AF_INET:
		return netip.AddrFrom4([4]byte(name[4:8]))
	case b[origin] == unix.SO_EE_ORIGIN_ICMP6 && family == unix.AF_INET6 && len(name) >= 24:
		return netip.AddrFrom16([16]byte(name[8:24]))
	}
	return netip.Addr{}
}
