package mdns

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxAnswers   = 2048 // datagrams taken of one round of questions
	maxFollowUps = 128  // instances asked about once more
	unicast      = 1 << 15
)

// group is where mDNS questions go.
var group = netip.MustParseAddrPort("224.0.0.251:5353")

// ask asks on link for the instances of all kinds at once, from one ephemeral
// port, which every responder answers directly (RFC 6762, sections 5.4 and 6.7).
// Unlike the libraries it sees who answers: a device is believed about itself
// only. A link without IPv4 is left alone.
func ask(ctx context.Context, ifi *net.Interface, link lan.Link, kinds []string, period time.Duration, b *book) error {
	own := slices.IndexFunc(link.Addrs, netip.Addr.Is4)
	if own < 0 || ctx.Err() != nil {
		return nil
	}
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(link.Addrs[own], 0)))
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := ipv4.NewPacketConn(conn).SetMulticastInterface(ifi); err != nil {
		return err
	}
	if err := conn.SetReadDeadline(time.Now().Add(period)); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })
	defer stop()
	for _, k := range kinds {
		if err := question(conn, k+".local.", dns.TypePTR); err != nil {
			return err
		}
	}
	hear(ctx, conn, link, b)
	return nil
}

func question(conn *net.UDPConn, name string, kind uint16) error {
	m := new(dns.Msg).SetQuestion(name, kind)
	m.RecursionDesired = false
	m.Question[0].Qclass |= unicast
	packet, err := m.Pack()
	if err != nil {
		return nil // a name that cannot be asked for
	}
	_, err = conn.WriteToUDPAddrPort(packet, group)
	return err
}

// hear takes answers until the read deadline, and asks once about each instance
// that was only named.
func hear(ctx context.Context, conn *net.UDPConn, link lan.Link, b *book) {
	buf := make([]byte, 9000) // RFC 6762, section 17
	asked := map[string]bool{}
	for range maxAnswers {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil || ctx.Err() != nil {
			return
		}
		addr := from.Addr().Unmap()
		if !link.Contains(addr) {
			continue
		}
		claims, bare := read(addr, buf[:n])
		for _, c := range claims {
			b.add(c)
		}
		for _, name := range bare {
			if key := dns.CanonicalName(name); !asked[key] && len(asked) < maxFollowUps {
				asked[key] = true
				_ = question(conn, name, dns.TypeANY) // a second chance, no more
			}
		}
	}
}
