package router

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// secrets are the options in which OpenWrt's packages keep what nobody else may
// know, and what tells who a household's provider takes it for: of netifd's and
// its protocols' handlers, hostapd's, miniupnpd's, dynamic DNS and tunnel brokers'.
var secrets = strings.Fields(`
	key key1 key2 key3 key4 wep_key psk wpa_passphrase wpa_psk_file passphrase sae_password sae_password_file
	password passwd pass auth_secret acct_secret auth_secret2 acct_secret2 dae_secret secret auth_server acct_server
	identity anonymous_identity priv_key priv_key_pwd priv_key2 priv_key2_pwd client_cert client_cert2 ca_cert
	private_key preshared_key public_key endpoint_host allowed_ips privatekey presharedkey
	username user userid login uid account token api_key apikey updatekey tunnelid pincode pin puk apn imei
	r0kh r1kh r1_key_holder pmk_r1_push ft_psk_generate_local nasid mobility_domain own_ip_addr wps_pin ext_registrar
	macaddr peeraddr server vpnid peer_id ike_psk pre_shared_key xauth_password chap_secret ppp_secret
	uuid friendly_name serial_number stun_host use_stun presentation_url external_ip
	clientid hostid sendopts reqopts vendorid dhcp_option ra_dns addnhosts server_password tsig_key
	description comment extra path reload`)

// TestNoSecrets: none of them is in a View, whatever section it stands in, nor is any
// section that is not known.
func TestNoSecrets(t *testing.T) {
	root := t.TempDir()
	for _, file := range files {
		var text strings.Builder
		kinds := []string{"wireguard_wg0", "wifi-station", "wifi-vlan", "ipset", "include", "user", "perm_rule", "switch", "globals"}
		for _, a := range allowed {
			if a.file == file {
				kinds = append(kinds, a.kind)
			}
		}
		for n, kind := range kinds {
			fmt.Fprintf(&text, "config %s 's%d'\n", kind, n)
			for _, option := range secrets {
				fmt.Fprintf(&text, "\toption %s 'hidden-%s'\n\tlist %s_x 'hidden-too'\n", option, option, option)
			}
		}
		write(t, root, "etc/config/"+file, text.String())
	}
	v := Privileged(root)
	text, err := json.Marshal(v)
	if at := strings.Index(string(text), "hidden"); err != nil || at >= 0 {
		t.Errorf("a View has %q, %v", text[max(at-40, 0):min(at+40, len(text))], err)
	}
	for _, file := range files {
		for _, s := range v.UCI[file].Sections {
			if options(file, s.Type) == nil || len(s.Options) > 0 {
				t.Errorf("of %s it has the section %+v", file, s)
			}
		}
	}
	for _, name := range []string{"wireguard", "mwan3", "pppoe", "stock"} {
		text, err := json.Marshal(Privileged(filepath.Join(samples, name)))
		for _, secret := range []string{"sampleKey", "cHNr", "sample only", "not a real", "t-online", "internet.example", "0000"} {
			if err != nil || strings.Contains(string(text), secret) {
				t.Errorf("the View of %s has %q, %v", name, secret, err)
			}
		}
	}
}

