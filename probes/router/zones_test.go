package router

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

// concluded is the text of the zones that settings of a few lines make.
func concluded(t *testing.T, files map[string]string) (zones []string) {
	t.Helper()
	v := View{UCI: map[string]uci.File{}}
	for name, text := range files {
		file, err := uci.Parse([]byte(strings.NewReplacer("|", "\n", ".", " ").Replace(text)))
		if err != nil {
			t.Fatal(err)
		}
		v.UCI[name] = file
	}
	for _, z := range Conclude(v, nil).Zones {
		zones = append(zones, zoneText(z))
	}
	return zones
}

// TestZones are the settings that the samples do not have. A blank is written as a
// dot, a new line as a bar.
func TestZones(t *testing.T) {
	const odd = "config.interface.x|option.device.eth1|config.interface.y|option.device.eth2|"
	const masq = "config.zone|option.name.z|option.network.x|option.masq.1|"
	for name, c := range map[string]struct {
		network, firewall, wireless, dhcp string
		want                              string
	}{
		"a zone wan of another network":  {odd, "config.zone|option.name.wan|option.network.x|", "", "", "wan(eth1) outside"},
		"wan in the home's own zone":     {odd + "config.interface.wan|option.device.eth3|", "config.zone|option.name.lan|list.network.x|list.network.wan|option.input.ACCEPT|", "", "", "lan(eth1 eth3) router"},
		"a provider's protocol":          {"config.interface.x|option.device.eth1|option.proto.pppoe|", "config.zone|option.name.z|option.network.x|", "", "", "z(pppoe-x eth1) outside"},
		"masquerading":                   {odd, masq, "", "", "z(eth1) outside"},
		"masquerading, yet it serves":    {odd, masq, "", "config.dhcp|option.interface.x|", "z(eth1)"},
		"masquerading, it would serve":   {odd, masq, "", "config.dhcp|option.interface.x|option.ignore.1|", "z(eth1) outside"},
		"masquerading, yet for visitors": {odd, strings.ReplaceAll(masq, "name.z", "name.visitors"), "", "", "visitors(eth1) guest"},
		"masquerading, yet it is let in": {odd, masq + "option.input.ACCEPT|", "", "", "z(eth1) router"},
		"masquerading of the home":       {odd, strings.ReplaceAll(masq, "name.z", "name.lan"), "", "", "lan(eth1)"},
		"an alias":                       {"config.interface.x|option.device.eth1|config.interface.y|option.device.@x|", "config.zone|option.name.z|option.network.y|", "", "", "z(eth1)"},
		"aliases that go round":          {"config.interface.x|option.device.@y|config.interface.y|option.device.@x|", "config.zone|option.name.z|option.network.x|", "", "", "z()"},
		"all stations apart":             {odd, "config.zone|option.name.z|option.network.x|", "config.wifi-iface|option.network.x|option.mode.ap|option.ssid.A|option.isolate.1|", "", "z(eth1) guest"},
		"all apart in the home":          {odd, "config.zone|option.name.lan|option.network.x|", "config.wifi-iface|option.network.x|option.mode.ap|option.ssid.A|option.isolate.1|", "", "lan(eth1)"},
		"one is not apart":               {odd, "config.zone|option.name.z|option.network.x|", "config.wifi-iface|option.network.x|option.mode.ap|option.isolate.1|config.wifi-iface|option.network.x|option.mode.ap|option.ssid.A|", "", "z(eth1)"},
		"a radio that is off":            {odd, "config.zone|option.name.lan|option.network.x|", "config.wifi-device.r|option.disabled.1|config.wifi-iface|option.device.r|option.network.x|option.mode.ap|option.ssid.Guests|", "", "lan(eth1)"},
		"guests' network in the home's":  {odd + "config.interface.guest|option.device.eth3|", "config.zone|option.name.lan|list.network.x|list.network.guest|option.input.ACCEPT|", "config.wifi-iface|option.network.guest|option.mode.ap|option.ssid.Extra|", "", "lan(eth1 eth3) router mixed:Extra"},
		"a rule opens the router":        {odd, "config.zone|option.name.z|option.network.x|config.rule|option.src.z|option.proto.all|option.target.ACCEPT|", "", "", "z(eth1) router"},
		"a rule closes the router":       {odd, "config.zone|option.name.z|option.network.x|option.input.ACCEPT|config.rule|option.src.z|option.target.DROP|", "", "", "z(eth1)"},
		"a rule lets everybody through": {odd, "config.zone|option.name.z|option.network.x|config.zone|option.name.w|option.network.y|" +
			"config.rule|option.src.z|option.dest.w|option.target.ACCEPT|", "", "", "z(eth1) →w,w(eth2)"},
		"the home's name": {odd, "config.zone|option.name.lan|option.network.x|", "config.wifi-iface|option.network.x|option.mode.ap|option.ssid.BeOurGuest|", "", "lan(eth1)"},
		"one of the home's two": {odd, "config.zone|option.name.lan|option.network.x|", "config.wifi-iface|option.network.x|option.mode.ap|option.ssid.Guests|" +
			"config.wifi-iface|option.network.x|option.mode.ap|option.ssid.Home|", "", "lan(eth1) mixed:Guests"},
		"rules for guests": {odd, "config.zone|option.name.guest|option.network.x|config.zone|option.name.lan|option.network.y|" +
			"config.rule|option.src.guest|option.dest_port.53|option.target.ACCEPT|config.rule|option.src.guest|option.proto.icmp|option.target.ACCEPT|" +
			"config.rule|option.src.guest|option.proto.tcp|list.dest_port.22|list.dest_port.53|option.target.ACCEPT|" +
			"config.rule|option.src.guest|option.dest.lan|option.proto.tcp|option.dest_port.445|option.target.ACCEPT|" +
			"config.rule|option.src.guest|option.dest.lan|option.proto.tcp|option.dest_port.23|option.target.DROP|" +
			"config.rule|option.src.guest|option.dest.lan|option.proto.all|option.family.ipv6|option.target.ACCEPT|",
			"", "", "guest(eth1) guest some:tcp 22 53 of the router,tcp 445 of lan,all of lan,lan(eth2)"},
		"a rule for one sender": {odd, "config.zone|option.name.z|option.network.x|config.zone|option.name.w|option.network.y|" +
			"config.rule|option.src.z|option.dest.w|option.src_mac.02:00:00:00:00:01|option.target.ACCEPT|", "", "", "z(eth1),w(eth2)"},
	} {
		got := strings.Join(concluded(t, map[string]string{"network": c.network, "firewall": c.firewall, "wireless": c.wireless, "dhcp": c.dhcp}), ",")
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestOutside: of a home's zone with the provider's network in it, that network's link
// is outside all the same, as is that of one in no zone.
func TestOutside(t *testing.T) {
	network, err := uci.Parse([]byte("config interface lan\n\toption device br-lan\nconfig interface wan\n\toption device eth1\nconfig interface lte\n\toption proto 3g\n"))
	if err != nil {
		t.Fatal(err)
	}
	firewall, err := uci.Parse([]byte("config zone\n\toption name lan\n\tlist network lan\n\tlist network wan\n\toption input ACCEPT\n"))
	if got := strings.Join(Outside(map[string]uci.File{"network": network, "firewall": firewall}), " "); err != nil || got != "eth1 3g-lte" {
		t.Errorf("outside are %s, %v", got, err)
	}
}

// TestNames are what owners call their networks, and what only sounds so.
func TestNames(t *testing.T) {
	for name, want := range map[string]string{
		"guest": "v", "MyGuestWifi": "v", "Gästenetz": "v", "FRITZ!Box Gastzugang": "v", "gast_2G": "v", "Gasthof Adler": "v", "Invités": "v",
		"visitantes": "v", "Ospiti": "v", "bezoekers": "v", "besucher": "v", "vieraat": "v", "訪客 访客": "v",
		"iot": "t", "IOT-2.4": "t", "HomeIoT": "t", "smarthome": "t", "iotlan": "t",
		"lan": "", "home": "", "Hospital": "", "Gastronomie Huber": "", "patriot": "", "Smart TV": "", "office": "",
	} {
		got := ""
		if visitors(name) {
			got += "v"
		}
		if things(name) {
			got += "t"
		}
		if got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

// TestParseView: what is said to be a lease is a program's, and what is none is left
// out.
func TestParseView(t *testing.T) {
	v, err := ParseView([]byte(`{"uci":{"passwd":{"sections":[]},"network":{"sections":[{"type":"interface","options":[{"name":"password","values":["x"]}]}]}},
		"flows":[{"client":"192.0.2.1","transport":"tcp","port":23,"count":2},{"client":"192.0.2.1","transport":"sctp","port":23,"count":2},{"client":"fe80::1%x","transport":"tcp","port":23,"count":2}],
		"leases":[{"client":"192.0.2.1","transport":"udp","external":9,"port":9,"for":"a\u0000b","by":"owner"},{"transport":"udp"}],"unread":{"other":"x","flows":"y"}}`))
	if err != nil || len(v.UCI) != 1 || len(v.UCI["network"].Sections[0].Options) > 0 || len(v.Flows) != 1 || len(v.Leases) != 1 ||
		v.Leases[0].By != lan.ByUPnP || v.Leases[0].For != "ab" || len(v.Unread) != 1 {
		t.Errorf("read %+v, %v", v, err)
	}
}
