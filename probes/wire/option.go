package wire

import (
	"github.com/mdlayher/packet"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// Option changes a socket while it is opened.
type Option func(*packet.Conn, lan.Link) error

// Overhear has the link hand up frames to every multicast group, those that the
// machine has not joined too: an address that a device is about to take is asked
// for in a group of its own. The link goes back to what it was on Close.
func Overhear(c *packet.Conn, link lan.Link) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	all := unix.PacketMreq{Ifindex: int32(link.Index), Type: unix.PACKET_MR_ALLMULTI}
	set := func(fd uintptr) {
		err = unix.SetsockoptPacketMreq(int(fd), unix.SOL_PACKET, unix.PACKET_ADD_MEMBERSHIP, &all)
	}
	if closed := raw.Control(set); closed != nil {
		return closed
	}
	return err
}

// widen asks for a larger receive buffer, past the system's limit where we may.
// A refusal costs answers under load, which Drops shows, so it is no error.
func widen(c *packet.Conn) {
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		if unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, receiveBuffer) != nil {
			_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_RCVBUF, receiveBuffer)
		}
	})
}
