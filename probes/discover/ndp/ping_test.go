package ndp

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"
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

func TestMute(t *testing.T) {
	_, link := household(t)
	if !Mute(link) {
		t.Error("nobody may have ping sockets, and all can be asked")
	}
	if Mute(lan.Link{Name: link.Name, Addrs: []netip.Addr{addr("192.168.1.1")}}) {
		t.Error("there is nobody to ask on a link without IPv6")
	}
	pingable(t)
	if Mute(link) {
		t.Error("we may have ping sockets, and nobody can be asked")
	}
}

// TestEach asks a device that does not answer who calls everybody.
func TestEach(t *testing.T) {
	for _, may := range []bool{false, true} {
		for name, c := range map[string]struct {
			prefix string
			opts   func(lan.Link) []PingOption
			want   []string
		}{
			"remembered":         {"fd00::/64", func(l lan.Link) []PingOption { return []PingOption{Each(within(l))} }, []string{"fd00::20"}},
			"narrow":             {"fd00::18/124", func(l lan.Link) []PingOption { return []PingOption{Each(within(l))} }, []string{"fd00::20"}},
			"not to be asked":    {"fd00::/64", func(lan.Link) []PingOption { return nil }, nil},
			"all are left alone": {"fd00::/64", func(lan.Link) []PingOption { return []PingOption{Each(func(netip.Addr) error { return probes.ErrScope })} }, nil},
		} {
			t.Run(map[bool]string{true: "by ping, ", false: "by datagram, "}[may]+name, func(t *testing.T) {
				if may {
					pingable(t)
				}
				p, link := household(t)
				quiet(t, p)
				link.Prefixes, link.Public = prefixes(c.prefix), nil
				remember(t, link, "fd00::20", p.MAC)
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
			ears, err := net.ListenUDP("udp6", &net.UDPAddr{IP: net.ParseIP("fe80::1"), Zone: link.Name})
			if err != nil {
				t.Fatal(err)
			}
			defer ears.Close()
			call := func() {
				p.Do(func() {
					from := &net.UDPAddr{IP: net.ParseIP("fe80::20"), Zone: "eth0"}
					mouth, err := net.DialUDP("udp6", from, &net.UDPAddr{IP: net.ParseIP("fe80::1"), Port: ears.LocalAddr().(*net.UDPAddr).Port, Zone: "eth0"})
					if err == nil {
						defer mouth.Close()
						_, err = mouth.Write([]byte("hello"))
					}
					if err != nil {
						t.Error(err)
					}
				})
				if _, _, err := ears.ReadFrom(make([]byte, 8)); err != nil {
					t.Error(err)
				}
			}
			remember(t, link, "fd00::30", p.MAC)
			var seen []lan.Sighting
			err = s.Discover(moment{t.Context(), new(sync.Once), call}, link, func(s lan.Sighting) { seen = append(seen, s) })
			if err != nil || len(seen) != 1 || seen[0].Addr != addr("fe80::20") || seen[0].MAC != p.MAC || s.Name() != Name {
				t.Errorf("saw %+v, %v", seen, err)
			}
		})
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
