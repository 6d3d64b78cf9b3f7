package ndp

import (
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"

	"github.com/mdlayher/packet"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// household is a cable to a device without IPv4, with one address of each kind,
// and of each kind one of ours.
func household(t testing.TB) (*netns.Peer, lan.Link) {
	t.Helper()
	p := netns.New(t, "home0", "fe80::1/64", "fe80::20/64", "fd00::20/64", "2001:db8::20/64")
	link := p.Link
	end, err := netlink.LinkByName(link.Name)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []string{"fd00::1/64", "2001:db8::1/64"} {
		n, err := netlink.ParseIPNet(a)
		if err == nil {
			err = netlink.AddrAdd(end, &netlink.Addr{IPNet: n, Flags: unix.IFA_F_NODAD})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// The kernel's own link-local address is not ready yet.
	link.Addrs = []netip.Addr{addr("fe80::1"), addr("fd00::1"), addr("2001:db8::1")}
	link.Prefixes, link.Public = prefixes("fe80::/64", "fd00::/64"), prefixes("2001:db8::/64")
	return p, link
}

func within(link lan.Link) func(netip.Addr) error {
	return func(a netip.Addr) error {
		if !link.Contains(a) {
			return os.ErrPermission
		}
		return nil
	}
}

var theirs = []string{"fe80::20", "fd00::20", "2001:db8::20"}

// listener is a socket at the device's end that hears what we say.
func listener(t *testing.T, p *netns.Peer) *packet.Conn {
	t.Helper()
	var c *packet.Conn
	p.Do(func() {
		ifi, err := net.InterfaceByName("eth0")
		if err == nil {
			c, err = packet.Listen(ifi, packet.Raw, unix.ETH_P_IPV6, nil)
		}
		if err != nil {
			t.Error(err)
		}
	})
	if c == nil {
		t.FailNow()
	}
	return c
}

func TestDiscover(t *testing.T) {
	p, link := household(t)
	far := listener(t, p)
	defer far.Close()
	// A device that has gone to sleep; the kernel's own table still has it.
	if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: link.Index, State: unix.NUD_STALE, IP: net.ParseIP("fd00::20"), HardwareAddr: p.MAC[:]}); err != nil {
		t.Fatal(err)
	}
	// Somebody else joins and asks whether its address is free.
	joining := wants(mac(77), "fd00::77", "ff02::1:ff00:77")
	copy(joining, []byte{0x33, 0x33, 0xff, 0, 0, 0x77})
	// Another does on a VLAN that comes by on the same cable.
	elsewhere := wants(mac(78), "fd00::78", "ff02::1:ff00:78")
	copy(elsewhere, []byte{0x33, 0x33, 0xff, 0, 0, 0x78})
	elsewhere = slices.Concat(elsewhere[:12], []byte{0x81, 0, 0, 9}, elsewhere[12:])
	seen := map[string]lan.Sighting{}
	s := New(within(link))
	open := s.open
	s.open = func(l lan.Link, allow func(netip.Addr) error) (socket, error) {
		sock, err := open(l, allow)
		for _, frame := range [][]byte{elsewhere, joining} {
			if err == nil {
				_, err = far.WriteTo(frame, &packet.Addr{HardwareAddr: frame[:6]})
			}
		}
		return sock, err
	}
	if err := s.Discover(t.Context(), link, func(s lan.Sighting) { seen[s.Addr.String()] = s }); err != nil {
		t.Fatal(err)
	}
	for _, a := range theirs {
		if s := seen[a]; s.MAC != p.MAC || s.Claim || s.Source != "ndp" {
			t.Errorf("%s was seen as %+v", a, s)
		}
	}
	if s := seen["fd00::77"]; s.MAC != mac(77) {
		t.Errorf("who is about to join was seen as %+v", s)
	}
	for a, s := range seen {
		if s.MAC != p.MAC && a != "fd00::77" {
			t.Errorf("saw %+v", s)
		}
	}
}

// TestMLDAlone hears a device that answers no pings.
func TestMLDAlone(t *testing.T) {
	p, link := household(t)
	p.Do(func() {
		if err := os.WriteFile("/proc/sys/net/ipv6/icmp/echo_ignore_multicast", []byte("1"), 0); err != nil {
			t.Error(err)
		}
	})
	link.Public, link.Prefixes = nil, prefixes("fe80::/64")
	seen := map[netip.Addr]bool{}
	s := New(within(link), Table(noTable))
	if err := s.Discover(t.Context(), link, func(s lan.Sighting) { seen[s.Addr] = s.MAC == p.MAC }); err != nil {
		t.Fatal(err)
	}
	if len(seen) == 0 {
		t.Error("nobody was seen")
	}
	for a, ok := range seen {
		if !ok {
			t.Errorf("%s was seen as somebody else", a)
		}
	}
}

func TestPing(t *testing.T) {
	p, link := household(t)
	pingable(t)
	seen := map[string]lan.Sighting{}
	err := NewPing().Discover(t.Context(), link, func(s lan.Sighting) {
		if s.Addr.IsLinkLocalUnicast() {
			s.Addr = addr("fe80::20") // the device made up another one, and answers from either
		}
		seen[s.Addr.String()] = s
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range theirs {
		if s := seen[a]; s.MAC != p.MAC || s.Claim || s.Source != "ndp" || s.At.IsZero() {
			t.Errorf("%s was seen as %+v", a, s)
		}
	}
}

func TestLook(t *testing.T) {
	p, link := household(t)
	if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: link.Index, State: unix.NUD_STALE, IP: net.ParseIP("fe80::20"), HardwareAddr: p.MAC[:]}); err != nil {
		t.Fatal(err)
	}
	stale, err := known(link)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		before map[netip.Addr]neigh.Entry
		heard  []netip.Addr
		want   map[netip.Addr]lan.MAC
	}{
		"old and silent":   {stale, nil, map[netip.Addr]lan.MAC{}},
		"old, answers":     {stale, []netip.Addr{addr("fe80::20")}, map[netip.Addr]lan.MAC{addr("fe80::20"): p.MAC}},
		"new to us":        {nil, nil, map[netip.Addr]lan.MAC{addr("fe80::20"): p.MAC}},
		"without an entry": {stale, []netip.Addr{addr("fd00::44")}, map[netip.Addr]lan.MAC{addr("fd00::44"): {}}},
	} {
		got := map[netip.Addr]lan.MAC{}
		r := &pings{link: link, seen: map[netip.Addr]bool{}, see: func(s lan.Sighting) { got[s.Addr] = s.MAC }}
		for _, a := range c.heard {
			r.seen[a] = true
		}
		if err := r.look(c.before); err != nil {
			t.Fatal(err)
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: saw %v", name, got)
		}
		for a, m := range c.want {
			if have, ok := got[a]; !ok || have != m {
				t.Errorf("%s: saw %v", name, got)
			}
		}
	}
}
