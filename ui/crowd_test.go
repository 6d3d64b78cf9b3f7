package ui

import (
	"net"
	"net/netip"
	"testing"
)

// TestCrowd: 16 from one address, 64 in all, and who has fewer gets in for who has
// the most.
func TestCrowd(t *testing.T) {
	c := Crowd(nil).(*bounded)
	come := func(last byte) (leaver *guest, ok bool, g *guest) {
		conn, other := net.Pipe()
		t.Cleanup(func() { conn.Close(); other.Close() })
		g = &guest{Conn: conn, from: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, last}), 32), crowd: c}
		leaver, ok = c.enter(g)
		return leaver, ok, g
	}
	var first *guest
	for who := range byte(4) {
		for i := range maxFromOne {
			leaver, ok, g := come(who)
			if !ok || leaver != nil {
				t.Fatalf("%d of address %d: %v, %t", i, who, leaver, ok)
			}
			if first == nil {
				first = g
			}
		}
		if _, ok, _ := come(who); ok {
			t.Errorf("address %d has more than %d", who, maxFromOne)
		}
	}
	leaver, ok, mine := come(9)
	if !ok || leaver == nil || c.all != maxTogether || len(c.by[leaver.from]) != maxFromOne-1 {
		t.Fatalf("the owner is kept out: %v, %d", ok, c.all)
	}
	if leaver.Close(); c.all != maxTogether {
		t.Error("who had to leave gave a place up twice")
	}
	mine.Close()
	mine.Close()
	if c.all != maxTogether-1 || c.by[mine.from] != nil {
		t.Errorf("%d after one left", c.all)
	}
}

// TestCrowdIsFair: with 64 addresses of one connection each, nobody loses theirs.
func TestCrowdIsFair(t *testing.T) {
	c := Crowd(nil).(*bounded)
	for i := range 100 {
		conn, other := net.Pipe()
		t.Cleanup(func() { conn.Close(); other.Close() })
		leaver, ok := c.enter(&guest{Conn: conn, from: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 32), crowd: c})
		if leaver != nil || ok != (i < maxTogether) {
			t.Fatalf("connection %d: %v, %t", i, leaver, ok)
		}
	}
}
