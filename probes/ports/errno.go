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

// outcome is what the connection to addr on fd came to: asked when it is still
// under way. The kernel may tell of an ICMP message before it ends the connection
// for it (tcp_v4_err in net/ipv4/tcp_ipv4.c), which until then has no error.
func outcome(fd int, addr netip.Addr) state {
	code, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return silent
	}
	if code == 0 && connected(fd) {
		if ourselves(fd) {
			return closed
		}
		return open
	}
	sender, cause := refusedBy(fd)
	if code != 0 {
		cause = unix.Errno(code)
	}
	if cause == 0 {
		return asked
	}
	return late(cause, cause != unix.ECONNREFUSED && sender == addr)
}

// late is what the error of a connection that was under way says of the port,
// and whether it came in an ICMP message of the device's own. "Prohibited" by
// then is the device's firewall (ICMPv6, RFC 4443 section 3.1): ours would have
// said so at once. Over IPv4 the kernel words it as if there were no such host
// (icmp_err_convert in net/ipv4/icmp.c), but a host that says so is there.
func late(code unix.Errno, itself bool) state {
	says := verdict(code)
	if code == unix.EACCES || code == unix.EPERM || itself {
		return filtered
	}
	return says
}
