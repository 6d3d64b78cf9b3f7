package ports

import (
	"errors"
	"fmt"
	"net/netip"

	"golang.org/x/sys/unix"
)

// verdict is what the result of a connect says of the port.
func verdict(err error) state {
	switch err {
	case nil, unix.ECONNRESET:
		// Linux calls a reset before the handshake is done ECONNREFUSED, so
		// this one hung up on a connection that was there (tcp_reset in
		// net/ipv4/tcp_input.c).
		return open
	case unix.ECONNREFUSED:
		return closed
	case unix.EHOSTUNREACH, unix.EHOSTDOWN, unix.ENETUNREACH:
		return unreachable
	default: // ETIMEDOUT, or our own firewall's EPERM: we did not learn anything
		return silent
	}
}

// short reports whether this machine, not the device, is why a call failed.
func short(err error) bool {
	for _, e := range []error{unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM, unix.EADDRNOTAVAIL, unix.EAGAIN} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// shortage is errBusy for a shortage, else err itself.
func shortage(err error) error {
	if short(err) {
		return fmt.Errorf("%w: %w", errBusy, err)
	}
	return err
}

// outcome is what the finished connection on fd came to.
func outcome(fd int) state {
	code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	switch {
	case err != nil:
		return silent
	case code != 0:
		return late(unix.Errno(code))
	case ourselves(fd):
		return closed
	default:
		return open
	}
}

// late is what the error of a connection that was under way says of the port.
// "Prohibited" by then is the device's own firewall (ICMPv6, RFC 4443 section
// 3.1): ours would have said so at once.
func late(code unix.Errno) state {
	if code == unix.EACCES {
		return closed
	}
	return verdict(code)
}

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
