package reach

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

func scopeOf(prefixes ...string) *Scope {
	link := lan.Link{Name: "br-lan"}
	for _, p := range prefixes {
		link.Prefixes = append(link.Prefixes, netip.MustParsePrefix(p))
	}
	return NewScope([]lan.Link{link})
}

func TestScope(t *testing.T) {
	s := scopeOf("192.168.1.0/24", "fe80::/64", "fd12:3456::/64", "203.0.113.0/24", "10.9.9.4/31")
	for addr, want := range map[string]bool{
		"192.168.1.20":        true,
		"::ffff:192.168.1.20": true,
		"fe80::1":             true,
		"fe80::1%br-lan":      true,
		"fd12:3456::7":        true,
		"10.9.9.4":            true, // both addresses of a /31 are hosts, RFC 3021
		"192.168.1.0":         false,
		"192.168.1.255":       false,
		"192.168.2.20":        false,
		"203.0.113.7":         false, // on the link, but public
		"8.8.8.8":             false,
		"127.0.0.1":           false,
		"224.0.0.251":         false,
		"255.255.255.255":     false,
		"0.0.0.0":             false,
		"100.64.0.1":          false, // carrier-grade NAT is not the home
		"2001:db8::1":         false,
		"fd99::1":             false,
	} {
		err := s.Allow(netip.MustParseAddr(addr))
		if (err == nil) != want {
			t.Errorf("%s: %v", addr, err)
		}
		if err != nil && !errors.Is(err, probes.ErrScope) {
			t.Errorf("%s: %v is not ErrScope", addr, err)
		}
	}
	if (&Scope{}).Allow(netip.MustParseAddr("192.168.1.20")) == nil {
		t.Error("the zero scope lets something through")
	}
	alone := NewScope(s.links, netip.MustParseAddr("192.168.1.20"))
	if alone.Allow(netip.MustParseAddr("::ffff:192.168.1.20")) == nil || alone.Allow(netip.MustParseAddr("192.168.1.21")) != nil {
		t.Error("what is to be left alone is not, or too much is")
	}
	if s.Allow(netip.Addr{}) == nil {
		t.Error("the zero address is let through")
	}
}

// TestExposedIsNeverAsked: what is on the link and belongs to the internet stays
// out, whether links notes it as public or somebody takes it for a prefix.
func TestExposedIsNeverAsked(t *testing.T) {
	public := netip.MustParsePrefix("2a02:1234:5678:1::/64")
	own := []netip.Addr{netip.MustParseAddr("2a02:1234:5678:1::1"), netip.MustParseAddr("fe80::1")}
	local := netip.MustParsePrefix("fe80::/64")
	for name, link := range map[string]lan.Link{
		"noted":    {Name: "br-lan", Prefixes: []netip.Prefix{local}, Public: []netip.Prefix{public}, Addrs: own},
		"mistaken": {Name: "br-lan", Prefixes: []netip.Prefix{local, public}, Networks: []netip.Prefix{public}, Addrs: own},
	} {
		s := NewScope([]lan.Link{link})
		for _, a := range []string{"2a02:1234:5678:1::20", "2a02:1234:5678:1::20%br-lan", "2a02:1234:5678:1::", "2a02:1234:5678:1::1"} {
			if err := s.Allow(netip.MustParseAddr(a)); !errors.Is(err, probes.ErrScope) {
				t.Errorf("%s: %s: %v", name, a, err)
			}
		}
		for _, a := range []string{"ff02::1", "ff02::1%br-lan", "ff02::1:ff00:20", "::", "::1"} {
			if s.Allow(netip.MustParseAddr(a)) == nil {
				t.Errorf("%s: %s is let through", name, a)
			}
		}
		if err := s.Allow(netip.MustParseAddr("fe80::20")); err != nil {
			t.Errorf("%s: the link's own neighbours: %v", name, err)
		}
	}
}

// TestScopeOfAPart: of a part of a network, only the whole network's own and
// broadcast address are nobody's.
func TestScopeOfAPart(t *testing.T) {
	s := NewScope([]lan.Link{{
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.16/30"), netip.MustParsePrefix("192.168.1.192/26")},
		Networks: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")},
	}})
	for addr, want := range map[string]bool{
		"192.168.1.16": true, "192.168.1.19": true, "192.168.1.192": true,
		"192.168.1.255": false, "192.168.1.0": false, "192.168.1.20": false, "192.168.1.15": false,
	} {
		if err := s.Allow(netip.MustParseAddr(addr)); (err == nil) != want {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

// TestScopeIsNeverWider holds Allow against its definition for random links
// and addresses: allowed means private and inside a chosen prefix.
func TestScopeIsNeverWider(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	addr := func() netip.Addr {
		first := [][]byte{{10, 0}, {192, 168}, {172, 16}, {169, 254}, {8, 8}, {100, 64}, {203, 0}}[rng.IntN(7)]
		return netip.AddrFrom4([4]byte{first[0], first[1], byte(rng.IntN(3)), byte(rng.IntN(256))})
	}
	allowed := 0
	for range 20_000 {
		p := netip.PrefixFrom(addr(), 22+rng.IntN(11)).Masked()
		s := NewScope([]lan.Link{{Prefixes: []netip.Prefix{p}}})
		a := addr()
		if s.Allow(a) != nil {
			continue
		}
		allowed++
		if !p.Contains(a) || !a.IsPrivate() && !a.IsLinkLocalUnicast() {
			t.Fatalf("%s is allowed by %s", a, p)
		}
	}
	if allowed < 50 {
		t.Fatalf("only %d addresses were allowed; the test does not test", allowed)
	}
}
