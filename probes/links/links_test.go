package links

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const live = net.FlagUp | net.FlagRunning | net.FlagBroadcast | net.FlagMulticast

// eth is a working Ethernet-like interface with the given addresses.
func eth(index int, name string, addrs ...string) Iface {
	i := Iface{Name: name, Index: index, Flags: live, MTU: 1500, MAC: lan.MAC{2, 0, 0, 0, 0, byte(index)}}
	for _, a := range addrs {
		i.Addrs = append(i.Addrs, netip.MustParsePrefix(a))
	}
	return i
}

func bridge(i Iface) Iface { i.Bridge = true; return i }

// tun is a tunnel as the kernel shows WireGuard, PPP and tun devices.
func tun(index int, name string, addrs ...string) Iface {
	i := eth(index, name, addrs...)
	i.Flags |= net.FlagPointToPoint
	i.MAC = lan.MAC{}
	return i
}

func loopback() Iface {
	i := eth(1, "lo", "127.0.0.1/8", "::1/128")
	i.Flags |= net.FlagLoopback
	return i
}

func def(link string, metric uint32) Route {
	return Route{Link: link, To: netip.MustParsePrefix("0.0.0.0/0"), Gateway: true, Metric: metric}
}

func host(link, to string) Route {
	return Route{Link: link, To: netip.MustParsePrefix(to), Gateway: true}
}

func prefixes(list ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, p := range list {
		all = append(all, netip.MustParsePrefix(p))
	}
	return all
}

// openWrt is a router as OpenWrt sets one up, with a guest network.
func openWrt(wan ...Iface) State {
	return State{
		OpenWrt: true, Forwarding: true, Outside: []string{"eth1"},
		Ifaces: append([]Iface{
			loopback(), eth(2, "eth0", "fe80::2/64"),
			bridge(eth(10, "br-lan", "192.168.1.1/24", "fd12:3456::1/64", "2001:db8:1::1/64", "fe80::1/64")),
			bridge(eth(11, "br-guest", "192.168.3.1/24")),
		}, wan...),
	}
}

