package ndp

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/time/rate"

	"github.com/homesweep/homesweep/probes/wire"
)

// ask sends an echo request from each address to all, then one to each of whom,
// and collects the answers. That there are no ping sockets is no error.
func (p *pings) ask(ctx context.Context, from []netip.Addr, whom []target) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	var listening sync.WaitGroup
	defer listening.Wait()
	fail := func(err error) error { cancel(); return err }
	for i, a := range from {
		if i > 0 {
			pause(ctx, between)
		}
		conn, err := dgram(p.link, unix.IPPROTO_ICMPV6, a)
		if refused(err) || errors.Is(err, unix.EADDRNOTAVAIL) {
			continue // no ping sockets, or our address is not ready
		}
		if err != nil {
			return fail(err)
		}
		listening.Go(func() { p.listen(ctx, conn) })
		if _, err := conn.WriteTo(echoRequest[:], p.at(wire.AllNodes)); err != nil {
			return fail(err)
		}
	}
	if len(whom) > 0 {
		if err := p.askEach(ctx, whom, &listening); err != nil {
			return fail(err)
		}
	}
	<-ctx.Done()
	return nil
}

// askEach asks single neighbours, of which some no longer exist: that a datagram
// cannot be sent is no error.
func (p *pings) askEach(ctx context.Context, whom []target, listening *sync.WaitGroup) error {
	words := echoRequest[:]
	conn, err := dgram(p.link, unix.IPPROTO_ICMPV6, netip.IPv6Unspecified())
	if refused(err) {
		words = nil
		conn, err = dgram(p.link, unix.IPPROTO_UDP, netip.IPv6Unspecified())
	}
	if err != nil {
		return err
	}
	listening.Go(func() { p.listen(ctx, conn) })
	pace := rate.NewLimiter(perSecond, burst)
	for _, t := range whom {
		if pace.Wait(ctx) != nil {
			return nil
		}
		if _, err := conn.WriteTo(words, p.at(t.addr)); err != nil {
			_, _ = conn.WriteTo(words, p.at(t.addr)) // the error was an earlier one's
		}
	}
	return nil
}

// discard is the UDP port whose service throws away what it gets (RFC 863). Ping
// sockets have no ports.
const discard = 9

// at is a on the link.
func (p *pings) at(a netip.Addr) net.Addr {
	to := &net.UDPAddr{IP: a.AsSlice(), Port: discard}
	if a.IsLinkLocalUnicast() || a.IsMulticast() {
		to.Zone = strconv.Itoa(p.link.Index)
	}
	return to
}

// echoRequest is the message without what the kernel fills in, checksum and
// identifier (RFC 4443 section 4.1).
var echoRequest = [8]byte{0: 128, 7: 1}

// listen notes who answers until ctx ends, then who said that nobody listens
// there, and closes conn.
func (p *pings) listen(ctx context.Context, conn *net.UDPConn) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	buf := make([]byte, 64)
	for errs := 0; ctx.Err() == nil && errs < maxErrors; {
		_, sender, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			errs++ // one of those that datagrams raised, or the end
			continue
		}
		p.heard(sender.Addr())
	}
	for _, addr := range refusals(conn) {
		p.heard(addr)
	}
}

// maxErrors bounds what a socket bears; each datagram raises one or none.
const maxErrors = 4 * maxAsked

// heard notes that addr itself has answered.
func (p *pings) heard(addr netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	addr = addr.WithZone("")
	if another(p.link, wire.Notice{Addr: addr}) && len(p.seen) < maxTold {
		p.seen[addr] = true
	}
}
