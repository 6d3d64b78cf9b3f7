// Package rtnl asks the kernel about interfaces and neighbours and hears its
// notices of them, by route netlink (rtnetlink(7)). It reads only: it sends no
// packet and needs no capability.
package rtnl

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// datagram is the most that the kernel puts into one datagram when it is
	// read with a buffer of this size (netlink_dump in af_netlink.c).
	datagram = 32 << 10
	// maxDump bounds a dump in bytes: a table of a million neighbours.
	maxDump = 64 << 20
	// patience bounds the wait for the kernel's next word in a dump.
	patience = 5 * time.Second
)

// errEndless is the end of a dump that is not believed any more.
var errEndless = fmt.Errorf("the kernel said more than %d MiB", maxDump>>20)

// Take is called with each message: its type (RTM_*) and what follows the
// netlink header, which is the callee's for that call only. Its error ends the
// reading.
type Take func(kind uint16, data []byte) error

// Conn is a route netlink socket. Only Deadline and Close may be called while
// Receive waits.
type Conn struct {
	file   *os.File
	buffer []byte
}

// Join opens a socket that hears the notices of groups, a sum of RTMGRP_*. room
// is the size of its queue in bytes, 0 for the kernel's own choice, of which the
// kernel grants less where net.core.rmem_max says so and we may not go past it.
func Join(groups uint32, room int) (*Conn, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: groups}); err != nil {
		_ = unix.Close(fd)
		return nil, os.NewSyscallError("bind", err)
	}
	if room > 0 && unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, room) != nil {
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, room) // with less, more is lost
	}
	return &Conn{file: os.NewFile(uintptr(fd), "rtnetlink"), buffer: make([]byte, datagram)}, nil
}

// Receive waits for the next datagram and calls take with each of its messages.
// The error is ENOBUFS when notices were lost (netlink(7)), and one that wraps
// os.ErrDeadlineExceeded at the deadline. Nobody but the kernel and a process
// with CAP_NET_ADMIN can write to such a socket, so senders are not compared.
func (c *Conn) Receive(take Take) error {
	_, err := c.receive(take)
	return err
}

func (c *Conn) receive(take Take) (size int, err error) {
	n, err := c.file.Read(c.buffer)
	if err != nil {
		return 0, err
	}
	return n, split(c.buffer[:n], take)
}

// Deadline ends a Receive that waits longer, at once when t is past.
func (c *Conn) Deadline(t time.Time) { _ = c.file.SetReadDeadline(t) }

// Close releases the socket.
func (c *Conn) Close() error { return c.file.Close() }

// errDone ends a dump that is whole.
var errDone = errors.New("done")

// Dump asks for a whole table, kind being RTM_GETLINK or RTM_GETNEIGH and
// request the struct and attributes that go with it, and calls take with each
// entry.
func Dump(kind uint16, request []byte, take Take) error {
	c, err := Join(0, 0)
	if err != nil {
		return err
	}
	defer c.Close()
	question := binary.NativeEndian.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(request)))
	question = binary.NativeEndian.AppendUint16(question, kind)
	question = binary.NativeEndian.AppendUint16(question, unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	question = append(question, make([]byte, 8)...) // no number and no port: one question a socket
	if _, err := c.file.Write(append(question, request...)); err != nil {
		return err
	}
	for left := maxDump; left > 0; {
		c.Deadline(time.Now().Add(patience))
		n, err := c.receive(func(kind uint16, data []byte) error {
			switch kind {
			case unix.NLMSG_DONE:
				return done(data)
			case unix.NLMSG_NOOP:
				return nil
			}
			return take(kind, data)
		})
		if errors.Is(err, errDone) {
			return nil
		}
		if err != nil {
			return err
		}
		left -= n
	}
	return errEndless
}
