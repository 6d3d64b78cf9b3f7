package links

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// router4 and router6 are an OpenWrt router's tables, addresses as a
// little-endian machine prints them.
const (
	router4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth1	00000000	0100000A	0003	0	0	0	00000000	0	0	0
eth1	0000000A	00000000	0001	0	0	0	00FFFFFF	0	0	0
eth1	017100CB	0100000A	0007	0	0	5	FFFFFFFF	0	0	0
br-lan	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
wlan0	00000000	01B2A8C0	0203	0	0	600	00000000	0	0	0
`
	router6 = `fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000002 00000000 00000001   br-lan
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000200 00000002 00000000 00000003     eth1
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`
)

func TestRoutes(t *testing.T) {
	if native(1) != [4]byte{1, 0, 0, 0} {
		t.Skip("the samples are a little-endian machine's")
	}
	want := []Route{
		{Link: "eth1", To: netip.MustParsePrefix("0.0.0.0/0"), Gateway: true},
		{Link: "eth1", To: netip.MustParsePrefix("203.0.113.1/32"), Gateway: true, Metric: 5},
	}
	if got := routes4(router4); !slices.Equal(got, want) {
		t.Errorf("routes4 = %v, want %v", got, want)
	}
	want = []Route{{Link: "eth1", To: netip.MustParsePrefix("::/0"), Gateway: true, Metric: 512}}
	if got := routes6(router6); !slices.Equal(got, want) {
		t.Errorf("routes6 = %v, want %v", got, want)
	}
}

func FuzzRoutes(f *testing.F) {
	f.Add(router4)
	f.Add(router6)
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range append(routes4(s), routes6(s)...) {
			if !r.To.IsValid() || r.Link == "" || r.Link == "lo" {
				t.Fatalf("%q gave %+v", s, r)
			}
		}
	})
}

const network = `
config interface 'loopback'
	option device 'lo'

config interface 'lan'
	option device 'br-lan'

config interface 'wan'
	option device 'eth1'
	option proto 'pppoe'

config interface 'wan6'
	option device '@wan'

config interface "wwan"
	option ifname "usb0 usb1"

config device
	option name 'br-lan'
`

func TestObserve(t *testing.T) {
	root := t.TempDir()
	for path, text := range map[string]string{
		"proc/net/route":               router4,
		"proc/net/ipv6_route":          router6,
		"proc/sys/net/ipv4/ip_forward": "1\n",
		"etc/openwrt_release":          "DISTRIB_ID='OpenWrt'\n",
		"etc/config/network":           network,
		"sys/class/net/lo/bridge/x":    "",
		"sys/class/net/lo/tun_flags":   "0x1002\n",
	} {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../br0", filepath.Join(root, "sys/class/net/lo/master")); err != nil {
		t.Fatal(err)
	}
	s, err := Observe(t.Context(), root, uci.Below(root))
	if err != nil {
		t.Fatal(err)
	}
	if !s.Forwarding || !s.OpenWrt || len(s.Routes) != 3 || !slices.Equal(s.Outside, []string{"pppoe-wan", "eth1", "usb0", "usb1"}) {
		t.Errorf("read %+v", s)
	}
	i := slices.IndexFunc(s.Ifaces, func(i Iface) bool { return i.Name == "lo" })
	if i < 0 {
		t.Fatal("a machine without a loopback")
	}
	if lo := s.Ifaces[i]; !lo.Bridge || !lo.Tap || lo.Master != "br0" || lo.Index == 0 {
		t.Errorf("read %+v", lo)
	}
}

// TestObserveZones: what the firewall says of its zones counts, whatever the networks
// are called, and however they were read.
func TestObserveZones(t *testing.T) {
	root := t.TempDir()
	if err := errors.Join(os.Mkdir(filepath.Join(root, "etc"), 0o755), os.WriteFile(filepath.Join(root, "etc/openwrt_release"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	s, err := Observe(t.Context(), root, uci.Below("../../testdata/uci/vlaniot"))
	if err != nil || !slices.Equal(s.Outside, []string{"eth1"}) || len(s.Zones) != 4 || !s.Zones[2].Guest {
		t.Errorf("read %+v, %v", s, err)
	}
	s.Ifaces = []Iface{
		bridge(eth(2, "br-lan.1", "10.0.1.1/24")), bridge(eth(3, "br-lan.20", "10.0.20.1/24")),
		bridge(eth(4, "br-lan.30", "10.0.30.1/24")), eth(5, "eth1", "10.99.0.7/24"),
	}
	for _, named := range [][]string{nil, {"eth1", "br-lan.20"}} {
		c, err := Choose(s, Want{Link: named})
		if err != nil || slices.ContainsFunc(c.Links, func(l lan.Link) bool { return l.Name == "eth1" }) || len(c.Links) != 3-len(named) {
			t.Errorf("-link %v: %+v, %v", named, c, err)
		}
		at := slices.IndexFunc(c.Refused, func(r Refusal) bool { return r.Link == "eth1" })
		if at < 0 || c.Refused[at].Why != "the internet is behind it: it is in the firewall's zone internet" {
			t.Errorf("-link %v: refused %+v", named, c.Refused)
		}
	}
	refused := func(context.Context, string) (uci.File, error) { return uci.File{}, fs.ErrPermission }
	if s, err = Observe(t.Context(), root, refused); err != nil || len(s.Outside)+len(s.Zones) > 0 {
		t.Errorf("of what may not be read: %+v, %v", s, err)
	}
}

// TestAccessPointsOwn: an access point's home has the default route, whatever its link
// is called.
func TestAccessPointsOwn(t *testing.T) {
	s := State{
		OpenWrt: true, Ifaces: []Iface{eth(2, "eth0.5", "192.168.1.2/24"), bridge(eth(3, "br-guest", "192.168.9.1/24"))},
		Routes: []Route{def("eth0.5", 0)}, Zones: []lan.Zone{{Name: "lan", Links: []string{"eth0.5", "wan"}}, {Name: "guest", Links: []string{"br-guest"}}},
	}
	if c, err := Choose(s, Want{}); err != nil || len(c.Links) != 2 {
		t.Errorf("chose %+v, %v", c, err)
	}
	s.Zones[0].Outside = true
	if c, err := Choose(s, Want{}); err != nil || len(c.Links) != 1 || c.Links[0].Name != "br-guest" {
		t.Errorf("behind the internet's zone: chose %+v, %v", c, err)
	}
}

func TestObserveNothing(t *testing.T) {
	root := t.TempDir()
	s, err := Observe(t.Context(), root, uci.Below(root))
	if err != nil || s.Forwarding || s.OpenWrt || len(s.Routes) > 0 {
		t.Errorf("an empty root gave %+v, %v", s, err)
	}
}
