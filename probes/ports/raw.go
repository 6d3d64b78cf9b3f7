package ports

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// raw is the engine that sends bare SYNs from a packet socket.
type raw struct {
	Options
	connect *connect
	open    func(link lan.Link, protocol uint16, filter []bpf.RawInstruction) (socket, error)
}

// socket is what a scan needs of a wire.Socket.
type socket interface {
	Send(frame []byte) error
	Receive(ctx context.Context, buf []byte) ([]byte, error)
	Drops() int
	Close() error
}

// NewRaw is the engine that asks by SYN alone, never completing a handshake. It
// needs CAP_NET_RAW. Targets that it cannot ask itself (without MAC, on a network
// where we have no address, or this machine) go to the connect engine, side by
// side and under the same overall pace.
func NewRaw(o Options) Engine {
	r := &raw{Options: o, connect: newConnect(o)}
	r.open = func(link lan.Link, protocol uint16, filter []bpf.RawInstruction) (socket, error) {
		s, err := wire.Open(link, protocol, filter, o.Allow)
		if err != nil {
			return nil, err // and no socket that is nil
		}
		return s, nil
	}
	return r
}

func (r *raw) Name() string { return "raw" }

func (r *raw) Scan(ctx context.Context, link lan.Link, targets []Target, sent func(int), done func(Target, Result)) (Stats, error) {
	mine, others := divide(link, targets)
	if len(mine) == 0 {
		return r.connect.Scan(ctx, link, others, sent, done)
	}
	road, err := r.patientRoad(ctx, link, mine)
	if err != nil {
		return Stats{}, fmt.Errorf("ports: %w", err)
	}
	defer road.close()
	syn := func(sent func(int), done func(Target, Result)) (Stats, error) {
		return road.scan(ctx, mine, r.connect.pace, sent, done)
	}
	if len(others) == 0 {
		return syn(sent, done)
	}
	return together(sent, done, syn, func(sent func(int), done func(Target, Result)) (Stats, error) {
		return r.connect.Scan(ctx, link, others, sent, done)
	})
}

// patientRoad is a new road, as soon as the machine has the sockets for it.
func (r *raw) patientRoad(ctx context.Context, link lan.Link, targets []Target) (*rawRoad, error) {
	for n := 1; ; n++ {
		road, err := r.newRoad(link, targets, r.connect.clock)
		if err == nil || !short(err) || n > maxBusy {
			return road, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		case <-time.After(busyPause):
		}
	}
}

func since(start time.Time) func() time.Duration {
	return func() time.Duration { return time.Since(start) }
}

// divide parts the targets that a SYN from link can reach from the others.
func divide(link lan.Link, targets []Target) (mine, others []Target) {
	for _, t := range targets {
		addr := t.Addr.Unmap().WithZone("")
		_, near := source(link, addr)
		if near && !t.MAC.IsZero() && !t.MAC.IsGroup() && !slices.Contains(link.Addrs, addr) {
			mine = append(mine, t)
		} else {
			others = append(others, t)
		}
	}
	return mine, others
}

// source is link's own address on the network that to is on, of either IP
// version. ok is false when it has none there.
func source(link lan.Link, to netip.Addr) (addr netip.Addr, ok bool) {
	if to.Is4() {
		return link.Source4(to)
	}
	for _, networks := range [][]netip.Prefix{link.Networks, link.Prefixes} {
		for _, p := range networks {
			for _, a := range link.Addrs {
				if p.Contains(to) && a.Is6() && p.Contains(a) {
					return a, true
				}
			}
		}
	}
	return netip.Addr{}, false
}

// part is a scan that reports to the callbacks it is given.
type part func(sent func(int), done func(Target, Result)) (Stats, error)

// together runs parts side by side and calls sent and done from the caller's
// goroutine.
func together(sent func(int), done func(Target, Result), parts ...part) (Stats, error) {
	if sent == nil {
		sent = func(int) {}
	}
	calls := make(chan func())
	stats, errs := make([]Stats, len(parts)), make([]error, len(parts))
	var working sync.WaitGroup
	for i, p := range parts {
		working.Go(func() {
			stats[i], errs[i] = p(
				func(n int) { calls <- func() { sent(n) } },
				func(t Target, r Result) { calls <- func() { done(t, r) } })
		})
	}
	go func() {
		working.Wait()
		close(calls)
	}()
	for call := range calls {
		call()
	}
	var sum Stats
	for _, s := range stats {
		sum.add(s)
	}
	return sum, errors.Join(errs...)
}