func TestChoose(t *testing.T) {
	wgDefault := Route{Link: "wg0", To: netip.MustParsePrefix("0.0.0.0/0")}
	laptop := []Iface{
		loopback(), eth(2, "wlan0", "192.168.178.31/24", "fe80::31/64"),
		bridge(eth(3, "docker0", "172.17.0.1/16")), bridge(eth(4, "virbr0", "192.168.122.1/24")),
		bridge(eth(5, "br-0123456789ab", "172.18.0.1/16")),
	}
	port := eth(4, "lan1", "fe80::4/64")
	port.Master = "br-lan"
	off := eth(4, "eth1", "192.168.8.2/24")
	off.Flags &^= net.FlagUp
	tap := eth(6, "tap3", "192.168.50.1/24")
	tap.Tap = true
	withRoutes := func(s State, r ...Route) State { s.Routes = r; return s }

	for _, c := range []struct {
		name  string
		state State
		want  Want
		links string            // "name prefix,prefix; name …"
		why   map[string]string // what a refusal must contain
		note  string
	}{
		{
			name:  "OpenWrt router, DHCP on the wan with a private address",
			state: withRoutes(openWrt(eth(3, "eth1", "10.0.0.7/24")), def("eth1", 0)),
			links: "br-lan 192.168.1.0/24,fd12:3456::/64,fe80::/64; br-guest 192.168.3.0/24",
			why:   map[string]string{"eth1": "carries the way to the internet", "eth0": "only link-local", "lo": "loopback"},
			note:  "br-lan: 2001:db8:1::/64 is a public network: addresses in it are noted, nothing is sent to them",
		},
		{
			name:  "OpenWrt router, the wan is refused even if named",
			state: withRoutes(openWrt(eth(3, "eth1", "10.0.0.7/24")), def("eth1", 0)),
			want:  Want{Link: []string{"eth1", "br-guest"}},
			links: "br-guest 192.168.3.0/24",
			why:   map[string]string{"eth1": "carries the way to the internet", "br-lan": "not among those named"},
		},
		{
			name:  "OpenWrt router with PPPoE and a private address on the modem's side",
			state: withRoutes(openWrt(eth(3, "eth1", "192.168.100.2/24"), tun(12, "pppoe-wan", "203.0.113.9/32")), def("pppoe-wan", 0)),
			links: "br-lan 192.168.1.0/24,fd12:3456::/64,fe80::/64; br-guest 192.168.3.0/24",
			why:   map[string]string{"eth1": "carries the way to the internet", "pppoe-wan": "tunnel"},
		},
		{
			name:  "OpenWrt router whose wan is down",
			state: withRoutes(openWrt(eth(3, "eth1", "192.168.100.2/24"))),
			want:  Want{Link: []string{"br-lan", "eth1"}}, links: "br-lan 192.168.1.0/24,fd12:3456::/64,fe80::/64",
			why: map[string]string{"eth1": "carries the way to the internet"},
		},
		{
			name:  "OpenWrt access point",
			state: State{OpenWrt: true, Ifaces: []Iface{loopback(), port, bridge(eth(10, "br-lan", "192.168.1.2/24"))}, Routes: []Route{def("br-lan", 0)}},
			links: "br-lan 192.168.1.0/24",
			why:   map[string]string{"lan1": "port of br-lan"},
		},
		{
			name: "OpenWrt access point with a guest network",
			state: State{OpenWrt: true, Forwarding: true, Ifaces: []Iface{bridge(eth(10, "br-lan", "192.168.1.2/24")), bridge(eth(11, "br-guest", "192.168.9.1/24"))},
				Routes: []Route{def("br-lan", 0)}},
			links: "br-lan 192.168.1.0/24; br-guest 192.168.9.0/24",
		},
		{
			name:  "Linux router with a public wan",
			state: State{Forwarding: true, Ifaces: []Iface{eth(2, "enp1s0", "198.51.100.4/24"), eth(3, "enp2s0", "10.1.1.1/24")}, Routes: []Route{def("enp1s0", 0)}},
			links: "enp2s0 10.1.1.0/24", why: map[string]string{"enp1s0": "public"},
		},
		{
			name: "Linux router behind a VPN that took the default route",
			state: State{Forwarding: true, Ifaces: []Iface{eth(2, "enp1s0", "192.168.0.2/24"), eth(3, "enp2s0", "10.1.1.1/24"), tun(4, "tun0", "10.8.0.2/24")},
				Routes: []Route{{Link: "tun0", To: netip.MustParsePrefix("0.0.0.0/0")}, host("enp1s0", "203.0.113.1/32")}},
			links: "enp2s0 10.1.1.0/24", why: map[string]string{"enp1s0": "carries the way"},
		},
		{
			name: "router with containers: the way out only if named", state: State{Forwarding: true,
				Ifaces: []Iface{eth(2, "enp1s0", "192.168.0.2/24"), eth(3, "enp2s0", "10.1.1.1/24"), bridge(eth(4, "docker0", "172.17.0.1/16"))},
				Routes: []Route{def("enp1s0", 0)}},
			links: "enp2s0 10.1.1.0/24", why: map[string]string{"enp1s0": "choose it with -link enp1s0"},
		},
		{
			name: "laptop with containers and a second network, home named", state: State{Forwarding: true,
				Ifaces: []Iface{eth(2, "wlan0", "192.168.0.2/24"), eth(3, "eth0", "10.1.1.1/24"), bridge(eth(4, "docker0", "172.17.0.1/16"))},
				Routes: []Route{def("wlan0", 0)}},
			want: Want{Link: []string{"wlan0"}}, links: "wlan0 192.168.0.0/24",
		},
		{
			name: "laptop with Docker and libvirt", state: State{Forwarding: true, Ifaces: laptop, Routes: []Route{def("wlan0", 600)}},
			links: "wlan0 192.168.178.0/24,fe80::/64",
			why:   map[string]string{"docker0": "containers", "virbr0": "containers", "br-0123456789ab": "containers"},
		},
		{
			name: "laptop, a virtual network named", state: State{Forwarding: true, Ifaces: laptop, Routes: []Route{def("wlan0", 600)}},
			want: Want{Link: []string{"virbr0"}}, links: "virbr0 192.168.122.0/24",
		},
		{
			name: "laptop on two networks", state: State{Ifaces: []Iface{eth(2, "wlan0", "192.168.0.5/24"), eth(3, "eth0", "10.0.7.5/24"), eth(4, "usb0", "10.9.0.1/24")},
				Routes: []Route{def("wlan0", 600), def("eth0", 100)}},
			links: "eth0 10.0.7.0/24",
			why:   map[string]string{"wlan0": "choose it with -link wlan0", "usb0": "choose it with -link usb0"},
		},
		{
			name: "technician on an isolated switch", state: State{Ifaces: []Iface{loopback(), eth(2, "eth0", "192.168.0.5/24", "fe80::5/64"), unplugged("wlan0"), off, eth(7, "eth2", "10.7.0.1/22")}},
			links: "eth0 192.168.0.0/24,fe80::/64; eth2 10.7.0.0/22", why: map[string]string{"eth1": "switched off", "wlan0": "nothing is connected"},
		},
		{
			name: "nothing but link-local", state: State{Ifaces: []Iface{eth(2, "eth0", "fe80::5/64")}}, links: "eth0 fe80::/64",
		},
		{
			name: "office, narrowed", state: State{Ifaces: []Iface{eth(2, "eth0", "10.20.30.40/16", "fe80::5/64")}, Routes: []Route{def("eth0", 0)}},
			want: Want{Target: prefixes("10.20.8.0/22", "10.20.30.7/32")}, links: "eth0 10.20.8.0/22,10.20.30.7/32",
		},
		{
			name: "a wide network beside a fit one", state: State{Ifaces: []Iface{eth(2, "eth0", "192.168.0.5/24", "169.254.7.7/16")}, Routes: []Route{def("eth0", 0)}},
			links: "eth0 192.168.0.0/24", note: "-target 169.254.7.0/24",
		},
		{
			name: "a target wider than the network is the network", state: State{Ifaces: []Iface{eth(2, "eth0", "192.168.0.5/24")}, Routes: []Route{def("eth0", 0)}},
			want: Want{Target: prefixes("192.168.0.0/16")}, links: "eth0 192.168.0.0/24",
		},
		{
			name: "WireGuard is the default route", state: State{Ifaces: []Iface{eth(2, "wlan0", "192.168.0.5/24"), tun(3, "wg0", "10.64.0.2/32")}, Routes: []Route{wgDefault}},
			links: "wlan0 192.168.0.0/24", why: map[string]string{"wg0": "tunnel"},
		},
		{
			name: "a VPN is the default route, two networks", state: State{Ifaces: []Iface{eth(2, "wlan0", "192.168.0.5/24"), eth(3, "eth0", "10.9.0.1/24"), tun(4, "tun0", "10.8.0.2/24")},
				Routes: []Route{{Link: "tun0", To: netip.MustParsePrefix("0.0.0.0/0"), Metric: 50}, host("eth0", "203.0.113.1/32")}},
			links: "eth0 10.9.0.0/24", why: map[string]string{"wlan0": "choose it"},
		},
		{
			name: "ZeroTier looks like Ethernet", state: State{Ifaces: []Iface{eth(2, "wlan0", "192.168.0.5/24"), eth(3, "ztabcdef12", "10.147.17.5/24"), tap}, Routes: []Route{def("wlan0", 0)}},
			links: "wlan0 192.168.0.0/24", why: map[string]string{"ztabcdef12": "tunnel", "tap3": "virtual machines"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Choose(c.state, c.want)
			if err != nil {
				t.Fatal(err)
			}
			if s := show(got.Links); s != c.links {
				t.Errorf("chose %q, want %q; refused %v", s, c.links, got.Refused)
			}
			for name, part := range c.why {
				if why := whyNot(got, name); !strings.Contains(why, part) {
					t.Errorf("%s refused with %q, want %q", name, why, part)
				}
			}
			if !strings.Contains(strings.Join(got.Notes, "\n"), c.note) {
				t.Errorf("notes %q lack %q", got.Notes, c.note)
			}
			if len(got.Links)+len(got.Refused) != len(c.state.Ifaces) {
				t.Errorf("%d interfaces, but %d chosen and %d refused", len(c.state.Ifaces), len(got.Links), len(got.Refused))
			}
		})
	}
}

