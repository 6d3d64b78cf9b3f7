package ui

import (
	"net"
	"net/netip"
	"slices"
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
	s := &square{Crowd(nil).(*bounded), t, &hand{at: noon}}
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
		s.by[first.from][5].busy = false
		resting := s.by[first.from][5]
		if g, leaver, ok := s.come(host(who)); !ok || leaver != resting {
			t.Errorf("address %d does not give up its own idle one: %v, %t", who, leaver, ok)
		} else {
			g.busy = true
		}
		if g, leaver, ok := s.come(host(who)); !ok || leaver != first {
			t.Errorf("address %d, all at work, does not give up its oldest: %v, %t", who, leaver, ok)
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
// a session lately nor anybody else, whether it asks nothing or never ends asking.
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
	late, leaver, ok := s.come("192.168.1.6")
	if !ok || leaver != aliases[100-maxStrange] {
		t.Errorf("a stranger is kept out by others at work: %v, %t", leaver, ok)
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
		if !ok || !slices.Contains(append(aliases, late), leaver) {
			t.Errorf("connection %d of another browser: %v, %t", i, leaver, ok)
			continue
		}
		g.busy = true
		guests++
	}
	if guests != maxFromOne || s.all != maxTogether {
		t.Errorf("%d of another browser, %d in all", guests, s.all)
	}
	if s.clock.move(sessionIdle); s.friend(owner.addr) {
		t.Error("a friend for ever")
	}
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
