package listen

import (
	"net"
	"net/netip"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/homesweep/homesweep/probes/lan"
)

// member makes this machine a member of groups on link until leave is called.
// The sockets' own port is one to which nobody sends. A group that cannot be
// joined is heard as far as the switches let it through, so it is no error.
func member(link lan.Link, groups []netip.Addr) (leave func()) {
	ifi := &net.Interface{Index: link.Index, Name: link.Name}
	var conns []*net.UDPConn
	for _, g := range groups {
		network := "udp4"
		if g.Is6() {
			network = "udp6"
		}
		conn, err := net.ListenUDP(network, nil)
		if err != nil {
			continue
		}
		conns = append(conns, conn)
		group := &net.UDPAddr{IP: g.AsSlice()}
		if g.Is6() {
			_ = ipv6.NewPacketConn(conn).JoinGroup(ifi, group)
		} else {
			_ = ipv4.NewPacketConn(conn).JoinGroup(ifi, group)
		}
	}
	return func() {
		for _, c := range conns {
			c.Close()
		}
	}
}
