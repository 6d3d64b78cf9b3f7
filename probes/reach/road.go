package reach

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Options of a Road; zero fields take the defaults.
type Options struct {
	InFlight int           // connections open at the same time in all; the pace's
	Connect  time.Duration // for one connection to be made, handshake included; 3 s
	Pace     lan.Pace
}

// Road is a probes.Reach: the budgets, the manners and the count of everything
// that is said to devices in one sweep. It is safe for concurrent use.
type Road struct {
	scope   *Scope
	connect time.Duration
	pace    lan.Pace
	slots   chan struct{}

	mu    sync.Mutex
	turns map[netip.Addr]*turn
	links map[netip.Addr]string // on which a link-local address was heard

	connections, datagrams atomic.Int64
}

var _ probes.Reach = (*Road)(nil)

// NewRoad is a road inside scope.
func NewRoad(scope *Scope, o Options) *Road {
	if o.InFlight <= 0 {
		o.InFlight = o.Pace.InFlight()
	}
	if o.Connect <= 0 {
		o.Connect = 3 * time.Second
	}
	return &Road{
		scope: scope, connect: o.Connect, pace: o.Pace,
		slots: make(chan struct{}, o.InFlight), turns: map[netip.Addr]*turn{}, links: map[netip.Addr]string{},
	}
}

// Know tells the road which addresses belong to one device, on which link it is
// and how hard it may be touched; until then each address counts as a careful device of its own.
func (r *Road) Know(d lan.Device) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var shared *turn
	for _, a := range d.Addresses {
		if t := r.turns[a]; t != nil {
			shared = t
		}
	}
	if shared == nil {
		shared = newTurn()
	}
	shared.mu.Lock()
	shared.class = d.Class()
	shared.mu.Unlock()
	for _, a := range d.Addresses {
		r.turns[a] = shared
		if a.Is6() && a.IsLinkLocalUnicast() {
			r.links[a] = d.Link
		}
	}
}

func (r *Road) turn(addr netip.Addr) *turn {
	r.mu.Lock()
	defer r.mu.Unlock()
	addr = addr.WithZone("")
	t := r.turns[addr]
	if t == nil {
		t = newTurn()
		r.turns[addr] = t
	}
	return t
}

// Count is how many connections and datagrams went out so far.
func (r *Road) Count() (connections, datagrams int) {
	return int(r.connections.Load()), int(r.datagrams.Load())
}

// Dial is probes.Reach's.
func (r *Road) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	if ep.Transport != lan.TCP {
		return nil, fmt.Errorf("%s is not a stream", ep)
	}
	leave, err := r.enter(ctx, ep)
	if err != nil {
		return nil, err
	}
	r.connections.Add(1)
	raw, err := r.dialer(r.connect).DialContext(ctx, "tcp", r.target(ep))
	if err != nil {
		leave()
		return nil, fmt.Errorf("connect to %s: %w", ep, err)
	}
	conn := newConn(ctx, raw, neverWrite(ep), leave)
	if !ep.TLS {
		return conn, nil
	}
	secure := tls.Client(conn, lenient)
	hello, cancel := context.WithTimeout(ctx, r.connect)
	defer cancel()
	if err := secure.HandshakeContext(hello); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("TLS with %s: %w", ep, err)
	}
	return secure, nil
}

// maxAnswer is the longest datagram that Ask returns.
const maxAnswer = 4 << 10

// Ask is probes.Reach's. The socket is connected, so that the kernel drops
// what others send.
func (r *Road) Ask(ctx context.Context, ep lan.Endpoint, datagram []byte) ([]byte, error) {
	if ep.Transport != lan.UDP {
		return nil, fmt.Errorf("%s takes no datagrams", ep)
	}
	leave, err := r.enter(ctx, ep)
	if err != nil {
		return nil, err
	}
	// Only the sending needs the device's turn: while we wait for an answer
	// that may never come, nothing weighs on the device.
	conn, err := r.send(ctx, ep, datagram)
	leave()
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", ep, err)
	}
	defer conn.Close()
	answer := make([]byte, maxAnswer)
	n, err := conn.Read(answer)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = context.DeadlineExceeded // the connection's only deadline is ctx's
	}
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", ep, err)
	}
	return answer[:n], nil
}

func (r *Road) send(ctx context.Context, ep lan.Endpoint, datagram []byte) (net.Conn, error) {
	conn, err := r.dialer(r.connect).DialContext(ctx, "udp", r.target(ep))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	r.datagrams.Add(1)
	if _, err := conn.Write(datagram); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// HTTP is probes.Reach's.
func (r *Road) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, r.Dial) }

// enter checks the scope and waits for the device's turn, then for a place
// among all connections (in that order: nobody who waits holds a place that
// another device could use).
func (r *Road) enter(ctx context.Context, ep lan.Endpoint) (leave func(), err error) {
	if err := r.scope.Allow(ep.Addr); err != nil {
		return nil, err
	}
	t := r.turn(ep.Addr)
	if err := t.take(ctx, r.pace); err != nil {
		return nil, fmt.Errorf("waiting for the turn of %s: %w", ep, err)
	}
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		t.give()
		return nil, fmt.Errorf("waiting for a free connection to %s: %w", ep, ctx.Err())
	}
	return func() { <-r.slots; t.give() }, nil
}

func (r *Road) target(ep lan.Endpoint) string {
	r.mu.Lock()
	link := r.links[ep.Addr]
	r.mu.Unlock()
	return netip.AddrPortFrom(r.scope.zoned(ep.Addr, link), ep.Port).String()
}

// dialer asks the scope once more for the very address that the kernel is
// about to be given.
func (r *Road) dialer(timeout time.Duration) *net.Dialer {
	return &net.Dialer{
		Timeout: timeout,
		Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil {
				return fmt.Errorf("%w: %q is no address", probes.ErrScope, address)
			}
			return r.scope.Allow(to.Addr())
		},
		KeepAlive: -1,
	}
}

// lenient speaks with anything down to TLS 1.0 and trusts nobody: what a
// device offers is to be read and reported, not relied on.
var lenient = &tls.Config{
	InsecureSkipVerify: true, //nolint:gosec // see above
	MinVersion:         tls.VersionTLS10,
	CipherSuites:       everySuite(),
}

func everySuite() []uint16 {
	var ids []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		ids = append(ids, s.ID)
	}
	return ids
}
