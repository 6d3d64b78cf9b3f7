package identify

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/lan"
)

// road is the Reach that one endpoint's identifiers share: it leads to that
// endpoint only, holds one connection at a time and opens at most left more.
// The mutex is for net/http, which dials and reads on goroutines of its own.
type road struct {
	reach probes.Reach
	// talk bounds the whole talk. It is kept because net/http dials with a
	// context that has neither the request's deadline nor its cancellation.
	talk context.Context
	// announced is what the device said of itself elsewhere; nobody changes it.
	announced lan.Heard
	pages     *pages.Set // identity pages; nil for the program's own

	mu    sync.Mutex
	ep    lan.Endpoint // TLS tells whether the road is wrapped by now
	left  int          // connections that may still be opened
	line  *line        // the last connection opened
	fresh bool         // line has not been handed out yet
	facts lan.Heard    // what TLS handshakes told
	spoke bool         // TLS was spoken, if only to refuse us
}

var _ probes.Reach = (*road)(nil)

// open connects and keeps the connection for the next Dial.
func (r *road) open(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ep.TLS = false
	return r.openLocked(ctx)
}

// openTLS is open with a handshake. A service that will not have it leaves the
// road in clear.
func (r *road) openTLS(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ep.TLS = true
	err := r.openLocked(ctx)
	if err != nil {
		r.ep.TLS = false
	}
	return err
}

// begin bounds every connection from now on by ctx.
func (r *road) begin(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.talk = ctx
	if r.line != nil {
		r.line.bind(ctx)
	}
}

// openLocked closes the connection before first: a fragile device may have room
// for one. The handshake is the road's own work and not the Reach's, so that
// the words of a service which fails it are heard.
func (r *road) openLocked(ctx context.Context) error {
	if r.left <= 0 {
		return fmt.Errorf("connect to %s: %w", r.ep, probes.ErrBudget)
	}
	r.left--
	r.hangUpLocked()
	plain := r.ep
	plain.TLS = false
	conn, err := r.reach.Dial(ctx, plain)
	if errors.Is(err, probes.ErrNeverWrite) {
		r.left++ // nothing was sent
	}
	if err != nil {
		return err
	}
	r.line, r.fresh = newLine(conn, mute(r.ep.Port, r.announced)), true
	if r.talk != nil {
		r.line.bind(r.talk)
	}
	if r.ep.TLS {
		return r.wrapLocked()
	}
	return nil
}

// Dial hands out the connection that is already open, greeting included, or
// opens the next one, all within the talk's context. Beyond the budget it is
// probes.ErrBudget, for any other endpoint probes.ErrScope.
func (r *road) Dial(_ context.Context, ep lan.Endpoint) (net.Conn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ep != r.ep {
		return nil, fmt.Errorf("connect to %s on the road to %s: %w", ep, r.ep, probes.ErrScope)
	}
	if !r.fresh {
		if err := r.openLocked(r.talk); err != nil {
			return nil, err
		}
	}
	r.fresh = false
	return r.line, nil
}

// Ask is not for endpoints met over TCP.
func (r *road) Ask(context.Context, lan.Endpoint, []byte) ([]byte, error) {
	return nil, fmt.Errorf("datagram to %s: %w", r.ep, probes.ErrScope)
}

// HTTP is a client whose connections are the road's.
func (r *road) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, r.Dial) }

// endpoint is where the road leads, as an identifier dials it.
func (r *road) endpoint() lan.Endpoint {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ep
}

// ready reports whether a connection waits to be handed out.
func (r *road) ready() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fresh
}

// spare reports whether one more connection may be opened.
func (r *road) spare() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.left > 0
}

// said is what was heard first on the last connection, up to maxGreeting bytes.
func (r *road) said() []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line == nil {
		return nil
	}
	return r.line.heard()
}

// shut reports whether the service hung up on the last connection.
func (r *road) shut() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.line != nil && r.line.ended()
}

// hangUp closes the open connection; what it said is still remembered.
func (r *road) hangUp() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hangUpLocked()
}

func (r *road) hangUpLocked() {
	r.fresh = false
	if r.line != nil {
		r.line.Close()
	}
}

// close ends the road: a dial that net/http left behind gets no connection.
func (r *road) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = 0
	r.hangUpLocked()
}
