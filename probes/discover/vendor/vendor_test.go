package vendor

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/ipv4"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

func prefixes(all ...string) (list []netip.Prefix) {
	for _, p := range all {
		list = append(list, netip.MustParsePrefix(p))
	}
	return list
}

func TestPlaces(t *testing.T) {
	own := []netip.Addr{netip.MustParseAddr("192.0.2.5"), netip.MustParseAddr("198.51.100.5"), netip.MustParseAddr("10.0.0.5")}
	ask := always(nil)
	for name, tt := range map[string]struct {
		v    Vendor
		link lan.Link
		want string
	}{
		"each network":    {Vendor{Questions: ask}, lan.Link{Addrs: own, Prefixes: prefixes("192.0.2.0/24", "198.51.100.0/22")}, "192.0.2.5>192.0.2.255 198.51.100.5>198.51.103.255"},
		"no more than":    {Vendor{Questions: ask}, lan.Link{Addrs: own, Prefixes: prefixes("192.0.2.0/24", "198.51.100.0/24", "10.0.0.0/8")}, "192.0.2.5>192.0.2.255 198.51.100.5>198.51.100.255"},
		"a part":          {Vendor{Questions: ask}, lan.Link{Addrs: own, Prefixes: prefixes("192.0.2.128/25"), Networks: prefixes("192.0.2.0/24")}, "192.0.2.5>192.0.2.255"},
		"a group, once":   {Vendor{Questions: ask, Group: ssdpGroup}, lan.Link{Addrs: own, Prefixes: prefixes("192.0.2.0/24", "198.51.100.0/24")}, "192.0.2.5>239.255.255.250"},
		"listen only":     {Vendor{}, lan.Link{Addrs: own, Prefixes: prefixes("192.0.2.0/24")}, ""},
		"point to point":  {Vendor{Questions: ask}, lan.Link{Addrs: own, Prefixes: prefixes("192.0.2.4/31")}, ""},
		"not our network": {Vendor{Questions: ask}, lan.Link{Addrs: own, Prefixes: prefixes("203.0.113.0/24", "fe80::/64")}, ""},
	} {
		var got []string
		for _, at := range tt.v.places(tt.link) {
			got = append(got, at.own.String()+">"+at.to.String())
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestEars(t *testing.T) {
	ears := Ears()
	var ports []uint16
	for p := range ears {
		ports = append(ports, p)
	}
	slices.Sort(ports)
	if want := []uint16{1982, 5678, 6666, 6667, 7000, 10001, 37020, 37810, 38900, 56700}; !slices.Equal(ports, want) {
		t.Errorf("%v", ports)
	}
	if s, ok := ears[5678](mikrotikRouter); !ok || s.Source != "vendor" || s.Heard["mikrotik.identity"] != "attic" {
		t.Errorf("%+v", s)
	}
	if s, ok := ears[6667]([]byte("x")); ok || s.Source != "" {
		t.Errorf("%+v", s)
	}
	if got := fmt.Sprint(Groups()); got != "[239.255.255.251 239.255.255.250]" {
		t.Error(got)
	}
}

// TestRegistry: names and ports are each one's own.
func TestRegistry(t *testing.T) {
	var names []string
	asked := map[string]string{}
	for _, v := range Vendors() {
		names = append(names, v.Name)
		if v.Hear == nil || v.Questions == nil && v.Alone == nil && len(v.Ears) == 0 || v.Home && !v.Group.IsMulticast() {
			t.Errorf("%s: %+v", v.Name, v)
		}
		at := fmt.Sprint(v.Group, v.Port)
		if other := asked[at]; other != "" && v.Port != 0 {
			t.Errorf("%s and %s are both asked at %s", v.Name, other, at)
		}
		asked[at] = v.Name
	}
	if got := strings.Join(names, " "); got != "canon dahua hiflying hikvision kasa lifx miio mikrotik tapo tuya ubiquiti wiz xiongmai yeelight" {
		t.Error(got)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	link := lan.Link{Name: "home0", Prefixes: prefixes("10.0.0.0/16")}
	banned := netip.MustParseAddr("10.0.0.7")
	c := &call{Vendor: Vendor{Hear: hearLIFX, Follow: followLIFX}, link: link, heard: map[netip.Addr]int{},
		allow: func(a netip.Addr) bool { return a != banned }}
	b := lifxState(3, 1, 0, 0, 0, 0)
	taken, asked := map[netip.Addr]int{}, map[netip.Addr]int{}
	from := netip.MustParseAddr("10.0.0.1")
	for range maxSenders + 10 {
		for range 2 * perSender {
			if s, further, ok := c.answer(from, b); ok {
				taken[from]++
				asked[from] += len(further)
				if s.Addr != from || s.Link != "home0" || s.Source != "vendor" || s.At.IsZero() || s.Claim {
					t.Fatalf("%+v", s)
				}
			}
		}
		from = from.Next()
	}
	first := netip.MustParseAddr("10.0.0.1")
	if len(taken) != maxSenders || taken[first] != perSender || asked[first] != 2 || taken[banned] != 0 {
		t.Errorf("%d senders, the first taken %d times and asked %d times, the banned %d", len(taken), taken[first], asked[first], taken[banned])
	}
	for _, other := range []string{"10.1.0.1", "10.0.0.0", "10.0.255.255"} {
		c.heard = map[netip.Addr]int{}
		if _, _, ok := c.answer(netip.MustParseAddr(other), b); ok {
			t.Errorf("%s is believed", other)
		}
	}
}

// serve makes p a device that is heard on addr and answers each datagram by
// reply, whose second word is where to (the asker if empty). Questions go to
// asked.
func serve(t *testing.T, p *netns.Peer, addr string, asked chan<- string, reply func(question string) (answer, to string)) {
	t.Helper()
	var conn net.PacketConn
	var err error
	at := netip.MustParseAddrPort(addr)
	p.Do(func() {
		if conn, err = net.ListenPacket("udp4", addr); err != nil || !at.Addr().IsMulticast() {
			return
		}
		i, _ := net.InterfaceByName("eth0")
		c := ipv4.NewPacketConn(conn)
		if err = c.JoinGroup(i, &net.UDPAddr{IP: at.Addr().AsSlice()}); err == nil {
			err = c.SetMulticastInterface(i)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			asked <- addr + " " + string(buf[:n])
			answer, to := reply(string(buf[:n]))
			if to != "" {
				from = net.UDPAddrFromAddrPort(netip.MustParseAddrPort(to))
			}
			if answer != "" {
				conn.WriteTo([]byte(answer), from)
			}
		}
	}()
}

func constant(answer string) func(string) (string, string) {
	return func(string) (string, string) { return answer, "" }
}

func TestDiscover(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	asked := make(chan string, 64)
	serve(t, p, "0.0.0.0:9999", asked, constant(string(kasaPlug)))
	serve(t, p, "0.0.0.0:54321", asked, constant("rubbish"))
	serve(t, p, "0.0.0.0:56700", asked, func(q string) (string, string) {
		switch q[32] {
		case lifxGetService:
			return string(lifxState(3, 1, 0, 0, 0, 0)), ""
		case lifxGetVersion:
			return string(lifxState(33, 1, 0, 0, 0, 27, 0, 0, 0, 0, 0, 0, 0)), ""
		}
		return string(lifxState(15, make([]byte, 20)...)), ""
	})
	serve(t, p, "239.255.255.250:37020", asked, func(q string) (string, string) {
		if !strings.Contains(q, "<Probe>") {
			return "", "" // its own answer, which the group hands back
		}
		return hikvisionCamera, "239.255.255.250:37020"
	})
	serve(t, p, "239.255.255.250:1982", asked, constant(yeelightBulb))

	s := New(func(netip.Addr) bool { return true }).(source)
	s.wait = 600 * time.Millisecond
	heard := lan.Heard{}
	endpoints := map[string]bool{}
	err := s.Discover(t.Context(), p.Link, func(s lan.Sighting) {
		if s.Addr.String() != "192.0.2.2" || s.Source != "vendor" || s.Link != "home0" {
			t.Errorf("%+v", s)
		}
		heard.Merge(s.Heard)
		for _, ep := range s.Endpoints {
			endpoints[ep.String()] = true
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"kasa.model": "HS110(EU)", "lifx.product_id": "27", "lifx.firmware": "0.0", "hikvision.Activated": "false", "yeelight.fw_ver": "18", miioToken: "",
	} {
		if heard[key] != want {
			t.Errorf("%s is %q, want %q", key, heard[key], want)
		}
	}
	if !endpoints["tcp/192.0.2.2:55443"] || !endpoints["tcp/192.0.2.2:81"] || len(endpoints) != 2 {
		t.Errorf("%v", endpoints)
	}
	questions := map[string]int{}
	for len(asked) > 0 {
		addr, _, _ := strings.Cut(<-asked, " ")
		questions[addr]++
	}
	for addr, want := range map[string]int{"0.0.0.0:9999": 1, "0.0.0.0:54321": 1, "0.0.0.0:56700": 3, "239.255.255.250:1982": 1} {
		if questions[addr] != want {
			t.Errorf("%s was asked %d times, want %d", addr, questions[addr], want)
		}
	}
}

func TestDiscoverEndsWithContext(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	serve(t, p, "0.0.0.0:9999", make(chan string, 8), constant(string(kasaPlug)))
	ctx, cancel := context.WithCancel(t.Context())
	s := New(func(netip.Addr) bool { cancel(); return true }).(source)
	s.wait = time.Hour
	n := 0
	if err := s.Discover(ctx, p.Link, func(lan.Sighting) { n++ }); err != nil || n > 1 {
		t.Errorf("%d sightings, %v", n, err)
	}
}

func TestNowhereToAsk(t *testing.T) {
	link := lan.Link{Name: "home0", Prefixes: prefixes("fe80::/64")}
	if err := New(nil).Discover(t.Context(), link, nil); err != nil {
		t.Error(err)
	}
	link = lan.Link{Name: "home0", Prefixes: prefixes("203.0.113.0/24"), Addrs: []netip.Addr{netip.MustParseAddr("203.0.113.9")}}
	if err := New(nil).Discover(t.Context(), link, nil); err == nil || !strings.Contains(err.Error(), "home0") || !strings.Contains(err.Error(), "kasa") {
		t.Errorf("an address that is not ours: %v", err)
	}
}
