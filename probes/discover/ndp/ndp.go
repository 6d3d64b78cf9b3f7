// Package ndp finds devices by IPv6: it asks every node of a link to answer,
// confirms the neighbours that the kernel remembers, and hears whatever
// neighbour discovery (RFC 4861), duplicate address detection (RFC 4862) and
// multicast listener discovery (RFC 3810) say meanwhile.
//
// Addresses of the internet are noted when they are heard, and never asked.
package ndp

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"golang.org/x/net/bpf"

	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/wire"
)

// Name is the source's word for its sightings.
const Name = "ndp"

const (
	// whole is how long Discover asks and listens. Wi-Fi holds a question to all
	// back for up to 0.3 s, until sleeping stations wake for it.
	whole = 1050 * time.Millisecond
	// maxFrame is the bytes of a frame that are read: an Ethernet's largest. The
	// checksum covers all of it.
	maxFrame = 1514
)

// Source sweeps a link by IPv6 over a packet socket. It implements
// probes.Source.
type Source struct {
	allow func(netip.Addr) error
	table func(lan.Link) ([]neigh.Entry, error)
	open  func(link lan.Link, allow func(netip.Addr) error) (socket, error)
}

// socket is what a sweep needs of a wire.Socket.
type socket interface {
	Send(frame []byte) error
	Receive(ctx context.Context, buf []byte) ([]byte, error)
	Close() error
}

// Option changes a Source.
type Option func(*Source)

// Table replaces the kernel's table of neighbours, whose old entries are asked
// whether they are still there. It is read once a run.
func Table(f func(lan.Link) ([]neigh.Entry, error)) Option { return func(s *Source) { s.table = f } }

// New is a Source that asks only addresses that pass allow, and the group of
// all nodes on the link.
func New(allow func(netip.Addr) error, opts ...Option) *Source {
	s := &Source{allow: allow, table: neigh.Read}
	s.open = func(link lan.Link, allow func(netip.Addr) error) (socket, error) {
		program, err := bpf.Assemble(slices.Concat(wire.OnLink, filter))
		if err != nil {
			return nil, err
		}
		return wire.Open(link, wire.IPv6, program, allow, wire.Overhear)
	}
	for _, o := range opts {
		o(s)
	}
	return s
}

// Name is "ndp".
func (s *Source) Name() string { return Name }

// Asks is where questions to everybody go.
func (*Source) Asks() []string { return []string{wire.AllNodes.String()} }

// Discover asks and listens for 1.05 s and calls see as soon as an address is
// heard, once for each hardware address that says it holds it. A link on which
// we have no link-local address, or no IPv6 network in scope, is left at once.
// An error wraps fs.ErrPermission when the program may not open packet sockets.
func (s *Source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	q := s.questions(link)
	if q.none() {
		return nil
	}
	sock, err := s.open(link, func(a netip.Addr) error {
		if a == wire.AllNodes {
			return nil
		}
		return s.allow(a)
	})
	if err != nil {
		return fmt.Errorf("ndp: %w", err)
	}
	defer sock.Close()

	ctx, cancel := context.WithTimeout(ctx, whole)
	defer cancel()
	var asking sync.WaitGroup
	var askErr error
	asking.Go(func() {
		if askErr = q.ask(ctx, sock); askErr != nil {
			cancel()
		}
	})
	hearErr := hear(ctx, sock, newTable(link), see)
	cancel()
	asking.Wait()
	if err := errors.Join(askErr, hearErr); err != nil {
		return fmt.Errorf("ndp: sweep of %s ended early: %w", link.Name, err)
	}
	return nil
}

// hear hands on what frames say until ctx ends.
func hear(ctx context.Context, sock socket, t *table, see func(lan.Sighting)) error {
	decoder := wire.NewDecoder()
	buf := make([]byte, maxFrame)
	for {
		frame, err := sock.Receive(ctx, buf)
		switch {
		case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded):
			return nil // the socket's clock may be the first to strike
		case err != nil:
			return err
		}
		if s, ok := Hear(decoder, t.link, frame); ok && t.news(s) {
			s.At = time.Now()
			see(s)
		}
	}
}