func TestPublic(t *testing.T) {
	for name, c := range map[string]struct {
		addrs  []string
		target []netip.Prefix
		want   string
	}{
		"a home's":                 {[]string{"192.168.0.5/24", "2001:db8:1::5/64", "2001:db8:1::6/64"}, nil, "2001:db8:1::/64"},
		"a router's":               {[]string{"192.168.0.1/24", "2001:db8:1:20::1/60", "fd00::1/60"}, nil, "2001:db8:1:20::/64"},
		"a single address":         {[]string{"192.168.0.5/24", "2001:db8:1::5/128"}, nil, "2001:db8:1::/64"},
		"two":                      {[]string{"192.168.0.5/24", "2001:db8:1::5/64", "2003:1::5/64"}, nil, "2001:db8:1::/64 2003:1::/64"},
		"IPv4 is none":             {[]string{"192.168.0.5/24", "203.0.113.5/24", "100.64.0.5/24"}, nil, ""},
		"unique and site local":    {[]string{"192.168.0.5/24", "fd00::5/64", "fe80::5/64", "fec0::5/64", "::5/64"}, nil, ""},
		"a part is looked at":      {[]string{"192.168.0.5/24", "2001:db8:1::5/64"}, prefixes("192.168.0.7/32"), ""},
		"nothing but link-local":   {[]string{"fe80::5/64", "2001:db8:1::5/64"}, nil, "2001:db8:1::/64"},
		"translated and multicast": {[]string{"192.168.0.5/24", "64:ff9b::5/96", "ff05::1/64"}, nil, ""},
	} {
		got, err := Choose(State{Ifaces: []Iface{eth(2, "eth0", c.addrs...)}, Routes: []Route{def("eth0", 0)}}, Want{Target: c.target})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var list []string
		for _, p := range got.Links[0].Public {
			list = append(list, p.String())
			if got.Links[0].Contains(p.Addr()) || !got.Links[0].Exposes(p.Addr()) {
				t.Errorf("%s: %s is in scope", name, p)
			}
		}
		if s := strings.Join(list, " "); s != c.want {
			t.Errorf("%s: %q, want %q", name, s, c.want)
		}
	}
}

