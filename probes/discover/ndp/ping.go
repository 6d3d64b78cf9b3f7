package ndp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// pinger is the Source for an ordinary user.
type pinger struct {
	allow func(netip.Addr) error // nil: nobody is asked one by one
}

var _ probes.Source = pinger{}

// PingOption changes the Source that NewPing makes.
type PingOption func(*pinger)

// Each has the Source ask single neighbours that pass allow, too: those that the
// kernel's table knows of old, and all of a prefix of at most 256 addresses. It
// is one echo request or, without ping sockets, one empty datagram to the port
// that throws it away (RFC 863), which makes the kernel itself solicit whom it
// does not know. allow is called from one goroutine.
func Each(allow func(netip.Addr) error) PingOption { return func(p *pinger) { p.allow = allow } }

// NewPing is the Source "ndp" for who may not open packet sockets: it asks all
// nodes to answer over a ping socket, as the kernel lets ordinary users have
// (ping_group_range in icmp(7)), and takes the hardware addresses from the
// kernel's table of neighbours.
//
// A device without IPv4 stays invisible to it when it answers no echo request to
// all, as Windows does not: asking for multicast groups needs a raw socket. Where
// there are no ping sockets (see Mute), so does every device without IPv4 but
// those in the table already and those that send us something meanwhile.
func NewPing(opts ...PingOption) probes.Source {
	var p pinger
	for _, o := range opts {
		o(&p)
	}
	return p
}

// Mute reports whether NewPing cannot ask all nodes of link though it has IPv6,
// because this user or kernel has no ping sockets. Nothing is sent.
func Mute(link lan.Link) bool {
	if !local(link).IsValid() || len(voices(link)) == 0 {
		return false
	}
	conn, err := dgram(link, unix.IPPROTO_ICMPV6, netip.IPv6Unspecified())
	if err != nil {
		return refused(err)
	}
	_ = conn.Close()
	return false
}

// refused reports whether err means that there are no such sockets: not for this
// user, or not in this kernel.
func refused(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, unix.EPROTONOSUPPORT)
}

// Name implements probes.Source.
func (pinger) Name() string { return Name }

// Asks is where questions to everybody go.
func (pinger) Asks() []string { return []string{wire.AllNodes.String()} }

// Discover asks once from each of our IPv6 networks on link and takes 1.05 s,
// also where it may not ask: others may be made to speak to us meanwhile.
func (p pinger) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	from, whom := voices(link), p.targets(link)
	if !local(link).IsValid() || len(from)+len(whom) == 0 {
		return nil
	}
	before, err := known(link)
	if err != nil {
		return err
	}
	run := &pings{link: link, see: see, seen: map[netip.Addr]bool{}}
	if err := run.ask(ctx, from, whom); err != nil {
		return fmt.Errorf("ndp: asking all nodes on %s: %w", link.Name, err)
	}
	return run.look(before)
}

// targets are the neighbours to ask one by one.
func (p pinger) targets(link lan.Link) []target {
	if p.allow == nil {
		return nil
	}
	return (&Source{allow: p.allow, table: neigh.Read}).targets(link)
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
