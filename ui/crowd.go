package ui

import (
	"net"
	"net/netip"
	"sync"
	"time"
)

// How many connections a dashboard has at once: a home has a few browsers, each of
// which opens six, and a router little memory.
const (
	maxTogether = 64
	maxFromOne  = 16
	maxStrange  = 48 // from where nobody has logged in; the rest is for the household
	maxFriends  = 64
)

// Crowd is l with bounds: at most 64 connections at once, 16 of them from one
// address (or one IPv6 network, whose hosts choose theirs at will), and 48 from
// where nobody had a session in the last 12 hours. When there is no room, an
// address with all of its own gives up the one it uses least; a stranger takes the
// place of whoever has the most, or of the oldest that asks nothing, or of the
// oldest, as a question may be kept from ending; and the household takes that of
// strangers. Whose password waits to be looked at keeps its place before strangers.
// Served by Server it learns who is who.
func Crowd(l net.Listener) net.Listener {
	return &bounded{Listener: l, now: time.Now, by: map[netip.Prefix][]*guest{}, friends: map[netip.Prefix]time.Time{}}
}

type bounded struct {
	net.Listener
	now func() time.Time

	mu      sync.Mutex
	all     int
	came    uint64
	by      map[netip.Prefix][]*guest // by whom they count as, oldest first
	friends map[netip.Prefix]time.Time
}

// Accept is the next connection that there is room for.
func (c *bounded) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g := &guest{Conn: conn, addr: address(conn.RemoteAddr().String()), crowd: c}
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
	friend := c.friend(g.addr)
	if g.from = network(g.addr); friend {
		g.from = g.addr
	}
	mine, strange := c.by[g.from], 0
	for from, theirs := range c.by {
		if !c.friend(from) {
			strange += len(theirs)
		}
	}
	switch {
	case len(mine) >= maxFromOne:
		leaver = spare(mine)
	case c.all >= maxTogether || !friend && strange >= maxStrange:
		leaver = c.leaver(len(mine), friend)
	default:
		c.add(g)
		return nil, true
	}
	if leaver == nil {
		return nil, false
	}
	c.remove(leaver)
	c.add(g)
	return leaver, true
}

// leaver is who gives up a place to one who has mine already. The household
// takes one from strangers; among themselves it goes to who has fewer.
func (c *bounded) leaver(mine int, friend bool) *guest {
	var most, own []*guest // of strangers, and of the household
	var least *guest       // the stranger who is spared most easily
	for from, theirs := range c.by {
		if c.friend(from) {
			if len(theirs) > len(own) {
				own = theirs
			}
			continue
		}
		if len(theirs) > len(most) {
			most = theirs
		}
		if g := spare(theirs); g != nil && (least == nil || g.before(least)) {
			least = g
		}
	}
	if friend && len(most) == 0 {
		most, friend = own, false
	}
	switch g := spare(most); {
	case !friend && (g == nil || len(most) <= mine+1):
		return least
	case g != nil:
		return g
	}
	return most[0]
}

// spare is whom of list the others can best do without, nil where all wait for
// their passwords to be looked at.
func spare(list []*guest) (least *guest) {
	for _, g := range list {
		if !g.waits && (least == nil || g.before(least)) {
			least = g
		}
	}
	return least
}

// friend reports whether somebody there had a session lately. The lock is held.
func (c *bounded) friend(addr netip.Prefix) bool {
	last, met := c.friends[addr]
	return met && c.now().Sub(last) < sessionIdle
}

// welcome remembers that g's host has a session.
func (c *bounded) welcome(g *guest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !g.addr.IsValid() {
		return
	}
	if _, met := c.friends[g.addr]; !met && len(c.friends) >= maxFriends {
		oldest := g.addr
		for addr, last := range c.friends {
			if before, ok := c.friends[oldest]; !ok || last.Before(before) {
				oldest = addr
			}
		}
		delete(c.friends, oldest)
	}
	c.friends[g.addr] = c.now()
	if g.from != g.addr && c.remove(g) { // from now on it counts apart from its network
		g.from = g.addr
		c.add(g)
	}
}

// add gives g a place. The lock is held.
func (c *bounded) add(g *guest) {
	c.all++
	c.came++
	g.came = c.came
	c.by[g.from] = append(c.by[g.from], g)
}

// remove takes g's place away, if it has one still. The lock is held.
func (c *bounded) remove(g *guest) bool {
	theirs := c.by[g.from]
	for i, other := range theirs {
		if other != g {
			continue
		}
		c.all--
		if c.by[g.from] = append(theirs[:i:i], theirs[i+1:]...); len(c.by[g.from]) == 0 {
			delete(c.by, g.from)
		}
		return true
	}
	return false
}
