package ports

import (
	"net/netip"

	"golang.org/x/sys/unix"
)

// ourselves reports whether a connection to this machine got its own source
// port for a peer: TCP then shakes hands with itself (RFC 9293 section 3.5,
// simultaneous open), though nobody listens.
func ourselves(fd int) bool {
	here, err := unix.Getsockname(fd)
	if err != nil {
		return false
	}
	there, err := unix.Getpeername(fd)
	return err == nil && place(here) == place(there)
}

// place is the address and port of a TCP socket's name.
func place(name unix.Sockaddr) netip.AddrPort {
	switch a := name.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(a.Addr), uint16(a.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(a.Addr), uint16(a.Port))
	}
	return netip.AddrPort{}
}

// connected reports whether the handshake on fd is done.
func connected(fd int) bool {
	_, err := unix.Getpeername(fd)
	return err != unix.ENOTCONN
}