func unplugged(name string) Iface {
	i := eth(9, name, "192.168.77.5/24")
	i.Flags &^= net.FlagRunning
	return i
}

func show(links []lan.Link) string {
	var all []string
	for _, l := range links {
		var p []string
		for _, x := range l.Prefixes {
			p = append(p, x.String())
		}
		all = append(all, l.Name+" "+strings.Join(p, ","))
	}
	return strings.Join(all, "; ")
}

func whyNot(c Choice, name string) string {
	for _, r := range c.Refused {
		if r.Link == name {
			return r.Why
		}
	}
	return ""
}

func TestChooseErrors(t *testing.T) {
	home := State{Ifaces: []Iface{loopback(), eth(2, "eth0", "192.168.0.5/24"), eth(3, "wlan0", "10.0.0.5/24")}, Routes: []Route{def("eth0", 0)}}
	one := func(addrs ...string) State {
		return State{Ifaces: []Iface{loopback(), eth(2, "eth0", addrs...)}, Routes: []Route{def("eth0", 0)}}
	}
	for _, c := range []struct {
		name  string
		state State
		want  Want
		says  []string
	}{
		{"unknown link", home, Want{Link: []string{"eth9"}}, []string{"-link eth9", "lo, eth0, wlan0"}},
		{"target elsewhere", home, Want{Target: prefixes("172.16.0.0/24")}, []string{"-target 172.16.0.0/24", "eth0 has 192.168.0.0/24", "-link wlan0"}},
		{"one of two targets elsewhere", home, Want{Target: prefixes("192.168.0.0/25", "8.8.8.8/32")}, []string{"-target 8.8.8.8/32"}},
		{"wide", one("10.20.30.40/16", "fe80::1/64"), Want{}, []string{"eth0", "10.20.0.0/16 is wider than /22", "-target 10.20.30.0/24"}},
		{"wide target", one("10.20.30.40/8"), Want{Target: prefixes("10.20.0.0/16")}, []string{"10.20.0.0/16 is wider"}},
		{"carrier-grade NAT", one("100.64.3.2/24"), Want{}, []string{"eth0", "100.64.3.2 belongs to the provider", "lo", "loopback"}},
		{"public", one("198.51.100.2/24", "2001:db8::2/64"), Want{}, []string{"only public addresses"}},
		{"no address", one(), Want{}, []string{"has no address"}},
		{"loopback named", home, Want{Link: []string{"lo"}}, []string{"loopback"}},
		{"nothing at all", State{}, Want{}, []string{"has none"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Choose(c.state, c.want)
			if err == nil {
				t.Fatalf("chose %v", got.Links)
			}
			for _, part := range c.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

// TestNeverOutside holds the one promise of Choose over many made-up machines.
func TestNeverOutside(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	names := []string{"eth0", "eth1", "br-lan", "wlan0", "docker0", "tun0", "ppp0"}
	taken := 0
	for range 20000 {
		state, want := randomState(r, names)
		got, _ := Choose(state, want)
		for _, l := range got.Links {
			taken++
			if i := slices.IndexFunc(state.Ifaces, func(i Iface) bool { return i.Name == l.Name }); tunnel(state.Ifaces[i]) {
				t.Fatalf("%+v chose the tunnel %s", state, l.Name)
			}
			for _, p := range l.Public {
				if private(p) || p.Bits() != 64 || !p.Addr().Is6() || l.Contains(p.Addr()) {
					t.Fatalf("%+v with %+v exposes %s", state, want, p)
				}
			}
			for _, p := range l.Prefixes {
				a := p.Addr()
				if !a.IsPrivate() && !a.IsLinkLocalUnicast() || a.Is4() && p.Bits() < 22 || a.Is6() && p.Bits() < 64 {
					t.Fatalf("%+v with %+v yields %s", state, want, p)
				}
				if state.OpenWrt && slices.Contains(state.Outside, l.Name) && len(state.Ifaces) > 1 && l.Name != "br-lan" && hasInside(state) {
					t.Fatalf("%+v chose the wan", state)
				}
			}
		}
	}
	if taken < 2000 {
		t.Fatalf("only %d links were ever chosen: the made-up machines prove nothing", taken)
	}
}

func hasInside(s State) bool { _, router := isRouter(s, beyond(s, waysOut(s))); return router }

func randomState(r *rand.Rand, names []string) (State, Want) {
	pool := []string{"10.0.0.0", "192.168.1.0", "172.16.0.0", "172.32.0.1", "100.64.0.1", "8.8.8.8", "169.254.1.1", "192.167.255.255", "11.0.0.1", "fe80::1", "fd00::1", "2001:db8::1", "fec0::1"}
	prefix := func() netip.Prefix {
		a := netip.MustParseAddr(pool[r.IntN(len(pool))])
		return netip.PrefixFrom(a, r.IntN(a.BitLen()+1))
	}
	s := State{OpenWrt: r.IntN(3) == 0, Forwarding: r.IntN(2) == 0, Outside: []string{"eth1"}}
	for n, name := range names {
		i := eth(n+1, name)
		if strings.HasPrefix(name, "tun") {
			i = tun(n+1, name)
		}
		for range r.IntN(3) {
			i.Addrs = append(i.Addrs, prefix())
		}
		s.Ifaces = append(s.Ifaces, i)
		if r.IntN(4) == 0 {
			s.Routes = append(s.Routes, def(name, r.Uint32N(1000)))
		}
	}
	var w Want
	if r.IntN(3) == 0 {
		w.Link = []string{names[r.IntN(len(names))]}
	}
	for range r.IntN(3) {
		w.Target = append(w.Target, prefix())
	}
	return s, w
}
