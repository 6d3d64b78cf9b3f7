package ui

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

// square is a crowd whose guests a test lets come.
type square struct {
	*bounded
	t     *testing.T
	clock *hand
}

func newSquare(t *testing.T) *square {
	s := &square{Crowd(nil).(*bounded), t, &hand{noon}}
	s.now = s.clock.now
	return s
}

// come is one connection from an address.
func (s *square) come(from string) (g, leaver *guest, ok bool) {
	conn, other := net.Pipe()
	s.t.Cleanup(func() { conn.Close(); other.Close() })
	addr := netip.MustParseAddr(from)
	g = &guest{Conn: conn, addr: netip.PrefixFrom(addr, addr.BitLen()), crowd: s.bounded}
	leaver, ok = s.enter(g)
	return g, leaver, ok
}

func host(i int) string { return netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}).String() }

// TestCrowd: 16 from one address, 48 from strangers, and who has fewer gets in for
// who has the most.
func TestCrowd(t *testing.T) {
	s := newSquare(t)
	for who := range 3 {
		var first *guest
		for i := range maxFromOne {
			g, leaver, ok := s.come(host(who))
			if !ok || leaver != nil {
				t.Fatalf("%d of address %d: %v, %t", i, who, leaver, ok)
			}
			if i == 0 {
				first = g
			}
			g.busy = true
		}
		if _, _, ok := s.come(host(who)); ok {
			t.Errorf("address %d has more than %d at work", who, maxFromOne)
		}
		first.busy = false
		if g, leaver, ok := s.come(host(who)); !ok || leaver != first {
			t.Errorf("address %d does not give up its own idle one: %v, %t", who, leaver, ok)
		} else {
			g.busy = true
		}
	}
	mine, leaver, ok := s.come(host(9))
	if !ok || leaver == nil || s.all != maxStrange || len(s.by[leaver.from]) != maxFromOne-1 {
		t.Fatalf("the owner is kept out: %v, %d", ok, s.all)
	}
	if leaver.Close(); s.all != maxStrange {
		t.Error("who had to leave gave a place up twice")
	}
	mine.Close()
	mine.Close()
	if s.all != maxStrange-1 || s.by[mine.from] != nil {
		t.Errorf("%d after one left", s.all)
	}
}

// TestCrowdOfAliases: one host with a hundred addresses keeps out neither who had
// a session lately nor, while it asks nothing, anybody else.
func TestCrowdOfAliases(t *testing.T) {
	s := newSquare(t)
	owner, _, _ := s.come("192.168.1.5")
	s.welcome(owner)
	owner.Close()
	var aliases []*guest
	for i := range 100 {
		g, leaver, ok := s.come(host(i))
		if aliases = append(aliases, g); !ok || (leaver != nil) != (i >= maxStrange) || leaver != nil && leaver != aliases[i-maxStrange] {
			t.Fatalf("connection %d: %v, %t", i, leaver, ok)
		}
	}
	for _, g := range aliases {
		g.busy = true
	}
	if _, _, ok := s.come("192.168.1.6"); ok {
		t.Error("more strangers at work than there are places for")
	}
	for i := range maxFromOne {
		g, leaver, ok := s.come("192.168.1.5")
		if !ok || leaver != nil {
			t.Fatalf("the owner's connection %d: %v, %t", i, leaver, ok)
		}
		g.busy = true
	}
	guests := 0
	for i := range maxFromOne { // another of the household takes strangers' places
		g, leaver, ok := s.come("192.168.1.7")
		if i == 0 {
			s.welcome(g)
		}
		if ok && leaver != nil && leaver.from == aliases[0].from {
			t.Errorf("%v left", leaver.from)
		}
		if ok {
			guests++
		}
	}
	if s.clock.move(sessionIdle); s.friend(owner.addr) {
		t.Error("a friend for ever")
	}
	t.Logf("%d of another browser, %d in all", guests, s.all)
}

// TestCrowdFriend: on IPv6 one who has logged in counts apart from the network
// that it shares with everybody.
func TestCrowdFriend(t *testing.T) {
	s := newSquare(t)
	owner, _, _ := s.come("fd00::5")
	for range maxFromOne - 1 {
		g, _, _ := s.come("fd00::6")
		g.busy = true
	}
	s.welcome(owner)
	if owner.from != owner.addr || len(s.by[owner.from]) != 1 || s.all != maxFromOne {
		t.Errorf("it counts as %v", owner.from)
	}
	for i := range maxFromOne - 1 {
		if g, leaver, ok := s.come("fd00::5"); !ok || leaver != nil || g.from != owner.addr {
			t.Errorf("connection %d: %v, %t", i, leaver, ok)
		}
	}
	if _, leaver, ok := s.come("fd00::5"); !ok || leaver != owner {
		t.Errorf("not its oldest: %v", leaver)
	}
	for i := range maxFriends + 5 {
		s.clock.move(time.Second)
		g, _, _ := s.come(host(i))
		s.welcome(g)
		g.Close()
	}
	if len(s.friends) != maxFriends || s.friend(owner.addr) {
		t.Errorf("%d friends", len(s.friends))
	}
}

// TestCrowdObserves: who waits for an answer is at work, through TLS too.
func TestCrowdObserves(t *testing.T) {
	g, _, _ := newSquare(t).come("10.0.0.1")
	wrapped := tls.Server(g, &tls.Config{})
	for _, c := range []struct {
		state http.ConnState
		busy  bool
	}{{http.StateNew, false}, {http.StateActive, true}, {http.StateIdle, false}} {
		if observe(wrapped, c.state); g.busy != c.busy {
			t.Errorf("in state %v it is at work: %t", c.state, g.busy)
		}
	}
	if other, _ := net.Pipe(); guestOf(other) != nil || introduce(t.Context(), wrapped).Value(guestKey{}) != g {
		t.Error("a stranger's connection is taken for a guest, or a guest's is not")
	}
}

// TestCrowdServed: the server tells the crowd who has a session, and who waits for
// an answer.
func TestCrowdServed(t *testing.T) {
	m := let(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := Crowd(l).(*bounded)
	srv := &httptest.Server{Listener: c, Config: Server(m.h)}
	srv.Start()
	t.Cleanup(srv.Close)
	here := netip.MustParsePrefix("127.0.0.1/32")
	known := func() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.friend(here) }
	ask := func(cookie string) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+"/api/v1/state", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		resp, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if ask("homesweep=guess"); known() {
		t.Error("a stranger is a friend")
	}
	if ask(m.cookie); !known() {
		t.Error("who has a session is a stranger")
	}
	if p := Server(m.h).Protocols; !p.HTTP1() || p.HTTP2() || p.UnencryptedHTTP2() {
		t.Errorf("it speaks %v", p)
	}
}
