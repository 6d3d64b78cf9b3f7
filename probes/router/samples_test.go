package router

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// samples are the settings of a dozen routers.
const samples = "../../testdata/uci"

// sample is what one of them knows.
func sample(t testing.TB, name string) lan.Router {
	t.Helper()
	m := here(filepath.Join(samples, name))
	return Conclude(m.view(), []netip.Prefix{
		netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("2001:db8:77:1::/64"), netip.MustParsePrefix("fd27::/60"),
	})
}

func zoneText(z lan.Zone) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s(%s)", z.Name, strings.Join(z.Links, " "))
	for _, mark := range []struct {
		is   bool
		word string
	}{{z.Outside, "outside"}, {z.Guest, "guest"}, {z.Router, "router"}} {
		if mark.is {
			b.WriteString(" " + mark.word)
		}
	}
	if len(z.To) > 0 {
		b.WriteString(" →" + strings.Join(z.To, ","))
	}
	if len(z.Some) > 0 {
		b.WriteString(" some:" + strings.Join(z.Some, ","))
	}
	if len(z.Mixed) > 0 {
		b.WriteString(" mixed:" + strings.Join(z.Mixed, ","))
	}
	return b.String()
}

func forwardText(f lan.Forward) string {
	client := "router"
	if f.Zone != "" {
		client = "zone:" + f.Zone
	}
	if f.Client.IsValid() {
		client = f.Client.String()
	}
	return strings.TrimSpace(fmt.Sprintf("%s %d-%d %s %d %s [%s] %s", f.Transport, f.External, f.Last, client, f.Port, f.From, f.For, f.By))
}

func TestSamples(t *testing.T) {
	for name, want := range map[string][]string{
		"stock":     {"lan(br-lan) router →wan", "wan(wan) outside"},
		"swconfig":  {"lan(br-lan) router →wan", "wan(eth0.2) outside", "guest(br-guest) guest →wan"},
		"dumbap":    {"lan(br-lan) router →wan", "wan() outside"},
		"guestap":   {"lan(br-lan) router", "guest(br-guest) guest"},
		"guestwiki": {"lan(br-lan) router →wan", "wan(wan) outside", "guest(br-guest) guest →wan mixed:Welcome"},
		"vlaniot": {
			"home(br-lan.1) router →iot,gaeste,internet mixed:Elm IoT", "iot(br-lan.20) guest",
			"gaeste(br-lan.30) guest →internet some:tcp 631 10.0.1.9 of home", "internet(eth1) outside",
		},
		"pppoe": {"lan(br-lan) router →wan", "wan(pppoe-wan eth0.7 eth0) outside"},
		"forwards": {
			"lan(br-lan) router →wan", "wan(wan) outside",
			"tcp 8443-0 192.168.1.10 443  [Web server] owner",
			"tcp 3074-0 192.168.1.20 3074  [Console] owner",
			"udp 3074-0 192.168.1.20 3074  [Console] owner",
			"tcp 8000-8010 192.168.1.30 8000 198.51.100.0/24 [Cameras] owner",
			"udp 8000-8010 192.168.1.30 8000 198.51.100.0/24 [Cameras] owner",
			"0-0 192.168.1.50 0  [Everything] owner",
			"tcp 2222-0 router 22  [SSH of the router] owner",
			"tcp 22-0 router 22 198.51.100.9 [Allow-SSH] owner",
		},
		"pinhole": {
			"lan(br-lan) router →wan", "wan(wan) outside",
			"tcp 443-0 2001:db8:1:2::10 443  [NAS] owner",
			"tcp 5001-0 2001:db8:1:2::10 5001  [NAS] owner",
			"tcp 22-0 2001:db8:77:1::dead:beef 22  [Any prefix] owner",
			"tcp 22-0 fd27::dead:beef 22  [Any prefix] owner",
			"udp 22-0 2001:db8:77:1::dead:beef 22  [Any prefix] owner",
			"udp 22-0 fd27::dead:beef 22  [Any prefix] owner",
			"0-0 2001:db8:1:2::20 0  [All of it] owner",
		},
		"wireguard": {
			"lan(br-lan) router →wan,provider", "wan(wan) outside", "vpn(vpn) router →lan", "provider(away) outside",
			"udp 51820-0 router 51820  [Allow-WireGuard] owner",
		},
		"mwan3": {"lan(br-lan) router →wan", "wan(eth1 eth2 wwan0) outside"},
		"odd": {
			"lan(br-lan) router →wan,hotel", "wan(eth1) outside router →lan,hotel", "hotel(phy0-ap0 wlan0) guest →wan",
			"tcp 1-9 192.168.1.7 7  [] owner",
			"0-0 router 0  [input of the zone wan] owner",
			"0-0 zone:lan 0  [forwarding from wan to lan] owner",
			"0-0 zone:hotel 0  [forwarding from wan to hotel] owner",
		},
	} {
		r := sample(t, name)
		var got []string
		for _, z := range r.Zones {
			got = append(got, zoneText(z))
		}
		for _, f := range r.Forwards {
			got = append(got, forwardText(f))
		}
		got = append(got, r.Unread...)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s is\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}
