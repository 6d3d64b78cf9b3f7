package router

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestBehind: which ways in another router has to let through as well is told by the
// addresses outside; where these do not say it, none.
func TestBehind(t *testing.T) {
	for name, tt := range map[string]struct {
		way   string // the link of the way out
		nets  map[string]string
		fails error
		want  string // of a device's port, of the router's, of a pinhole, of a zone and of a lease
	}{
		"public":              {"eth1", map[string]string{"eth1": "203.0.113.5/24"}, nil, "....."},
		"a box before it":     {"eth1", map[string]string{"eth1": "192.168.178.2/24"}, nil, "bb..b"},
		"its provider's NAT":  {"pppoe-wan", map[string]string{"pppoe-wan": "100.66.1.2/32"}, nil, "bb..b"},
		"DS-Lite":             {"eth1", map[string]string{"eth1": "192.0.0.2/29"}, nil, "bb..b"},
		"IPv6 as well":        {"eth1", map[string]string{"eth1": "10.0.0.2/24", "br-lan": "2001:db8::1/64"}, nil, "b...b"},
		"IPv6 of its own":     {"eth1", map[string]string{"eth1": "10.0.0.2/24", "br-lan": "fd00::1/64"}, nil, "bb..b"},
		"a modem's page":      {"pppoe-wan", map[string]string{"eth1": "192.168.100.2/24", "pppoe-wan": "203.0.113.5/32"}, nil, "....."},
		"the provider is off": {"", map[string]string{"eth1": "192.168.100.2/24"}, nil, "....."},
		"a VPN leads away":    {"wg0", map[string]string{"eth1": "192.168.178.2/24"}, nil, "....."},
		"no address":          {"eth1", map[string]string{"eth1": "169.254.7.7/16"}, nil, "....."},
		"not read":            {"eth1", map[string]string{"eth1": "10.0.0.2/24"}, errors.New("no"), "....."},
	} {
		root := t.TempDir()
		write(t, root, "proc/net/route", route(tt.way))
		m := here(root)
		m.nets = func() (map[string][]netip.Prefix, error) {
			nets := map[string][]netip.Prefix{"br-lan": {netip.MustParsePrefix("192.168.1.1/24")}}
			for link, net := range tt.nets {
				nets[link] = append(nets[link], netip.MustParsePrefix(net))
			}
			return nets, tt.fails
		}
		to := func(client string) (f lan.Forward) {
			f.Client, _ = netip.ParseAddr(client)
			return f
		}
		r := lan.Router{
			Zones:    []lan.Zone{{Name: "lan", Links: []string{"br-lan"}}, {Name: "wan", Links: []string{"pppoe-wan", "eth1"}, Outside: true}},
			Forwards: []lan.Forward{to("192.168.1.7"), {}, to("2001:db8::7"), {Zone: "lan"}},
			Leases:   []lan.Forward{to("192.168.1.9")},
		}
		m.behind(&r)
		got := ""
		for _, f := range append(r.Forwards, r.Leases...) {
			got += map[bool]string{true: "b", false: "."}[f.Behind]
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// TestBehindABox: a port that OpenWrt forwards behind a provider's box is so marked.
func TestBehindABox(t *testing.T) {
	root := t.TempDir()
	write(t, root, "etc/openwrt_release", "DISTRIB_ID='OpenWrt'\n")
	write(t, root, "etc/config/network", "config interface lan\n\toption device br-lan\nconfig interface wan\n\toption device eth1\n\toption proto dhcp\n")
	write(t, root, "etc/config/firewall", "config zone\n\toption name lan\n\toption network lan\nconfig zone\n\toption name wan\n\toption network wan\n"+
		"config redirect\n\toption src wan\n\toption src_dport 8080\n\toption dest_ip 192.168.1.7\n\toption proto tcp\n")
	write(t, root, "proc/net/route", route("eth1"))
	for address, want := range map[string]bool{"192.168.178.2/24": true, "203.0.113.5/24": false} {
		r := New(root)
		r.nets = func() (map[string][]netip.Prefix, error) {
			return map[string][]netip.Prefix{"br-lan": {netip.MustParsePrefix("192.168.1.1/24")}, "eth1": {netip.MustParsePrefix(address)}}, nil
		}
		if got := r.Router(t.Context()); len(got.Forwards) != 1 || got.Forwards[0].Behind != want {
			t.Errorf("%s: %+v", address, got)
		}
	}
}
