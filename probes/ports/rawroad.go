package ports

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

const (
	maxFrame  = 256 // bytes of a frame that are read: headers and options are at most 134
	heardRoom = 256 // answers between the receiver and the scan
)

// rawRoad is a road of SYNs over one packet socket for each IP version asked.
// One goroutine for each, started by scan, receives.
type rawRoad struct {
	link   lan.Link
	alive  func(context.Context, Target) bool
	table  *table
	timer  *time.Timer
	four   socket // nil when no IPv4 target is asked
	six    socket // the same of IPv6
	port   uint16 // our source port
	free   func() // gives it back
	cookie cookie
	frames *wire.Builder
	clock  func() time.Duration
	heard  chan answer
	failed chan error
}

func (r *raw) newRoad(link lan.Link, targets []Target, clock func() time.Duration) (*rawRoad, error) {
	port, free, err := reserve()
	if err != nil {
		return nil, err
	}
	road := &rawRoad{
		link: link, alive: r.asker(link), table: &table{root: r.connect.entries.root}, timer: time.NewTimer(never),
		port: port, free: free, clock: clock,
		cookie: newCookie(), frames: wire.NewBuilder(link),
		heard: make(chan answer, heardRoom), failed: make(chan error, 2),
	}
	is4 := func(t Target) bool { return t.Addr.Unmap().Is4() }
	is6 := func(t Target) bool { return !is4(t) }
	if slices.ContainsFunc(targets, is4) {
		road.four, err = r.socket(link, wire.IPv4, port)
	}
	if slices.ContainsFunc(targets, is6) && err == nil {
		road.six, err = r.socket(link, wire.IPv6, port)
	}
	if err != nil {
		road.close()
		return nil, err
	}
	return road, nil
}

// socket opens a packet socket for answers to port.
func (r *raw) socket(link lan.Link, protocol, port uint16) (socket, error) {
	program, err := filterFor(protocol, port)
	if err != nil {
		return nil, err
	}
	return r.open(link, protocol, program)
}

// sockets are those that are open.
func (r *rawRoad) sockets() (list []socket) {
	for _, s := range []socket{r.four, r.six} {
		if s != nil {
			list = append(list, s)
		}
	}
	return list
}

func (r *rawRoad) close() {
	r.timer.Stop()
	for _, s := range r.sockets() {
		_ = s.Close()
	}
	r.free()
}

// scan asks targets and counts what the kernel dropped meanwhile.
func (r *rawRoad) scan(ctx context.Context, targets []Target, pace *gate, sent func(int), done func(Target, Result)) (Stats, error) {
	inner, cancel := context.WithCancel(ctx)
	var receiving sync.WaitGroup
	for _, sock := range r.sockets() {
		receiving.Go(func() { r.receive(inner, sock) })
	}
	s := &schedule{
		road: r, gate: pace, table: r.table, clock: r.clock, sent: sent, done: done,
		checks: checks{alive: r.alive},
	}
	stats, err := s.run(ctx, newHosts(targets, func(Target) int { return 0 }, rand.IntN))
	cancel()
	receiving.Wait()
	stats.Drops = r.lost()
	return stats, err
}

// lost is how many answers the kernel had no room for.
func (r *rawRoad) lost() (n int) {
	for _, sock := range r.sockets() {
		n += sock.Drops()
	}
	return n
}

// receive passes answers on until ctx ends or sock fails.
func (r *rawRoad) receive(ctx context.Context, sock socket) {
	read := newReader(r.port, r.cookie)
	buf := make([]byte, maxFrame)
	for {
		frame, err := sock.Receive(ctx, buf)
		if err != nil {
			r.failed <- err
			return
		}
		a, ok := read.read(frame)
		if !ok {
			continue
		}
		a.at = r.clock()
		select {
		case r.heard <- a:
		case <-ctx.Done():
			return
		}
	}
}

func (r *rawRoad) ask(h *host, port uint16) error {
	from, ok := source(r.link, h.addr)
	if !ok {
		return errRefused
	}
	sock := r.six
	if h.addr.Is4() {
		sock = r.four
	}
	frame, err := r.frames.SYN(h.mac, netip.AddrPortFrom(from, r.port), netip.AddrPortFrom(h.addr, port), r.cookie.of(h.addr, port))
	if err != nil {
		return err
	}
	switch err := sock.Send(frame); {
	case err == nil:
		return nil
	case errors.Is(err, wire.ErrRefused):
		return errRefused
	case wire.Busy(err):
		return errBusy
	default:
		return err
	}
}

// drop has nothing to forget: the cookie is all that was kept.
func (r *rawRoad) drop(*host, uint16) {}

func (r *rawRoad) post(ctx context.Context, a answer) {
	select {
	case r.heard <- a:
	case <-ctx.Done():
	}
}

func (r *rawRoad) wait(ctx context.Context, d time.Duration) ([]answer, error) {
	var list []answer
	if d > 0 {
		r.timer.Reset(d)
		select {
		case a := <-r.heard:
			list = append(list, a)
		case err := <-r.failed:
			return nil, err
		case <-r.timer.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	for len(list) < heardRoom {
		select {
		case a := <-r.heard:
			list = append(list, a)
		default:
			return list, nil
		}
	}
	return list, nil
}
