// Package arp finds devices by asking who has each address of a link's IPv4
// prefixes (RFC 826), and by hearing whatever ARP is said meanwhile.
package arp

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

// Name is the source's word for its sightings.
const Name = "arp"

const (
	rounds   = 2                      // the second only for those who stayed silent
	linger   = 300 * time.Millisecond // for the answers to the last questions; a quick device needs 5
	maxFrame = 128                    // bytes of a frame that are read; ARP is 42, padded to 60
)

// Source sweeps a link by ARP. It implements probes.Source.
type Source struct {
	allow func(netip.Addr) error
	fresh func(netip.Addr) bool
	open  func(lan.Link) (socket, error)
}

// socket is what a sweep needs of a wire.Socket.
type socket interface {
	Send(frame []byte) error
	Receive(ctx context.Context, buf []byte) ([]byte, error)
	Close() error
}

// Option changes a Source.
type Option func(*Source)

// Fresh names addresses that need not be asked, because the kernel's neighbour
// table has just confirmed them. f is called from one goroutine at a time.
func Fresh(f func(netip.Addr) bool) Option { return func(s *Source) { s.fresh = f } }

// New is a Source that asks, and believes, only addresses that pass allow.
func New(allow func(netip.Addr) error, opts ...Option) *Source {
	s := &Source{allow: allow, fresh: func(netip.Addr) bool { return false }}
	s.open = func(link lan.Link) (socket, error) {
		program, err := bpf.Assemble(append(slices.Clone(wire.OnLink), bpf.RetConstant{Val: maxFrame}))
		if err != nil {
			return nil, err
		}
		return wire.Open(link, wire.ARP, program, allow)
	}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Name is "arp".
func (s *Source) Name() string { return Name }

// Discover sweeps link's IPv4 prefixes twice, at 600 questions a second up to a
// /24 and at 250 beyond, and calls see once for each hardware address and
// address heard, at the end or a second after it was heard, so that a proxy is
// known before it is believed. A MAC
// that answers for most of the network is seen once, at the end, without an
// address and with the field "arp.proxy". An error wraps fs.ErrPermission when
// the program may not open packet sockets.
func (s *Source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	all := addresses(link, s.allow)
	if len(all) == 0 {
		return nil
	}
	sock, err := s.open(link)
	if err != nil {
		return fmt.Errorf("arp: %w", err)
	}
	defer sock.Close()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := newTable(link, s.allow, len(all))
	var asking sync.WaitGroup
	var askErr error
	asking.Go(func() {
		defer cancel()
		askErr = s.ask(ctx, sock, link, all, t.heard)
	})
	hearErr := hear(ctx, sock, t, see)
	cancel()
	asking.Wait()
	for _, sighting := range t.rest() {
		see(sighting)
	}
	if err := errors.Join(askErr, hearErr); err != nil {
		return fmt.Errorf("arp: sweep of %s ended early: %w", link.Name, err)
	}
	return nil
}

// hear feeds t with frames until ctx ends, and hands on what is ripe.
func hear(ctx context.Context, sock socket, t *table, see func(lan.Sighting)) error {
	decoder := wire.NewDecoder()
	buf := make([]byte, maxFrame)
	var looked time.Time // a flood of frames must not make us look at each
	for ctx.Err() == nil {
		turn, cancel := context.WithTimeout(ctx, ripeAfter/4)
		frame, err := sock.Receive(turn, buf)
		cancel()
		switch {
		case err == nil:
			if claim, ok := decoder.Claim(frame); ok {
				t.note(claim, time.Now())
			}
		case turn.Err() == nil && !errors.Is(err, context.DeadlineExceeded):
			return err
		}
		if now := time.Now(); now.Sub(looked) >= ripeAfter/4 {
			looked = now
			for _, sighting := range t.ripe(now) {
				see(sighting)
			}
		}
	}
	return nil
}
