package ndp

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// quiet has the device answer no echo request to all.
func quiet(t *testing.T, p *netns.Peer) {
	t.Helper()
	p.Do(func() {
		if err := os.WriteFile("/proc/sys/net/ipv6/icmp/echo_ignore_multicast", []byte("1"), 0); err != nil {
			t.Error(err)
		}
	})
}

func remember(t *testing.T, link lan.Link, a string, mac lan.MAC) {
	t.Helper()
	if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: link.Index, State: unix.NUD_STALE, IP: net.ParseIP(a), HardwareAddr: mac[:]}); err != nil {
		t.Fatal(err)
	}
}

const pingers = "/proc/sys/net/ipv4/ping_group_range"

// pingable lets the tests' user have ping sockets, which in a new namespace
// nobody may. The tests that want it come last, for not every user can take it
// back.
func pingable(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(pingers, []byte("0 0"), 0); err != nil {
		t.Skip("may not decide who pings:", err)
	}
}

// unpingable is that nobody may have ping sockets.
func unpingable(t *testing.T) {
	t.Helper()
	if os.WriteFile(pingers, []byte("1 0"), 0) == nil {
		return
	}
	// The namespace of an ordinary user knows no group 1.
	if who, err := os.ReadFile(pingers); err != nil || strings.HasPrefix(string(who), "0\t") {
		t.Skip("a test before this one let everybody ping, which this user cannot take back:", err)
	}
}

func TestMute(t *testing.T) {
	_, link := household(t)
	unpingable(t)
	if !Mute(link) {
		t.Error("nobody may have ping sockets, and all can be asked")
	}
	if Mute(lan.Link{Name: link.Name, Addrs: []netip.Addr{addr("192.168.1.1")}}) {
		t.Error("there is nobody to ask on a link without IPv6")
	}
}

func TestPingWithoutPermission(t *testing.T) {
	p, link := household(t)
	unpingable(t)
	for a, state := range map[string]int{"fe80::20": unix.NUD_REACHABLE, "fd00::30": unix.NUD_STALE} {
		if err := netlink.NeighSet(&netlink.Neigh{LinkIndex: link.Index, State: state, IP: net.ParseIP(a), HardwareAddr: p.MAC[:]}); err != nil {
			t.Fatal(err)
		}
	}
	var seen []string
	if err := NewPing().Discover(t.Context(), link, func(s lan.Sighting) { seen = append(seen, s.Addr.String()) }); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || seen[0] != "fe80::20" {
		t.Errorf("saw %v, want what the kernel had word from just now", seen)
	}
	if err := NewPing().Discover(t.Context(), lan.Link{Name: "home0", Addrs: []netip.Addr{addr("192.168.1.1")}}, nil); err != nil {
		t.Errorf("a link without IPv6: %v", err)
	}
}

