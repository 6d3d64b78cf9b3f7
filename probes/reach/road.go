package reach

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Options of a Road; zero fields take the defaults.
type Options struct {
	InFlight int           // connections open at the same time in all; the pace's
	Connect  time.Duration // for one connection to be made, handshake included; 3 s
	Answer   time.Duration // for a datagram's answer, once it is sent; 1 s
	Pace     lan.Pace
}

// Road is a probes.Reach: the budgets, the manners and the count of everything
// that is said to devices in one sweep. It is safe for concurrent use.
type Road struct {
	scope   *Scope
	connect time.Duration
	answer  time.Duration
	pace    lan.Pace
	all     *rate.Limiter // over all devices
	slots   chan struct{} // one is taken by each open connection
	asks    chan struct{} // and by each datagram that is waited for

	mu    sync.Mutex
	turns map[netip.Addr]*turn
	links map[netip.Addr]string // on which a link-local address was heard
	met   map[netip.AddrPort]int

	connections, datagrams atomic.Int64
	unasked                atomic.Int64 // for want of sockets
}

var _ probes.Reach = (*Road)(nil)

var lenient = probes.Lenient()

// NewRoad is a road inside scope.
func NewRoad(scope *Scope, o Options) *Road {
	if o.InFlight <= 0 {
		o.InFlight = o.Pace.InFlight()
	}
	if o.Connect <= 0 {
		o.Connect = 3 * time.Second
	}
	if o.Answer <= 0 {
		o.Answer = time.Second
	}
	have := files()
	return &Road{
		scope: scope, connect: o.Connect, answer: o.Answer, pace: o.Pace,
		all:   rate.NewLimiter(rate.Limit(o.Pace.PerSecond()), 1),
		slots: make(chan struct{}, max(1, min(o.InFlight, have/filesPerPlace))),
		asks:  make(chan struct{}, max(1, min(maxAsks, have/filesPerAsk))),
		turns: map[netip.Addr]*turn{}, links: map[netip.Addr]string{}, met: map[netip.AddrPort]int{},
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

// Met is how many connections were made to ep so far, by whomever.
func (r *Road) Met(ep lan.Endpoint) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.met[place(ep)]
}

func (r *Road) meet(ep lan.Endpoint) {
	r.connections.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.met[place(ep)]++
}

// place is ep without what says how it is met.
func place(ep lan.Endpoint) netip.AddrPort {
	return netip.AddrPortFrom(ep.Addr.Unmap().WithZone(""), ep.Port)
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
	r.meet(ep)
	raw, err := r.patiently(ctx, func() (net.Conn, error) { return r.dialer(r.connect).DialContext(ctx, "tcp", r.target(ep)) })
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
	if err := r.slot(ctx, r.slots); err != nil {
		t.give()
		return nil, fmt.Errorf("waiting for a free connection to %s: %w", ep, err)
	}
	return func() { <-r.slots; t.give() }, nil
}

// slot takes one of the places that all devices share.
func (r *Road) slot(ctx context.Context, places chan struct{}) error {
	if err := r.all.Wait(ctx); err != nil {
		return err
	}
	select {
	case places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *Road) target(ep lan.Endpoint) string {
	r.mu.Lock()
	link := r.links[ep.Addr]
	r.mu.Unlock()
	return netip.AddrPortFrom(r.scope.zoned(ep.Addr, link), ep.Port).String()
}
