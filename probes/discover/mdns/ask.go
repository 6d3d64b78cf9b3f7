package mdns

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"

	"github.com/miekg/dns"
	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxAnswers   = 2048 // datagrams taken of one family
	maxFollowUps = 128  // instances asked about once more
	maxTypes     = 48   // types listed that are asked for
)

// Where mDNS questions go (RFC 6762 section 3).
var (
	group4 = netip.MustParseAddrPort("224.0.0.251:5353")
	group6 = netip.MustParseAddrPort("[ff02::fb]:5353")
)

// asker asks on a link from ephemeral ports, over IPv4 and IPv6, which every
// responder answers directly (RFC 6762, sections 5.4 and 6.7). Unlike the
// libraries it sees who answers: a device is believed about itself only.
type asker struct {
	link   lan.Link
	book   *book
	listed func(string) // is told each type that somebody lists, once
	roads  []road

	mu    sync.Mutex
	asked map[string]bool
	types []string
}

// road is one family's socket and group.
type road struct {
	conn  *net.UDPConn
	group netip.AddrPort
}

// newAsker opens the sockets that link has addresses for. Without any there is
// nothing to ask, which is no error.
func newAsker(ifi *net.Interface, link lan.Link, b *book, listed func(string)) (*asker, error) {
	a := &asker{link: link, book: b, listed: listed, asked: map[string]bool{}}
	var errs []error
	if own, ok := link.Source4(netip.Addr{}); ok {
		errs = append(errs, a.open("udp4", own, group4, func(c *net.UDPConn) error {
			return ipv4.NewPacketConn(c).SetMulticastInterface(ifi)
		}))
	}
	for _, own := range link.Addrs {
		if !own.Is6() || !own.IsLinkLocalUnicast() {
			continue
		}
		// A name as zone would be looked up in a table a minute old.
		err := a.open("udp6", own.WithZone(strconv.Itoa(link.Index)), group6, func(c *net.UDPConn) error {
			return ipv6.NewPacketConn(c).SetMulticastInterface(ifi)
		})
		if err == nil {
			break
		}
		errs = append(errs, err) // an address may still be tentative (RFC 4862)
	}
	if len(a.roads) > 0 {
		return a, nil // one family is enough
	}
	return a, errors.Join(errs...)
}

func (a *asker) open(network string, own netip.Addr, group netip.AddrPort, choose func(*net.UDPConn) error) error {
	conn, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(own, 0)))
	if err != nil {
		return err
	}
	if err := choose(conn); err != nil {
		conn.Close()
		return err
	}
	a.roads = append(a.roads, road{conn, group})
	return nil
}

// run asks for kinds and the list of types, and hears answers until ctx, which
// must have a deadline, ends.
func (a *asker) run(ctx context.Context, kinds []string) error {
	var wait sync.WaitGroup
	stop := context.AfterFunc(ctx, func() {
		for _, r := range a.roads {
			r.conn.Close()
		}
	})
	var err error
	names := []string{meta + ".local."}
	for _, k := range kinds {
		names = append(names, k+".local.")
	}
	for _, r := range a.roads {
		wait.Go(func() { a.hear(ctx, r) })
	}
	for _, packet := range questions(dns.TypePTR, names...) {
		err = errors.Join(err, a.send(packet))
	}
	wait.Wait()
	if stop() { // the answers were more than we take
		for _, r := range a.roads {
			r.conn.Close()
		}
	}
	if ctx.Err() != nil && errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// send sends one packet over each family. One family that works is enough.
func (a *asker) send(packet []byte) error {
	var errs []error
	for _, r := range a.roads {
		if _, err := r.conn.WriteToUDPAddrPort(packet, r.group); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) < len(a.roads) {
		return nil
	}
	return errors.Join(errs...)
}

// hear takes answers until the socket is closed. It asks once about each
// instance that was only named, and for each type that is listed.
func (a *asker) hear(ctx context.Context, r road) {
	buf := make([]byte, 9000) // RFC 6762, section 17
	for range maxAnswers {
		n, from, err := r.conn.ReadFromUDPAddrPort(buf)
		if err != nil || ctx.Err() != nil {
			return
		}
		addr := from.Addr().WithZone("").Unmap()
		if !a.link.Contains(addr) {
			continue
		}
		answer, ok := read(buf[:n])
		if !ok {
			continue
		}
		for _, name := range a.book.heard(addr, answer) {
			a.follow(name)
		}
		for _, t := range answer.types {
			a.list(t)
		}
	}
}

// follow asks about one instance, once.
func (a *asker) follow(name string) {
	a.mu.Lock()
	key := dns.CanonicalName(name)
	ask := !a.asked[key] && len(a.asked) < maxFollowUps
	if ask {
		a.asked[key] = true
	}
	a.mu.Unlock()
	if ask {
		for _, packet := range questions(dns.TypeANY, name) {
			_ = a.send(packet) // a second chance, no more
		}
	}
}

// list notes a type that somebody lists and asks for it by itself, well known
// or not: a responder may have had no room for all of it in its first answer.
func (a *asker) list(kind string) {
	a.mu.Lock()
	news := len(a.types) < maxTypes && !slices.Contains(a.types, kind)
	if news {
		a.types = append(a.types, kind)
	}
	a.mu.Unlock()
	if news {
		for _, packet := range questions(dns.TypePTR, kind+".local.") {
			_ = a.send(packet)
		}
		a.listed(kind)
	}
}