// calls has the device send us something, for which it needs our hardware address
// and we are told its own. From then on the cable carries all.
func calls(t *testing.T, p *netns.Peer, link lan.Link, from, to string) {
	t.Helper()
	at := func(a string, port, index int) *net.UDPAddr {
		u := &net.UDPAddr{IP: net.ParseIP(a), Port: port}
		if u.IP.IsLinkLocalUnicast() {
			u.Zone = strconv.Itoa(index)
		}
		return u
	}
	ears, err := net.ListenUDP("udp6", at(to, 0, link.Index))
	if err != nil {
		t.Fatal(err)
	}
	defer ears.Close()
	var mouth *net.UDPConn
	var far *net.UDPAddr
	p.Do(func() {
		var end *net.Interface
		if end, err = net.InterfaceByName("eth0"); err == nil {
			far = at(to, ears.LocalAddr().(*net.UDPAddr).Port, end.Index)
			mouth, err = net.ListenUDP("udp6", at(from, 0, end.Index))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	defer mouth.Close()
	for range 100 { // the kernel takes a moment to open a new address to others
		if _, err = mouth.WriteTo([]byte("hello"), far); err != nil {
			t.Fatal(err)
		}
		_ = ears.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		if _, _, err = ears.ReadFrom(make([]byte, 8)); err == nil {
			return
		}
	}
	t.Fatal("nothing of what the device sends arrives:", err)
}

// moment is a context that ends once something has happened, which it has
// happen when somebody asks for its end.
type moment struct {
	context.Context
	once   *sync.Once
	happen func()
}

func (m moment) Done() <-chan struct{} {
	m.once.Do(m.happen)
	ended := make(chan struct{})
	close(ended)
	return ended
}

func (m moment) Err() error { return context.Canceled }

// TestCallers: who sends us something is there, whoever may ask.
func TestCallers(t *testing.T) {
	for name, s := range map[string]probes.Source{"who may not ask": NewPing(), "who only listens": Callers()} {
		t.Run(name, func(t *testing.T) {
			p, link := household(t)
			quiet(t, p)
			call := func() { calls(t, p, link, "fe80::20", "fe80::1") }
			remember(t, link, "fd00::30", p.MAC)
			var seen []lan.Sighting
			err := s.Discover(moment{t.Context(), new(sync.Once), call}, link, func(s lan.Sighting) { seen = append(seen, s) })
			if err != nil || len(seen) != 1 || seen[0].Addr != addr("fe80::20") || seen[0].MAC != p.MAC || s.Name() != Name {
				t.Errorf("saw %+v, %v", seen, err)
			}
		})
	}
}

// TestEach asks a device that does not answer who calls everybody.
func TestEach(t *testing.T) {
	for _, may := range []bool{false, true} {
		for name, c := range map[string]struct {
			prefix  string
			strange bool // the kernel has not met it
			opts    func(lan.Link) []PingOption
			want    []string
		}{
			"remembered":      {"fd00::/64", false, func(l lan.Link) []PingOption { return []PingOption{Each(within(l))} }, []string{"fd00::20"}},
			"narrow":          {"fd00::20/124", true, func(l lan.Link) []PingOption { return []PingOption{Each(within(l))} }, []string{"fd00::20"}},
			"not to be asked": {"fd00::/64", false, func(lan.Link) []PingOption { return nil }, nil},
			"all are left alone": {"fd00::/64", false, func(lan.Link) []PingOption {
				return []PingOption{Each(func(netip.Addr) error { return probes.ErrScope })}
			}, nil},
		} {
			t.Run(map[bool]string{true: "by ping, ", false: "by datagram, "}[may]+name, func(t *testing.T) {
				p, link := household(t)
				if may {
					pingable(t)
				} else {
					unpingable(t)
				}
				if Mute(link) == may {
					t.Errorf("with ping sockets %t, and so is Mute", may)
				}
				quiet(t, p)
				link.Prefixes, link.Public = prefixes(c.prefix), nil
				calls(t, p, link, "fd00::20", "fd00::1")
				remember(t, link, "fd00::20", p.MAC)
				if c.strange {
					if err := netlink.NeighDel(&netlink.Neigh{LinkIndex: link.Index, IP: net.ParseIP("fd00::20")}); err != nil {
						t.Fatal(err)
					}
				}
				remember(t, link, "fd00::30", mac(30)) // left long ago
				remember(t, link, "fe80::20", p.MAC)   // not in scope
				var seen []string
				err := NewPing(c.opts(link)...).Discover(t.Context(), link, func(s lan.Sighting) {
					seen = append(seen, s.Addr.String())
					if s.MAC != p.MAC || s.Source != Name || s.Claim {
						t.Errorf("saw %+v", s)
					}
				})
				if err != nil || !slices.Equal(seen, c.want) {
					t.Errorf("saw %v, %v, want %v", seen, err, c.want)
				}
			})
		}
	}
}

// control is the control message of an ICMPv6 error.
func control(errno unix.Errno, origin byte, sender string, level int32) []byte {
	b := make([]byte, 16+unix.SizeofSockaddrInet6)
	binary.NativeEndian.PutUint32(b, uint32(errno))
	b[4] = origin
	a := addr(sender).As16()
	copy(b[24:], a[:])
	out := make([]byte, unix.CmsgSpace(len(b)))
	h := (*unix.Cmsghdr)(unsafe.Pointer(&out[0]))
	h.Level, h.Type = level, unix.IPV6_RECVERR
	h.SetLen(unix.CmsgLen(len(b)))
	copy(out[unix.CmsgLen(0):], b)
	return out
}

func TestRefusal(t *testing.T) {
	own := control(unix.ECONNREFUSED, unix.SO_EE_ORIGIN_ICMP6, "fd00::20", unix.IPPROTO_IPV6)
	for name, c := range map[string]struct {
		control []byte
		want    bool
	}{
		"its own":        {own, true},
		"a router's":     {control(unix.ECONNREFUSED, unix.SO_EE_ORIGIN_ICMP6, "fd00::1", unix.IPPROTO_IPV6), false},
		"unreachable":    {control(unix.EHOSTUNREACH, unix.SO_EE_ORIGIN_ICMP6, "fd00::20", unix.IPPROTO_IPV6), false},
		"the kernel's":   {control(unix.ECONNREFUSED, unix.SO_EE_ORIGIN_LOCAL, "fd00::20", unix.IPPROTO_IPV6), false},
		"of another kin": {control(unix.ECONNREFUSED, unix.SO_EE_ORIGIN_ICMP6, "fd00::20", unix.IPPROTO_IP), false},
		"cut":            {own[:len(own)-16], false},
		"nothing":        {nil, false},
	} {
		if got := refusal(c.control, addr("fd00::20")); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func FuzzRefusal(f *testing.F) {
	f.Add(control(unix.ECONNREFUSED, unix.SO_EE_ORIGIN_ICMP6, "fd00::20", unix.IPPROTO_IPV6))
	f.Fuzz(func(t *testing.T, b []byte) { refusal(b, addr("fd00::20")) })
}
