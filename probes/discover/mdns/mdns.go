// Package mdns asks the home by multicast DNS which services its devices
// announce (RFC 6762, RFC 6763): the well-known types by questions that want a
// unicast answer, then every type that the home itself lists.
//
// It only asks. What devices say unasked, what they change and when they say
// goodbye is a passive listener's job.
package mdns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// phases is how long each step may take. They come one after the other: each
// opens sockets on port 5353, and an answer sent to that port alone reaches only
// the last of them.
type phases struct {
	direct time.Duration // one well-known type
	meta   time.Duration // the list of types
	ask    time.Duration // all types of either list, from one port
	listed time.Duration // all types on the list, one after the other
}

// usual stays below 8 s in all: the direct questions go out in three lots.
var usual = phases{direct: 600 * time.Millisecond, meta: 2 * time.Second, ask: time.Second, listed: 3 * time.Second}

const (
	// shortest is what one listed type gets as long as there are few: answers
	// come within 120 ms (RFC 6762, section 6), and a Wi-Fi that saves power may
	// add 300. Each gets longest at most.
	shortest = 600 * time.Millisecond
	longest  = 2 * time.Second

	maxTypes = 32 // types listed that are asked for
	atOnce   = 4  // types asked for at the same time
)

// source is the Source.
type source struct{ phases }

var _ probes.Source = source{}

// New is the Source "mdns".
func New() probes.Source { return source{usual} }

// Name implements probes.Source.
func (source) Name() string { return "mdns" }

// Discover asks for at most 8 s and gives a sighting for each service and each
// of its addresses in link's scope. What an answer says is its sender's claim:
// it tells who announces a service, not who is present.
func (s source) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	ifi := &net.Interface{Index: link.Index, Name: link.Name, MTU: link.MTU, Flags: net.FlagUp | net.FlagMulticast}
	b := newBook(link, see)
	if joinsHere(link) {
		direct(ctx, ifi, s.direct, b)
	}
	types, err := listTypes(ctx, ifi, s.meta)
	both := slices.Clone(types)
	for _, t := range wellKnown {
		if !slices.Contains(both, t) {
			both = append(both, t)
		}
	}
	err = errors.Join(err, ask(ctx, ifi, link, both, s.ask, b))
	s.browseListed(ctx, ifi, types, b)
	if err != nil {
		return fmt.Errorf("asking %s by mDNS (is port 5353 taken?): %w", link.Name, err)
	}
	return nil
}

// listTypes asks for the types of service that there are (RFC 6763, section 9).
func listTypes(ctx context.Context, ifi *net.Interface, period time.Duration) ([]string, error) {
	var types []string
	err := browse(ctx, ifi, meta, period, func(c claim) bool {
		if t, ok := serviceType(c.instance); ok && !slices.Contains(types, t) {
			types = append(types, t)
		}
		return len(types) < maxTypes
	})
	return types, err
}

// browseListed asks for each of types, as few at a time as the time allows: of
// several browsers only one would hear an answer sent to port 5353 alone.
func (s source) browseListed(ctx context.Context, ifi *net.Interface, types []string, b *book) {
	if len(types) == 0 {
		return
	}
	together := min(atOnce, 1+int(time.Duration(len(types))*shortest/s.listed))
	rounds := (len(types) + together - 1) / together
	each := min(longest, s.listed/time.Duration(rounds))
	// A type that cannot be asked for is left out, as one that nobody answers.
	some(together, types, func(t string) { _ = browse(ctx, ifi, t, each, b.add) })
}

// some calls f with each of list, n at a time, and returns when all are done.
func some(n int, list []string, f func(string)) {
	var wait sync.WaitGroup
	free := make(chan struct{}, n)
	for _, t := range list {
		free <- struct{}{}
		wait.Go(func() {
			defer func() { <-free }()
			f(t)
		})
	}
	wait.Wait()
}
