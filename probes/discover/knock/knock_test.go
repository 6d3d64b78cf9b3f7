package knock

import (
	"context"
	"net"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/discover/neigh"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

func TestAddresses(t *testing.T) {
	for _, c := range []struct {
		prefixes []string
		own      string
		want     []string
		count    int
	}{
		{[]string{"192.168.1.0/30", "fe80::/64"}, "192.168.1.1", []string{"192.168.1.2"}, 1},
		{[]string{"192.168.1.0/31"}, "192.168.1.0", []string{"192.168.1.1"}, 1},
		{[]string{"192.168.1.7/32"}, "192.168.1.1", []string{"192.168.1.7"}, 1},
		{[]string{"192.168.1.0/30", "192.168.1.0/30"}, "192.168.1.1", []string{"192.168.1.2"}, 1},
		{[]string{"192.168.1.0/24"}, "192.168.1.1", nil, 253},
		{[]string{"10.0.0.0/22"}, "10.0.0.1", nil, 1021},
		{[]string{"10.0.0.0/8"}, "10.0.0.1", nil, most},
		{[]string{"255.255.255.0/24"}, "10.0.0.1", nil, 254},
		{[]string{"fe80::/64"}, "fe80::1", nil, 0},
	} {
		l := lan.Link{Addrs: []netip.Addr{netip.MustParseAddr(c.own)}}
		for _, p := range c.prefixes {
			l.Prefixes = append(l.Prefixes, netip.MustParsePrefix(p))
		}
		got := addresses(l)
		if len(got) != c.count || slices.Contains(got, l.Addrs[0]) {
			t.Errorf("%v: %d addresses, want %d", c.prefixes, len(got), c.count)
		}
		for n, want := range c.want {
			if got[n].String() != want {
				t.Errorf("%v: %v, want %v", c.prefixes, got, c.want)
			}
		}
	}
}

// TestAddressesOfAPart: the first and last address of a part of a network are
// hosts like any other.
func TestAddressesOfAPart(t *testing.T) {
	l := lan.Link{
		Addrs:    []netip.Addr{netip.MustParseAddr("192.168.1.1")},
		Networks: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")},
	}
	for part, want := range map[string]int{"192.168.1.16/30": 4, "192.168.1.192/26": 63, "192.168.1.0/30": 2} {
		l.Prefixes = []netip.Prefix{netip.MustParsePrefix(part)}
		if got := addresses(l); len(got) != want {
			t.Errorf("%s: %v, want %d addresses", part, got, want)
		}
	}
}

func TestAnswered(t *testing.T) {
	old, young := netip.MustParseAddr("192.168.1.2"), netip.MustParseAddr("192.168.1.3")
	k := knocks{before: map[netip.Addr]neigh.State{old: unix.NUD_STALE}}
	mac := lan.MAC{0, 1, 2, 3, 4, 5}
	for _, c := range []struct {
		e    neigh.Entry
		want bool
	}{
		{neigh.Entry{Addr: old, MAC: mac, State: unix.NUD_DELAY}, false},
		{neigh.Entry{Addr: old, MAC: mac, State: unix.NUD_REACHABLE}, true},
		{neigh.Entry{Addr: young, MAC: mac, State: unix.NUD_STALE}, true},
		{neigh.Entry{Addr: young, MAC: mac, State: unix.NUD_REACHABLE}, true},
		{neigh.Entry{Addr: young, MAC: mac, State: unix.NUD_FAILED}, false},
		{neigh.Entry{Addr: young, State: unix.NUD_INCOMPLETE}, false},
	} {
		if got := k.answered(c.e); got != c.want {
			t.Errorf("%+v: %t", c.e, got)
		}
	}
}

// discover runs the source and returns who was seen how often.
func discover(t *testing.T, link lan.Link, allow func(netip.Addr) bool) map[string][]lan.Sighting {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	seen := map[string][]lan.Sighting{}
	err := New(allow).Discover(ctx, link, func(s lan.Sighting) {
		seen[s.Addr.String()] = append(seen[s.Addr.String()], s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

// hurry shortens the kernel's patience with silent neighbours. Where it may not,
// the test only takes longer.
func hurry(link string) {
	for name, value := range map[string]string{"delay_first_probe_time": "1", "ucast_solicit": "1", "retrans_time_ms": "200"} {
		_ = os.WriteFile("/proc/sys/net/ipv4/neigh/"+link+"/"+name, []byte(value), 0)
	}
}

func TestDiscover(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/28", "192.0.2.2/28", "192.0.2.3/28", "192.0.2.14/28")
	// The kernel remembers a device that has left, and one that is still here.
	for _, ip := range []string{"192.0.2.9", "192.0.2.3"} {
		n := &netlink.Neigh{LinkIndex: p.Link.Index, State: unix.NUD_STALE, IP: net.ParseIP(ip), HardwareAddr: p.MAC[:]}
		if err := netlink.NeighSet(n); err != nil {
			t.Fatal(err)
		}
	}
	hurry(p.Link.Name)
	asked := map[netip.Addr]int{}
	seen := discover(t, p.Link, func(a netip.Addr) bool {
		asked[a]++
		return a != netip.MustParseAddr("192.0.2.14")
	})
	if len(asked) != 13 || asked[netip.MustParseAddr("192.0.2.1")]+asked[netip.MustParseAddr("192.0.2.0")]+asked[netip.MustParseAddr("192.0.2.15")] > 0 {
		t.Errorf("asked %v", asked)
	}
	for _, there := range []string{"192.0.2.2", "192.0.2.3"} {
		if s := seen[there]; len(s) != 1 || s[0].MAC != p.MAC || s[0].Source != "knock" || s[0].Link != "home0" {
			t.Errorf("%s was seen as %+v", there, s)
		}
	}
	if len(seen) != 2 {
		t.Errorf("saw %v", seen)
	}
}

func TestNothingGoesThroughAGateway(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24", "198.51.100.2/24")
	route := &netlink.Route{Dst: &net.IPNet{IP: net.IPv4(198, 51, 100, 0), Mask: net.CIDRMask(24, 32)}, Gw: net.IPv4(192, 0, 2, 2)}
	if err := netlink.RouteAdd(route); err != nil {
		t.Fatal(err)
	}
	d, err := open(p.Link)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	// The kernel may refuse, or look for the address on the link itself; to
	// reach the gateway it would have to resolve that.
	_ = d.knock(netip.MustParseAddr("198.51.100.2"))
	list, err := neigh.Read(p.Link)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if e.Addr == netip.MustParseAddr("192.0.2.2") {
			t.Errorf("a knock went to the gateway: %+v", e)
		}
	}
}

func TestRefusal(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	d, err := open(p.Link)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	there := netip.MustParseAddr("192.0.2.2")
	if err := d.knock(there); err != nil {
		t.Fatal(err)
	}
	// The ICMP error makes the socket readable with an error of its own.
	if err := d.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.conn.ReadFromUDPAddrPort(make([]byte, 1)); err == nil {
		t.Fatal("somebody answered a discard datagram")
	}
	if got := d.refused(); !got[there] || len(got) != 1 {
		t.Errorf("refused: %v", got)
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add([]byte{})
	f.Add(make([]byte, 48))
	f.Fuzz(func(_ *testing.T, b []byte) { refusal(b, netip.AddrFrom4([4]byte{192, 0, 2, 1})) })
}

func TestDiscoverEndsWithContext(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	ctx, cancel := context.WithCancel(context.Background())
	sent := 0
	err := New(func(netip.Addr) bool {
		if sent++; sent == 2 {
			cancel()
		}
		return true
	}).Discover(ctx, p.Link, func(lan.Sighting) {})
	if err != nil || sent > 3 {
		t.Errorf("%d knocks after the end, %v", sent, err)
	}
}
