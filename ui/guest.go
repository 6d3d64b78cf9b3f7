package ui

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync"
)

// guest is a connection with a place in the crowd.
type guest struct {
	net.Conn
	addr  netip.Prefix // of one host
	from  netip.Prefix // whom it counts as
	crowd *bounded
	once  sync.Once
	busy  bool // its question is being answered, or still asked
	waits bool // its password is being looked at, or will be
	came  uint64
}

// before reports whether g is to leave rather than o: who asks nothing, then who
// has been here the longest.
func (g *guest) before(o *guest) bool {
	if g.busy != o.busy {
		return o.busy
	}
	return g.came < o.came
}

// Close gives the place to another.
func (g *guest) Close() error {
	g.once.Do(func() {
		g.crowd.mu.Lock()
		defer g.crowd.mu.Unlock()
		g.crowd.remove(g)
	})
	return g.Conn.Close()
}

// guestKey is where a request's context has its guest.
type guestKey struct{}

// guestOf is the guest under a server's connection, which TLS may wrap.
func guestOf(c net.Conn) *guest {
	for {
		switch v := c.(type) {
		case *guest:
			return v
		case interface{ NetConn() net.Conn }:
			c = v.NetConn()
		default:
			return nil
		}
	}
}

// introduce gives a request its guest.
func introduce(ctx context.Context, c net.Conn) context.Context {
	if g := guestOf(c); g != nil {
		return context.WithValue(ctx, guestKey{}, g)
	}
	return ctx
}

// observe notes whether a guest waits for an answer.
func observe(c net.Conn, state http.ConnState) {
	if g := guestOf(c); g != nil {
		g.crowd.mu.Lock()
		defer g.crowd.mu.Unlock()
		g.busy = state == http.StateActive
	}
}

// greet makes whoever sent r one of the household.
func greet(r *http.Request) {
	if g, ok := r.Context().Value(guestKey{}).(*guest); ok {
		g.crowd.welcome(g)
	}
}

// inQueue notes that r's password waits to be looked at, until done.
func inQueue(r *http.Request) (done func()) {
	g, ok := r.Context().Value(guestKey{}).(*guest)
	if !ok {
		return func() {}
	}
	note := func(waits bool) {
		g.crowd.mu.Lock()
		defer g.crowd.mu.Unlock()
		g.waits = waits
	}
	note(true)
	return func() { note(false) }
}
