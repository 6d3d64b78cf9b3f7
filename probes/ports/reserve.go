package ports

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// reserve holds a TCP port on which nobody listens, so that no other program
// gets it and the kernel itself answers each SYN-ACK to it with the RST that
// clears the device's half-open entry (RFC 9293 section 3.5.2). It is held for
// both IP versions where the kernel has both.
func reserve() (port uint16, free func(), err error) {
	port, free, err = hold(unix.AF_INET6, &unix.SockaddrInet6{})
	if err != nil {
		port, free, err = hold(unix.AF_INET, &unix.SockaddrInet4{})
	}
	if err != nil {
		return 0, nil, fmt.Errorf("cannot reserve a source port: %w", err)
	}
	return port, free, nil
}

// hold binds a socket of the family to a port of the kernel's choice.
func hold(family int, everywhere unix.Sockaddr) (port uint16, free func(), err error) {
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, nil, err
	}
	free = func() { _ = unix.Close(fd) }
	if family == unix.AF_INET6 {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if err == nil {
		err = unix.Bind(fd, everywhere)
	}
	var name unix.Sockaddr
	if err == nil {
		name, err = unix.Getsockname(fd)
	}
	if err != nil {
		free()
		return 0, nil, err
	}
	return place(name).Port(), free, nil
}
