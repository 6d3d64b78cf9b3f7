package reach

import (
	"errors"
	"net"
	"net/netip"
	"os"
)

// elsewhere are the ports whose services may answer from another one: TFTP gives
// each transfer its own (RFC 1350, section 4), and many devices answer a search
// from the socket that they announce themselves with.
func elsewhere(port uint16) bool { return port == 69 || port == 1900 || port == 3702 }

// loose is a socket on which one address is heard, whatever port it answers from.
type loose struct {
	*net.UDPConn
	to netip.AddrPort
}

// loosen is a loose socket in place of conn, which has found out by which of our
// addresses its peer is reached.
func loosen(conn net.Conn) (net.Conn, error) {
	here, there := conn.LocalAddr().(*net.UDPAddr), conn.RemoteAddr().(*net.UDPAddr)
	socket, err := net.ListenUDP("udp", &net.UDPAddr{IP: here.IP, Zone: here.Zone})
	if err = errors.Join(err, conn.Close()); err != nil {
		return nil, err
	}
	return loose{socket, there.AddrPort()}, nil
}

func (l loose) Write(b []byte) (int, error) { return l.WriteToUDPAddrPort(b, l.to) }

// maxStrays is how many datagrams of others are passed over.
const maxStrays = 16

// Read takes the first datagram that the address sends.
func (l loose) Read(b []byte) (int, error) {
	for range maxStrays {
		n, from, err := l.ReadFromUDPAddrPort(b)
		if err != nil || from.Addr().Unmap().WithZone("") == l.to.Addr().Unmap().WithZone("") {
			return n, err
		}
	}
	return 0, os.ErrDeadlineExceeded
}
