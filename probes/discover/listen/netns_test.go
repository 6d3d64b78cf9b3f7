package listen

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// TestOnALink hears a real device through the kernel's filter: by broadcast, in
// a group that this machine never joined, in ARP, and neither what we say
// ourselves nor what is said on a VLAN above the link.
func TestOnALink(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	netns.Route(t, "home0")
	routes(t, p)
	seen := make(chan lan.Sighting, 64)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ended := make(chan error)
	listening := make(chan struct{})
	s := New(append(ears, Ear{Port: 7001, Hear: plain}), Join(netip.MustParseAddr("239.255.255.250"), netip.MustParseAddr("ff02::c")),
		Clock(func() time.Time {
			select {
			case listening <- struct{}{}: // the socket is open before the clock is read
			default:
			}
			return time.Now()
		}))
	go func() { ended <- s.Discover(ctx, p.Link, func(s lan.Sighting) { seen <- s }) }()
	<-listening
	say(t, func(f func()) { f() }, "192.0.2.2:7000", "ours")
	tagged(t, p, 9, "tagged")
	tagged(t, p, 0, "urgent")
	passedOn(t, p)
	say(t, p.Do, "224.9.9.9:7000", "group")
	say(t, p.Do, "192.0.2.1:7001", "last")
	heard := map[string]lan.Sighting{}
	for heard["plain last"].Link == "" {
		select {
		case s := <-seen:
			heard[s.Source+strings.Join(append([]string{""}, s.Names...), " ")] = s
		case <-ctx.Done():
			t.Fatalf("heard only %v", heard)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for what, want := range map[string]bool{"plain ours": false, "plain tagged": false, "plain urgent": true, "plain outgoing": false, "plain group": true, "plain last": true, "arp": true} {
		s, ok := heard[what]
		if ok != want || ok && (s.MAC != p.MAC || s.Addr != netip.MustParseAddr("192.0.2.2") || s.Claim) {
			t.Errorf("%s: %t, %+v", what, ok, s)
		}
	}
}

// say sends one datagram from the namespace that in runs a function in.
func say(t *testing.T, in func(func()), to, text string) {
	t.Helper()
	var err error
	in(func() {
		var c net.Conn
		if c, err = net.Dial("udp4", to); err == nil {
			_, err = c.Write([]byte(text))
			c.Close()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// tagged sends, from the device, a datagram of a VLAN: on the parent of one that is
// another network's. VLAN 0 is none (IEEE 802.1Q-2022, 9.6): the tag only says how
// urgent the frame is.
func tagged(t *testing.T, p *netns.Peer, vlan byte, text string) {
	t.Helper()
	plain := udp(t, p.MAC, netip.MustParseAddrPort("192.0.2.2:7000"), netip.MustParseAddrPort("192.0.2.1:7000"), text)
	var err error
	p.Do(func() { err = raw("eth0", slices.Concat(plain[:12], []byte{0x81, 0, 0, vlan}, plain[12:])) })
	if err != nil {
		t.Fatal(err)
	}
}

// passedOn sends, from here, a frame of another station, as a bridge does.
func passedOn(t *testing.T, p *netns.Peer) {
	t.Helper()
	frame := udp(t, lan.MAC{2, 7}, netip.MustParseAddrPort("192.0.2.7:7000"), netip.MustParseAddrPort("192.0.2.2:7000"), "outgoing")
	if err := raw(p.Link.Name, frame); err != nil {
		t.Fatal(err)
	}
}

// raw sends a frame as it is.
func raw(name string, frame []byte) error {
	i, err := net.InterfaceByName(name)
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.Sendto(fd, frame, 0, &unix.SockaddrLinklayer{Ifindex: i.Index, Halen: 6})
}

// routes gives the device a way for groups.
func routes(t *testing.T, p *netns.Peer) {
	t.Helper()
	var err error
	p.Do(func() {
		var eth netlink.Link
		if eth, err = netlink.LinkByName("eth0"); err == nil {
			all := &net.IPNet{IP: net.IPv4zero, Mask: net.CIDRMask(0, 32)}
			err = netlink.RouteAdd(&netlink.Route{LinkIndex: eth.Attrs().Index, Dst: all, Scope: netlink.SCOPE_LINK})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
