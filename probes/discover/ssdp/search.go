package ssdp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/homesweep/homesweep/probes/lan"
)

// Where SSDP questions go (UPnP Device Architecture 2.0, section 1.1 and annex
// A.4).
var (
	group4 = netip.MustParseAddrPort("239.255.255.250:1900")
	group6 = netip.MustParseAddrPort("[ff02::c]:1900")
)

const (
	ttl         = 2       // UPnP Device Architecture 2.0, section 1.3.2
	maxDatagram = 4 << 10 // bytes of one answer
	maxAnswers  = 4096    // of one round and family
)

// targets are what is asked for: everything, then root devices again, for the
// stacks that overlook the first.
var targets = []string{"ssdp:all", "upnp:rootdevice"}

// asking is the rhythm of a search.
type asking struct {
	wait  int           // MX: seconds within which devices spread their answers
	again time.Duration // from the first round of questions to the second
	until time.Duration // from the second round to the end
}

// polite gives devices 1 s to answer, and the late ones 0.3 more.
var polite = asking{wait: 1, again: 700 * time.Millisecond, until: 1300 * time.Millisecond}

// family is a socket and the group that it asks.
type family struct {
	conn  *net.UDPConn
	group netip.AddrPort
}

// families opens what link has addresses for: IPv4, and IPv6 from its
// link-local address. A family that does not work costs the other nothing.
func families(link lan.Link) (list []family, err error) {
	if own, ok := link.Source4(netip.Addr{}); ok {
		conn, e := socket(link, "udp4", own)
		if err = e; err == nil {
			list = append(list, family{conn, group4})
		}
	}
	for _, own := range link.Addrs {
		if !own.Is6() || !own.IsLinkLocalUnicast() {
			continue
		}
		// A name as zone would be looked up in a table a minute old.
		conn, e := socket(link, "udp6", own.WithZone(strconv.Itoa(link.Index)))
		if e == nil {
			list = append(list, family{conn, group6})
			break
		}
		err = errors.Join(err, e) // an address may still be tentative (RFC 4862)
	}
	if len(list) > 0 {
		return list, nil
	}
	return nil, err
}

// search asks on link and hands each answer to got, which is called from several
// goroutines, until the rhythm or ctx ends, which is no error.
func (a asking) search(ctx context.Context, link lan.Link, got func(netip.Addr, []byte)) error {
	list, err := families(link)
	if err != nil {
		return err
	}
	errs := make([]error, len(list))
	var wait sync.WaitGroup
	for i, f := range list {
		wait.Go(func() {
			defer f.conn.Close()
			errs[i] = a.rounds(ctx, f, got)
		})
	}
	wait.Wait()
	if slices.Contains(errs, nil) {
		return nil
	}
	return errors.Join(errs...)
}

// rounds asks one family.
func (a asking) rounds(ctx context.Context, f family, got func(netip.Addr, []byte)) error {
	stop := context.AfterFunc(ctx, func() { f.conn.SetReadDeadline(time.Now()) })
	defer stop()
	for _, pause := range []time.Duration{a.again, a.until} {
		if ctx.Err() != nil {
			return nil
		}
		if err := f.conn.SetReadDeadline(time.Now().Add(pause)); err != nil {
			return err
		}
		for _, t := range targets {
			if _, err := f.conn.WriteToUDPAddrPort(question(f.group, t, a.wait), f.group); err != nil {
				return err
			}
		}
		listen(ctx, f.conn, got)
	}
	return nil
}

// socket is bound to our own address, so that the answers come to us alone and
// nothing that other programs ask is heard.
func socket(link lan.Link, network string, own netip.Addr) (*net.UDPConn, error) {
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(own, 0)))
	if err != nil {
		return nil, err
	}
	ifi := &net.Interface{Index: link.Index, Name: link.Name}
	if own.Is4() {
		p := ipv4.NewPacketConn(conn)
		err = errors.Join(p.SetMulticastInterface(ifi), p.SetMulticastTTL(ttl))
	} else {
		err = ipv6.NewPacketConn(conn).SetMulticastInterface(ifi) // its group ends at the link
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("setting up the socket: %w", err)
	}
	return conn, nil
}

// question is one M-SEARCH (section 1.3.2).
func question(group netip.AddrPort, target string, wait int) []byte {
	return fmt.Appendf(nil, "M-SEARCH * HTTP/1.1\r\nHOST: %s\r\nMAN: \"ssdp:discover\"\r\nMX: %d\r\nST: %s\r\n\r\n", group, wait, target)
}

// listen hands over datagrams until the read deadline.
func listen(ctx context.Context, conn *net.UDPConn, got func(netip.Addr, []byte)) {
	buf := make([]byte, maxDatagram)
	for range maxAnswers {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil || ctx.Err() != nil {
			return
		}
		got(from.Addr().WithZone("").Unmap(), buf[:n])
	}
}
