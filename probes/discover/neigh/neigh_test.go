package neigh

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

var home = lan.Link{Name: "br-lan", Index: 7, Prefixes: []netip.Prefix{
	netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fe80::/64"),
}, Public: []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")}}

// message is a struct ndmsg with its attributes, as the kernel writes it.
func message(index uint32, state uint16, ip string, hw net.HardwareAddr) []byte {
	addr := netip.MustParseAddr(ip)
	b := make([]byte, unix.SizeofNdMsg)
	b[0] = unix.AF_INET
	if addr.Is6() {
		b[0] = unix.AF_INET6
	}
	binary.NativeEndian.PutUint32(b[4:], index)
	binary.NativeEndian.PutUint16(b[8:], state)
	b[10] = unix.NTF_ROUTER
	b = attribute(b, unix.NDA_DST, addr.AsSlice())
	if hw != nil {
		b = attribute(b, unix.NDA_LLADDR, hw)
	}
	return attribute(b, unix.NDA_CACHEINFO, binary.NativeEndian.AppendUint32(nil, 250))
}

// attribute appends one to b, with its padding.
func attribute(b []byte, kind uint16, value []byte) []byte {
	b = binary.NativeEndian.AppendUint16(b, uint16(4+len(value)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), value...)
	return append(b, make([]byte, -len(value)&3)...)
}

func TestEntry(t *testing.T) {
	mac := net.HardwareAddr{0, 0x11, 0x22, 0x33, 0x44, 0x55}
	whole := message(7, unix.NUD_REACHABLE, "192.168.1.20", mac)
	bridged := slices.Clone(whole)
	bridged[0] = unix.AF_BRIDGE
	for _, c := range []struct {
		name string
		m    []byte
		ok   bool
		seen bool // by the Source
	}{
		{"reachable", message(7, unix.NUD_REACHABLE, "192.168.1.20", mac), true, true},
		{"stale", message(7, unix.NUD_STALE, "fe80::20", mac), true, true},
		{"permanent", message(7, unix.NUD_PERMANENT, "192.168.1.20", mac), true, true},
		{"delay", message(7, unix.NUD_DELAY, "192.168.1.20", mac), true, true},
		{"probe", message(7, unix.NUD_PROBE, "192.168.1.20", mac), true, true},
		{"incomplete", message(7, unix.NUD_INCOMPLETE, "192.168.1.20", nil), true, false},
		{"failed, address kept", message(7, unix.NUD_FAILED, "192.168.1.20", mac), true, false},
		{"noarp", message(7, unix.NUD_NOARP, "192.168.1.20", mac), false, false},
		{"other link", message(8, unix.NUD_REACHABLE, "192.168.1.20", mac), false, false},
		{"out of scope", message(7, unix.NUD_REACHABLE, "192.168.2.20", mac), false, false},
		{"public", message(7, unix.NUD_STALE, "2001:db8:1::20", mac), true, true},
		{"public, elsewhere", message(7, unix.NUD_REACHABLE, "2001:db8:2::20", mac), false, false},
		{"multicast", message(7, unix.NUD_PERMANENT, "ff02::1", mac), false, false},
		{"group MAC", message(7, unix.NUD_REACHABLE, "192.168.1.20", net.HardwareAddr{1, 0, 0x5e, 0, 0, 1}), false, false},
		{"zero MAC", message(7, unix.NUD_REACHABLE, "192.168.1.20", make(net.HardwareAddr, 6)), false, false},
		{"long MAC", message(7, unix.NUD_REACHABLE, "192.168.1.20", make(net.HardwareAddr, 20)), false, false},
		{"no attributes", whole[:unix.SizeofNdMsg], false, false},
		{"cut short", whole[:unix.SizeofNdMsg-1], false, false},
		{"torn apart", whole[:len(whole)-2], false, false},
		{"a bridge's", bridged, false, false},
		{"nothing", nil, false, false},
	} {
		var e Entry
		n, ok := decode(c.m)
		if ok {
			e, ok = n.entry(home)
		}
		seen := ok && !e.MAC.IsZero() && e.State.Answered()
		if ok != c.ok || seen != c.seen {
			t.Errorf("%s: entry = %+v, %t; seen %t", c.name, e, ok, seen)
		}
		if ok && (!e.Router || e.Confirmed != 2500*time.Millisecond) {
			t.Errorf("%s: %+v", c.name, e)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(message(7, unix.NUD_REACHABLE, "192.168.1.20", make(net.HardwareAddr, 20)))
	f.Add(message(7, unix.NUD_STALE, "fe80::20", net.HardwareAddr{0, 0x11, 0x22, 0x33, 0x44, 0x55}))
	f.Add(append(make([]byte, unix.SizeofNdMsg), 3, 0, 1, 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, ok := decode(b)
		if !ok {
			return
		}
		if e, ok := n.entry(home); ok && (e.MAC.IsGroup() || e.Confirmed < 0 || !home.Contains(e.Addr) && !home.Exposes(e.Addr)) {
			t.Fatalf("%x: %+v", b, e)
		}
	})
}

func TestSightingIsAsOldAsItsWord(t *testing.T) {
	now := time.Now()
	old := Entry{State: unix.NUD_STALE, Confirmed: time.Hour}
	if at := old.Sighting("neigh", home, now).At; !at.Equal(now.Add(-time.Hour)) {
		t.Errorf("an hour-old entry is dated %v", now.Sub(at))
	}
	fresh := Entry{State: unix.NUD_REACHABLE, Confirmed: time.Second, Router: true}
	if s := fresh.Sighting("neigh", home, now); !s.At.Equal(now) || s.Heard[Router] != "yes" {
		t.Errorf("a fresh router is %+v", s)
	}
}

func TestDiscover(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	other := netns.New(t, "other0", "198.51.100.1/24", "198.51.100.2/24")
	add := func(link lan.Link, ip string, state, flags int) {
		n := &netlink.Neigh{LinkIndex: link.Index, State: state, Flags: flags, IP: net.ParseIP(ip), HardwareAddr: p.MAC[:6]}
		if err := netlink.NeighSet(n); err != nil {
			t.Fatal(err)
		}
	}
	link := p.Link
	link.Prefixes = append(link.Prefixes, netip.MustParsePrefix("fe80::/64"))
	add(link, "192.0.2.2", unix.NUD_REACHABLE, 0)
	add(link, "192.0.2.3", unix.NUD_STALE, 0)
	add(link, "192.0.2.4", unix.NUD_FAILED, 0)
	add(link, "fe80::2", unix.NUD_STALE, unix.NTF_ROUTER)
	add(other.Link, "198.51.100.2", unix.NUD_REACHABLE, 0)

	seen := map[string]lan.Sighting{}
	err := New().Discover(context.Background(), link, func(s lan.Sighting) { seen[s.Addr.String()] = s })
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 3 || seen["192.0.2.2"].MAC != p.MAC || seen["192.0.2.3"].Source != "neigh" {
		t.Errorf("saw %v", seen)
	}
	if r := seen["fe80::2"]; r.Heard[Router] != "yes" || r.Link != "home0" {
		t.Errorf("the IPv6 router was seen as %+v", r)
	}
}

func TestDiscoverEndsWithContext(t *testing.T) {
	netns.Enter(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := New().Discover(ctx, home, func(lan.Sighting) { t.Error("saw something") }); err != nil {
		t.Error(err)
	}
}
