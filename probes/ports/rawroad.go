package ports

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

const (
	maxFrame  = 256 // bytes of a frame that are read: headers and options are at most 134
	heardRoom = 256 // answers between the receiver and the scan
)

// rawRoad is a road of SYNs over one packet socket. One goroutine, started by
// scan, receives.
type rawRoad struct {
	link   lan.Link
	sock   socket
	port   uint16 // our source port
	free   func() // gives it back
	cookie cookie
	frames *wire.Builder
	clock  func() time.Duration
	heard  chan answer
	failed chan error
}

func (r *raw) newRoad(link lan.Link, clock func() time.Duration) (*rawRoad, error) {
	port, free, err := reserve()
	if err != nil {
		return nil, err
	}
	program, err := filter(port)
	if err != nil {
		free()
		return nil, err
	}
	sock, err := r.open(link, program)
	if err != nil {
		free()
		return nil, err
	}
	return &rawRoad{
		link: link, sock: sock, port: port, free: free, clock: clock,
		cookie: newCookie(), frames: wire.NewBuilder(link),
		heard: make(chan answer, heardRoom), failed: make(chan error, 1),
	}, nil
}

// reserve holds a TCP port on which nobody listens, so that no other program
// gets it and the kernel itself answers each SYN-ACK to it with the RST that
// clears the device's half-open entry (RFC 9293 section 3.5.2).
func reserve() (port uint16, free func(), err error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, nil, fmt.Errorf("cannot reserve a source port: %w", err)
	}
	free = func() { _ = unix.Close(fd) }
	if err = unix.Bind(fd, &unix.SockaddrInet4{}); err == nil {
		var name unix.Sockaddr
		if name, err = unix.Getsockname(fd); err == nil {
			return uint16(name.(*unix.SockaddrInet4).Port), free, nil
		}
	}
	free()
	return 0, nil, fmt.Errorf("cannot reserve a source port: %w", err)
}

func (r *rawRoad) close() {
	_ = r.sock.Close()
	r.free()
}

// scan asks targets and counts what the kernel dropped meanwhile.
func (r *rawRoad) scan(ctx context.Context, targets []Target, pace *gate, sent func(int), done func(Target, Result)) (Stats, error) {
	inner, cancel := context.WithCancel(ctx)
	var receiving sync.WaitGroup
	receiving.Go(func() { r.receive(inner) })
	s := &schedule{
		hosts: newHosts(targets, func(Target) int { return 0 }),
		road:  r, gate: pace, clock: r.clock, sent: sent, done: done,
	}
	stats, err := s.run(ctx)
	cancel()
	receiving.Wait()
	stats.Drops = r.sock.Drops()
	return stats, err
}

// receive passes answers on until ctx ends or the socket fails.
func (r *rawRoad) receive(ctx context.Context) {
	read := newReader(r.port, r.cookie)
	buf := make([]byte, maxFrame)
	for {
		frame, err := r.sock.Receive(ctx, buf)
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
	from, ok := r.link.Source4(h.addr)
	if !ok {
		return errRefused
	}
	frame, err := r.frames.SYN(h.mac, netip.AddrPortFrom(from, r.port), netip.AddrPortFrom(h.addr, port), r.cookie.of(h.addr, port))
	if err != nil {
		return err
	}
	switch err := r.sock.Send(frame); {
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

func (r *rawRoad) wait(ctx context.Context, d time.Duration) ([]answer, error) {
	var list []answer
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case a := <-r.heard:
			list = append(list, a)
		case err := <-r.failed:
			return nil, err
		case <-t.C:
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