func write(t testing.TB, root, path, text string) {
	t.Helper()
	path = filepath.Join(root, path)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestViewFits: rpcd takes at most 256 KiB, whatever the files hold.
func TestViewFits(t *testing.T) {
	root := t.TempDir()
	rule := "config rule\n\toption name '" + strings.Repeat("<", 300) + "'\n\toption src wan\n\toption target ACCEPT\n"
	write(t, root, "etc/config/firewall", strings.Repeat(rule, 300))
	write(t, root, "etc/config/network", "config interface lan\n\toption device br-lan\n")
	write(t, root, "etc/config/upnpd", "config upnpd config\n\toption enabled 1\n")
	var leases strings.Builder
	for n := range maxLeases {
		fmt.Fprintf(&leases, "TCP:%d:192.168.1.7:22:0:%s\n", 1000+n, strings.Repeat("<", 100))
	}
	write(t, root, leaseFile, leases.String())
	v := Privileged(root)
	if len(v.Leases) < 10 || v.Unread[partLeases] == "" {
		t.Errorf("it has %d leases: %v", len(v.Leases), v.Unread)
	}
	v.Flows = make([]lan.Flow, maxFlows)
	for i := range v.Flows {
		v.Flows[i] = lan.Flow{Client: netip.MustParseAddr("2001:db8:1111:2222:3333:4444:5555:6666"), Transport: lan.TCP, Port: 65535, Count: 65535}
	}
	text, err := json.Marshal(v)
	if err != nil || len(text) > 200<<10 || len(v.UCI["firewall"].Sections) < 10 {
		t.Errorf("it is %d bytes of %d rules, %v", len(text), len(v.UCI["firewall"].Sections), err)
	}
	if r := Conclude(v, nil); len(r.Unread) == 0 || !strings.Contains(r.Unread[0], "longer than is read") {
		t.Errorf("that it was cut is not said: %q", r.Unread)
	}
}

// TestFlowsOfTheHome: what is counted is whose zone is at home, by its address.
func TestFlowsOfTheHome(t *testing.T) {
	root := t.TempDir()
	write(t, root, "etc/config/network", "config interface lan\n\toption device br-lan\nconfig interface wan\n\toption device eth1\n")
	write(t, root, "etc/config/firewall", "config zone\n\toption name lan\n\toption network lan\n\toption input ACCEPT\nconfig zone\n\toption name wan\n\toption network wan\n")
	line := "ipv4     2 tcp      6 7431 ESTABLISHED src=%s dst=198.51.100.7 sport=40112 dport=23 packets=9 bytes=812 src=198.51.100.7 dst=203.0.113.5 sport=23 dport=40112 packets=7 bytes=640 [ASSURED] mark=0 use=2\n"
	write(t, root, "proc/net/nf_conntrack", fmt.Sprintf(line+line+line, "192.168.1.20", "192.168.1.1", "10.7.0.9"))
	m := here(root)
	m.nets = func() (map[string][]netip.Prefix, error) {
		return map[string][]netip.Prefix{
			"br-lan": {netip.MustParsePrefix("192.168.1.1/24"), netip.MustParsePrefix("fe80::1/64")}, "eth1": {netip.MustParsePrefix("10.7.0.2/24")},
		}, nil
	}
	want := []lan.Flow{{Client: netip.MustParseAddr("192.168.1.20"), Transport: lan.TCP, Port: 23, Count: 1}}
	if v := m.view(); !reflect.DeepEqual(v.Flows, want) || v.Leases == nil || len(v.Unread) > 0 {
		t.Errorf("read %+v", v)
	}
	write(t, root, "etc/config/network", "config interface 'lan\n")
	v := m.view()
	if r := Conclude(v, nil); v.Flows != nil || v.Unread[partFlows] == "" || r.Zones != nil || r.Forwards != nil {
		t.Errorf("of a damaged file it knows %+v, %+v", v, r)
	}
}

// TestDamaged: of a file with a wrong line the rest counts, as for the firewall
// itself, and the line is named.
func TestDamaged(t *testing.T) {
	root := t.TempDir()
	write(t, root, "etc/config/network", "config interface lan\n\toption device br-lan\n")
	write(t, root, "etc/config/firewall", "config zone\n\toption name lan\n\toptoin input ACCEPT\n\toption network lan\n")
	r := Conclude(Privileged(root), nil)
	if len(r.Zones) != 1 || len(r.Zones[0].Links) != 1 || len(r.Unread) != 1 || !strings.Contains(r.Unread[0], "firewall:3") {
		t.Errorf("it knows %+v", r)
	}
}

// TestNoFirewall: a router without one keeps nothing apart, which is known, and not
// who comes in.
func TestNoFirewall(t *testing.T) {
	root := t.TempDir()
	write(t, root, "etc/config/network", "config interface lan\n\toption device br-lan\n")
	if r := Conclude(Privileged(root), nil); r.Zones == nil || r.Forwards == nil || r.Leases == nil || !r.Partial || len(r.Zones)+len(r.Forwards)+len(r.Unread) > 0 {
		t.Errorf("it knows %+v", r)
	}
}

func FuzzView(f *testing.F) {
	for _, name := range []string{"stock", "vlaniot", "forwards", "pinhole", "odd"} {
		text, err := json.Marshal(Privileged(filepath.Join(samples, name)))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(`{"error":"no"}`))
	f.Add([]byte(`{"uci":{"network":{"sections":[{"type":"interface","name":"a","options":[{"name":"device","values":["@a"]}]}]}},"flows":[{"client":"192.0.2.1","transport":"tcp","port":23,"count":1}],"leases":[{"client":"","by":"x"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		v, err := ParseView(text)
		if err != nil {
			return
		}
		again, err := json.Marshal(v)
		if err != nil || len(again) > 256<<10 {
			t.Fatalf("%q becomes %d bytes, %v", text, len(again), err)
		}
		if w, err := ParseView(again); err != nil || !reflect.DeepEqual(v, w) {
			t.Fatalf("%q comes back as %+v, %v", again, w, err)
		}
		r := Conclude(v, []netip.Prefix{netip.MustParsePrefix("2001:db8::/64")})
		if len(r.Zones) > maxZones || len(r.Forwards) > maxForwards {
			t.Fatalf("%q has %d zones, %d forwards", text, len(r.Zones), len(r.Forwards))
		}
		for _, z := range r.Zones {
			if len(z.Links) > maxLinks {
				t.Fatalf("%q has %d links", text, len(z.Links))
			}
		}
	})
}
