package ndp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// pinger is the Source for an ordinary user.
type pinger struct{}

var _ probes.Source = pinger{}

// NewPing is the Source "ndp" for who may not open packet sockets: it asks all
// nodes to answer over a ping socket, as the kernel lets ordinary users have
// (ping_group_range in icmp(7)), and takes the hardware addresses from the
// kernel's table of neighbours. Where there is no ping socket, nothing is asked
// and only the table is read.
func NewPing() probes.Source { return pinger{} }

// Name implements probes.Source.
func (pinger) Name() string { return Name }

// Asks is where questions to everybody go.
func (pinger) Asks() []string { return []string{wire.AllNodes.String()} }

// Discover asks once from each of our IPv6 networks on link and takes 1.05 s.
func (pinger) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	from := voices(link)
	if !local(link).IsValid() || len(from) == 0 {
		return nil
	}
	before, err := known(link)
	if err != nil {
		return err
	}
	p := &pings{link: link, see: see, seen: map[netip.Addr]bool{}}
	if err := p.ask(ctx, from); err != nil {
		return fmt.Errorf("ndp: asking all nodes on %s: %w", link.Name, err)
	}
	return p.look(before)
}

// known is the kernel's table of IPv6 neighbours that have answered.
func known(link lan.Link) (map[netip.Addr]neigh.Entry, error) {
	list, err := neigh.Read(link)
	if err != nil {
		return nil, err
	}
	all := map[netip.Addr]neigh.Entry{}
	for _, e := range list {
		if e.Addr.Is6() && !e.MAC.IsZero() && e.State.Answered() {
			all[e.Addr] = e
		}
	}
	return all, nil
}

// pings is one run of Discover.
type pings struct {
	link lan.Link
	see  func(lan.Sighting)

	mu   sync.Mutex
	seen map[netip.Addr]bool // answered
}

// ask sends an echo request from each address and collects the answers. That
// there are no ping sockets is no error.
func (p *pings) ask(ctx context.Context, from []netip.Addr) error {
	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	var listening sync.WaitGroup
	defer listening.Wait()
	fail := func(err error) error { cancel(); return err }
	for i, a := range from {
		if i > 0 {
			pause(ctx, between)
		}
		conn, err := pingSocket(p.link, a)
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EPROTONOSUPPORT) || errors.Is(err, unix.EADDRNOTAVAIL) {
			continue // not for this user, not in this kernel, or our address is not ready
		}
		if err != nil {
			return fail(err)
		}
		listening.Go(func() {
			defer conn.Close()
			stop := context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })
			defer stop()
			p.listen(conn)
		})
		all := &net.UDPAddr{IP: wire.AllNodes.AsSlice(), Zone: strconv.Itoa(p.link.Index)}
		if _, err := conn.WriteTo(echoRequest[:], all); err != nil {
			return fail(err)
		}
	}
	return nil
}

// echoRequest is the message without what the kernel fills in, checksum and
// identifier (RFC 4443 section 4.1).
var echoRequest = [8]byte{0: 128, 7: 1}

// listen notes who answers until conn fails, as it does at its deadline.
func (p *pings) listen(conn net.PacketConn) {
	buf := make([]byte, 64)
	for {
		_, sender, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		if udp, ok := sender.(*net.UDPAddr); ok {
			addr := udp.AddrPort().Addr().WithZone("")
			p.mu.Lock()
			if another(p.link, wire.Notice{Addr: addr}) && len(p.seen) < maxTold {
				p.seen[addr] = true
			}
			p.mu.Unlock()
		}
	}
}

// look tells of everybody who answered, and of every neighbour whom the kernel
// itself has heard from since before.
func (p *pings) look(before map[netip.Addr]neigh.Entry) error {
	after, err := known(p.link)
	if err != nil {
		return err
	}
	now := time.Now()
	for addr, e := range after {
		_, old := before[addr]
		if p.seen[addr] || e.State.Fresh() || !old {
			e.Confirmed = 0
			p.see(e.Sighting(Name, p.link, now))
		}
		delete(p.seen, addr)
	}
	for addr := range p.seen { // the kernel knew how to answer without asking
		p.see(lan.Sighting{Source: Name, At: now, Link: p.link.Name, Addr: addr, Heard: lan.Heard{}})
	}
	return nil
}

// pingSocket is a socket for echo requests from a on link, which live one hop.
func pingSocket(link lan.Link, a netip.Addr) (net.PacketConn, error) {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_DGRAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, unix.IPPROTO_ICMPV6)
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	f := os.NewFile(uintptr(fd), "ping")
	defer f.Close()
	for _, o := range []struct{ name, value int }{
		{unix.IPV6_MULTICAST_IF, link.Index}, {unix.IPV6_MULTICAST_HOPS, 1}, {unix.IPV6_MULTICAST_LOOP, 0},
	} {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, o.name, o.value); err != nil {
			return nil, os.NewSyscallError("setsockopt", err)
		}
	}
	here := &unix.SockaddrInet6{Addr: a.As16()}
	if a.IsLinkLocalUnicast() {
		here.ZoneId = uint32(link.Index)
	}
	if err := unix.Bind(fd, here); err != nil {
		return nil, os.NewSyscallError("bind", err)
	}
	return net.FilePacketConn(f)
}
