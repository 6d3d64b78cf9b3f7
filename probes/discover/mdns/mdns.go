// Package mdns hears which services the home's devices announce by multicast
// DNS (RFC 6762, RFC 6763). The Source asks: for the well-known types and the
// list of types in two packets, then for every type that is listed. The
// Collector listens: to what devices say unasked, what they change and when they
// say goodbye.
//
// Either way a device is believed about itself only.
package mdns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// phases is how long things take. They all begin at once; what a device answers
// to one is not waited for by another.
type phases struct {
	whole  time.Duration // everything
	meta   time.Duration // zeroconf's list of types
	listed time.Duration // zeroconf's turn at one listed type
	direct time.Duration // hashicorp's at one of the simple types
}

// usual leaves half a second of the phase's 3.5 for the libraries to let go of
// their sockets. Answers come within 120 ms (RFC 6762, section 6), and a Wi-Fi
// that saves power may add 300.
var usual = phases{whole: 3 * time.Second, meta: 1500 * time.Millisecond, listed: 600 * time.Millisecond, direct: time.Second}

// atOnce is how many listed types zeroconf asks for at the same time.
const atOnce = 6

// source is the Source.
type source struct{ phases }

var _ probes.Source = source{}

// New is the Source "mdns".
func New() probes.Source { return source{usual} }

// Name implements probes.Source.
func (source) Name() string { return Name }

// Asks is where questions to everybody go.
func (source) Asks() []string { return []string{group4.String(), group6.String()} }

// Discover asks for 3 s over IPv4 and IPv6 and gives a sighting for each service
// that a device announces of itself, as soon as it is heard. What was said of
// addresses that did not say it themselves follows at the end, as claims.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	ctx, cancel := context.WithTimeout(ctx, s.whole)
	defer cancel()
	ifi := &net.Interface{Index: link.Index, Name: link.Name, MTU: link.MTU, Flags: net.FlagUp | net.FlagMulticast}
	b := newBook(link, see)
	listed := make(chan string, maxTypes)
	ask, err := newAsker(ifi, link, b, func(t string) { listed <- t })
	if err != nil {
		return fmt.Errorf("asking %s by mDNS: %w", link.Name, err)
	}
	got := func(c claim) bool {
		unknown, room := b.hint(c)
		if unknown {
			ask.follow(c.follow())
		}
		return room
	}
	var wait sync.WaitGroup
	var askErr, listErr error
	wait.Go(func() { askErr = ask.run(ctx, wellKnown) })
	wait.Go(func() { listErr = listTypes(ctx, ifi, s.meta, ask.list) })
	if joinsHere(link) {
		wait.Go(func() { direct(ctx, ifi, simple, s.direct, got) })
	}
	for range atOnce {
		wait.Go(func() { s.browseListed(ctx, ifi, listed, got) })
	}
	wait.Wait()
	b.rest()
	if err := errors.Join(askErr, listErr); err != nil {
		return fmt.Errorf("asking %s by mDNS (is port 5353 taken?): %w", link.Name, err)
	}
	return nil
}

// listTypes asks for the types of service that there are (RFC 6763, section 9).
func listTypes(ctx context.Context, ifi *net.Interface, period time.Duration, list func(string)) error {
	n := 0
	return browse(ctx, ifi, meta, period, func(c claim) bool {
		if t, ok := serviceType(c.instance); ok {
			list(t)
			n++
		}
		return n < maxTypes
	})
}

// browseListed asks for one type after the other until ctx ends. A type that
// cannot be asked for is left out, as one that nobody answers.
func (s source) browseListed(ctx context.Context, ifi *net.Interface, types <-chan string, got func(claim) bool) {
	for {
		select {
		case t := <-types:
			_ = browse(ctx, ifi, t, s.listed, got)
		case <-ctx.Done():
			return
		}
	}
}
