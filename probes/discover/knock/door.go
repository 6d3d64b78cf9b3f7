package knock

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// door is the socket that knocks. Its datagrams live one hop, go only where no
// gateway is needed, and the kernel keeps the ICMP errors that they raise.
type door struct {
	conn *net.UDPConn
	raw  syscall.RawConn
}

// open makes a door on link.
func open(link lan.Link) (*door, error) {
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{})
	if err != nil {
		return nil, err
	}
	raw, err := conn.SyscallConn()
	if err == nil {
		err = prepare(raw, link.Name)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &door{conn: conn, raw: raw}, nil
}

func prepare(raw syscall.RawConn, link string) error {
	var err error
	set := func(fd uintptr) {
		// An old kernel reserves this for root; then the routing table alone,
		// with no gateway allowed, picks the interface.
		if e := unix.BindToDevice(int(fd), link); e != nil && !errors.Is(e, unix.EPERM) {
			err = fmt.Errorf("binding to %s: %w", link, e)
			return
		}
		for _, o := range []struct{ level, name, value int }{
			{unix.SOL_SOCKET, unix.SO_DONTROUTE, 1},
			{unix.IPPROTO_IP, unix.IP_TTL, 1},
			{unix.IPPROTO_IP, unix.IP_RECVERR, 1},
		} {
			if e := unix.SetsockoptInt(int(fd), o.level, o.name, o.value); e != nil {
				err = fmt.Errorf("setting up the socket: %w", e)
			}
		}
	}
	return errors.Join(raw.Control(set), err)
}

func (d *door) Close() { d.conn.Close() }

// knock sends one empty datagram. An error that an earlier one raised comes
// back from the first try, so there are two.
func (d *door) knock(addr netip.Addr) error {
	to := netip.AddrPortFrom(addr, discard)
	_, err := d.conn.WriteToUDPAddrPort(nil, to)
	if err != nil {
		_, err = d.conn.WriteToUDPAddrPort(nil, to)
	}
	return err
}

// refused are the addresses that said themselves that nobody listens there
// (ICMP port unreachable), since the last call.
func (d *door) refused() map[netip.Addr]bool {
	all := map[netip.Addr]bool{}
	buf, oob := make([]byte, 512), make([]byte, 512)
	drain := func(fd uintptr) {
		for range 2 * most {
			_, n, _, to, err := unix.Recvmsg(int(fd), buf, oob, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
			if err != nil {
				return
			}
			if sa, ok := to.(*unix.SockaddrInet4); ok {
				if addr := netip.AddrFrom4(sa.Addr); refusal(oob[:n], addr) {
					all[addr] = true
				}
			}
		}
	}
	_ = d.raw.Control(drain) // fails only when closed; then nobody asks
	return all
}

// refusal reports whether the control messages are an ICMP error "connection
// refused" that asked itself has sent: struct sock_extended_err of
// <linux/errqueue.h>, followed by the sender's struct sockaddr_in.
func refusal(control []byte, asked netip.Addr) bool {
	list, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return false
	}
	for _, m := range list {
		b := m.Data
		if m.Header.Level != unix.IPPROTO_IP || m.Header.Type != unix.IP_RECVERR || len(b) < 24 {
			continue
		}
		errno := unix.Errno(binary.NativeEndian.Uint32(b))
		sender := netip.AddrFrom4([4]byte(b[20:24]))
		if errno == unix.ECONNREFUSED && b[4] == unix.SO_EE_ORIGIN_ICMP && sender == asked {
			return true
		}
	}
	return false
}
