package sweep

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/router"
)

// openWrt is a router with the settings of that sample, and more of its files.
func openWrt(t *testing.T, sample string, more map[string]string) *router.Reader {
	t.Helper()
	root := t.TempDir()
	err := os.CopyFS(root, os.DirFS(filepath.Join("../../testdata/uci", sample)))
	link := "br-lan"
	if file, _ := os.ReadFile(filepath.Join(root, "etc/config/network")); strings.Contains(string(file), "interface 'wan'") {
		link = "wan"
	}
	route := link + "\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
	err = errors.Join(err, os.MkdirAll(filepath.Join(root, "proc/net"), 0o755), os.WriteFile(filepath.Join(root, "proc/net/route"), []byte(route), 0o644))
	for path, text := range more {
		path = filepath.Join(root, path)
		err = errors.Join(err, os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
	}
	if err = errors.Join(err, os.WriteFile(filepath.Join(root, "etc/openwrt_release"), nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	return router.New(root)
}

// Firewalls of a home with zones lan and wan, and a rule more.
const (
	twoZones     = "config zone\n\toption name lan\n\tlist network lan\n\toption input ACCEPT\nconfig zone\n\toption name wan\n\tlist network wan\n\toption input REJECT\n"
	sshForAll    = twoZones + "config rule\n\toption name SSH\n\toption src wan\n\toption dest lan\n\toption proto tcp\n\toption dest_port 22\n\toption target ACCEPT\n"
	telnetForAll = twoZones + "config redirect\n\toption name cam\n\toption src wan\n\toption proto tcp\n\toption src_ip 0.0.0.0/0\n\toption src_dport 23\n\toption dest_ip 192.168.1.10\n"
)

// TestOpenWrtHomes goes from a router's own files to what its household is told.
func TestOpenWrtHomes(t *testing.T) {
	upnp := map[string]string{
		"etc/config/upnpd": "config upnpd 'config'\n\toption enabled '1'\n", "var/run/miniupnpd.leases": "UDP:3074:192.168.1.9:3074:0:Xbox\nTCP:8554:192.168.1.30:554:0:IPCam\n",
	}
	for name, tt := range map[string]struct {
		sample string
		more   map[string]string
		want   map[string]string // of each address: check, verdict, severity, a word of the evidence
	}{
		"as it comes": {"stock", nil, map[string]string{
			"192.168.1.10": "port-forward likely_pass soon: none leads here", "192.168.1.1": "port-forward likely_pass soon: none leads here",
		}},
		"an owner who opens much": {"forwards", upnp, map[string]string{
			"192.168.1.10": "port-forward fail when_you_can: “Web server”: the router's tcp port 8443, to its port 443; anybody on the internet may use it",
			"192.168.1.9":  "port-forward fail for_info: “Xbox”: the router's udp port 3074, to its port 3074; anybody on the internet may use it",
			"192.168.1.30": "port-forward fail soon: “IPCam”: the router's tcp port 8554, to its port 554; anybody on the internet may use it",
			"192.168.1.40": "port-forward likely_pass soon: none leads here", // switched off
			"192.168.1.50": "port-forward fail soon: “Everything”: every port of the router, to the same one of this device; anybody on the internet may use it",
			"192.168.1.1":  "port-forward fail soon: “SSH of the router”: the router's tcp port 2222, open; anybody on the internet may use it",
		}},
		"guests on an access point": {"guestap", nil, map[string]string{"192.168.1.1": "guest-isolation", "192.168.1.10": "no port-forward"}},
		"an access point":           {"dumbap", nil, map[string]string{"192.168.1.1": "no port-forward", "192.168.1.10": "no port-forward"}},
		"no firewall":               {"stock", map[string]string{"etc/config/firewall": ""}, map[string]string{"192.168.1.10": "no port-forward"}},
		"all of IPv6's SSH": {"stock", map[string]string{"etc/config/firewall": sshForAll}, map[string]string{
			"2001:db8:1::10": "port-forward fail soon: “SSH”: its tcp port 22 at 2001:db8:1::10; anybody on the internet may use it",
		}},
		"Telnet for everybody there is": {"stock", map[string]string{"etc/config/firewall": telnetForAll}, map[string]string{
			"192.168.1.10": "port-forward fail act_now: “cam”: the router's tcp port 23, to its port 23; anybody on the internet may use it",
		}},
	} {
		h := newHome(t)
		h.Checks = knows(t, lan.Router{}).Checks
		h.Router = openWrt(t, tt.sample, tt.more).Router
		var list []lan.Sighting
		for address := range tt.want {
			switch a := netip.MustParseAddr(address); {
			case a.Is6():
				s := sight("arp", netip.MustParseAddr("192.168.1.10"))
				list, s.Addr = append(list, s), a
				list = append(list, s)
			case a != self:
				list = append(list, sight("arp", a))
			}
		}
		h.Presence = []Ear{{says("arp", list...), lan.Listen}, {says("host", ourselves()), lan.Listen}}
		w := want(lan.Listen)
		w.Links[0].Public = []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")}
		s := h.sweep(t, w)
		for address, told := range tt.want {
			id, _, _ := strings.Cut(told, " ")
			f, ok := finding(at(t, s, netip.MustParseAddr(address)), id)
			if id == "no" {
				if f, ok := finding(at(t, s, netip.MustParseAddr(address)), "port-forward"); ok {
					t.Errorf("%s: what another router lets in is judged: %+v", name, f)
				}
				continue
			}
			if !ok {
				t.Errorf("%s: %s has no %s", name, address, id)
				continue
			}
			got := strings.Join([]string{f.Check, f.Verdict.String(), f.Severity.String() + ":", f.Evidence[0].Heard}, " ")
			if !strings.HasPrefix(got, told) {
				t.Errorf("%s: %s:\n%s, want\n%s", name, address, got, told)
			}
		}
	}
}
