package ui

import (
	"net"
	"net/netip"
	"sync"
)

// How many connections a dashboard has at once: a home has a few browsers, each of
// which opens six, and a router little memory.
const (
	maxTogether = 64
	maxFromOne  = 16
)

// Crowd is l with bounds: at most 64 connections at once, 16 of them from one
// address (or one IPv6 network, whose hosts choose theirs at will). What comes
// beyond that is closed at once. When all are taken, whoever has the most loses
// the oldest of theirs to whoever has fewer, so that slow ones from anywhere do not
// keep the owner out.
func Crowd(l net.Listener) net.Listener {
	return &bounded{Listener: l, by: map[netip.Prefix][]*guest{}}
}

type bounded struct {
	net.Listener

	mu  sync.Mutex
	all int
	by  map[netip.Prefix][]*guest // oldest first
}

// guest is a connection with a place in the crowd.
type guest struct {
	net.Conn
	from  netip.Prefix
	crowd *bounded
	once  sync.Once
}

// Accept is the next connection that there is room for.
func (c *bounded) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g := &guest{Conn: conn, from: network(conn.RemoteAddr().String()), crowd: c}
		leaver, ok := c.enter(g)
		if leaver != nil {
			_ = leaver.Close()
		}
		if ok {
			return g, nil
		}
		_ = conn.Close()
	}
}

// enter gives g a place; another may have to leave for it.
func (c *bounded) enter(g *guest) (leaver *guest, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	mine := len(c.by[g.from])
	if mine >= maxFromOne {
		return nil, false
	}
	if c.all >= maxTogether {
		var most []*guest
		for _, theirs := range c.by {
			if len(theirs) > len(most) {
				most = theirs
			}
		}
		if len(most) <= mine+1 {
			return nil, false
		}
		leaver = most[0]
		c.remove(leaver)
	}
	c.all++
	c.by[g.from] = append(c.by[g.from], g)
	return leaver, true
}

// remove takes g's place away, if it has one still. The lock is held.
func (c *bounded) remove(g *guest) {
	theirs := c.by[g.from]
	for i, other := range theirs {
		if other != g {
			continue
		}
		c.all--
		if c.by[g.from] = append(theirs[:i:i], theirs[i+1:]...); len(c.by[g.from]) == 0 {
			delete(c.by, g.from)
		}
		return
	}
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
