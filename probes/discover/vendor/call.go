package vendor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of one call.
const (
	maxSenders = 1 << 10 // a /22's
	perSender  = 6       // sightings of one sender: an answer, and those to what it is asked next
	maxAnswers = 4096
)

// call is one protocol asked in one place.
type call struct {
	Vendor
	link  lan.Link
	place place
	allow func(netip.Addr) bool

	mu    sync.Mutex
	heard map[netip.Addr]int // sightings by sender
}

// run asks and hands on what is heard until ctx ends, which is no error.
func (c *call) run(ctx context.Context, see func(lan.Sighting)) error {
	asker, ear, err := c.open(ctx)
	if err != nil {
		return err
	}
	conns := []*net.UDPConn{asker}
	if ear != nil {
		conns = append(conns, ear)
	}
	for _, conn := range conns {
		defer conn.Close()
		stop := context.AfterFunc(ctx, func() {
			_ = conn.SetReadDeadline(time.Now()) // a closed socket has nothing to wake
		})
		defer stop()
	}
	for _, q := range c.Questions() {
		if _, err := asker.WriteToUDPAddrPort(q, netip.AddrPortFrom(c.place.to, c.Port)); err != nil {
			return err
		}
	}
	var wait sync.WaitGroup
	for _, conn := range conns {
		wait.Go(func() { c.listen(ctx, conn, asker, see) })
	}
	wait.Wait()
	return nil
}

// open makes the socket that asks, bound to our own address, and for a protocol
// whose answers come home another in its group. Without that one the protocol
// is asked all the same: some of its devices answer the asker.
func (c *call) open(ctx context.Context) (asker, ear *net.UDPConn, err error) {
	var port uint16
	if c.Home {
		port = c.Port
		if ear, err = listen(ctx, c.Group, port); err == nil {
			group := &net.UDPAddr{IP: c.Group.AsSlice()}
			if err = ipv4.NewPacketConn(ear).JoinGroup(c.over(), group); err != nil {
				ear.Close()
				ear = nil
			}
		}
	}
	asker, err = listen(ctx, c.place.own, port)
	if err != nil && port != 0 {
		asker, err = listen(ctx, c.place.own, 0) // somebody here uses the port alone
	}
	if err == nil {
		p := ipv4.NewPacketConn(asker)
		if err = errors.Join(p.SetTTL(1), p.SetMulticastTTL(1), p.SetMulticastInterface(c.over()), p.SetMulticastLoopback(false)); err == nil {
			return asker, ear, nil
		}
		asker.Close()
		err = fmt.Errorf("setting up the socket: %w", err)
	}
	if ear != nil {
		ear.Close()
	}
	return nil, nil, err
}

func (c *call) over() *net.Interface {
	return &net.Interface{Index: c.link.Index, Name: c.link.Name}
}

// listen opens a socket at addr that shares its port with others.
func listen(ctx context.Context, addr netip.Addr, port uint16) (*net.UDPConn, error) {
	shared := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) (err error) {
		e := raw.Control(func(fd uintptr) {
			if port != 0 {
				err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
			}
		})
		return errors.Join(e, err)
	}}
	conn, err := shared.ListenPacket(ctx, "udp4", netip.AddrPortFrom(addr, port).String())
	if err != nil {
		return nil, err
	}
	return conn.(*net.UDPConn), nil
}

// listen hands on what conn hears until ctx ends.
func (c *call) listen(ctx context.Context, conn, asker *net.UDPConn, see func(lan.Sighting)) {
	buf := make([]byte, maxDatagram)
	for range maxAnswers {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if ctx.Err() != nil || err != nil && !errors.Is(err, syscall.ECONNREFUSED) {
			return
		}
		if err != nil {
			continue // a port that was asked further is closed
		}
		addr := from.Addr().Unmap()
		if s, further, ok := c.answer(addr, buf[:n]); ok {
			for _, q := range further {
				_, _ = asker.WriteToUDPAddrPort(q, netip.AddrPortFrom(addr, c.Port)) // unsent, it goes without an answer
			}
			see(s)
		}
	}
}

// answer takes one datagram: what it says, and what its sender is to be asked
// next.
func (c *call) answer(from netip.Addr, datagram []byte) (s lan.Sighting, further [][]byte, ok bool) {
	if !c.link.Contains(from) || c.link.Edge(from) {
		return s, nil, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n, known := c.heard[from]
	if n == perSender || !known && (len(c.heard) == maxSenders || !c.allow(from)) {
		return s, nil, false
	}
	if s, ok = c.hear(datagram); !ok {
		return s, nil, false
	}
	if c.heard[from]++; !known && c.Follow != nil {
		further = c.Follow(datagram)
	}
	s.At, s.Link, s.Addr = time.Now(), c.link.Name, from
	for i := range s.Endpoints {
		s.Endpoints[i].Addr = from
	}
	return s, further, true
}
