package router

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

var evening = time.Unix(1795456800, 0)

// way is one that a program had opened.
func way(transport lan.Transport, external uint16, client string, port uint16, what string) lan.Forward {
	return lan.Forward{By: lan.ByUPnP, Mapping: lan.Mapping{Transport: transport, External: external, Client: netip.MustParseAddr(client), Port: port, For: what}}
}

const (
	leaseText = "TCP:51413:192.168.1.7:51413:0:Transmission at 51413\nUDP:3074:192.168.1.9:3074:1795460400:DemonwarePortMapping: x\n" +
		"TCP:8080:192.168.1.20:80:1795450000:camera\nnonsense\nTCP:70000:192.168.1.20:80:0:x\nTCP:1:camera:80:0:x\nSCTP:1:192.168.1.20:80:0:x\nTCP:0:192.168.1.2:80:0:\n"
	pinholeText = "TCP;2001:db8::7;22;;0;3;0;ssh\nUDP;2001:db8::9;500;2600::1;500;4;9;vpn\nTCP;2001:db8::7;22\n"
	chainText   = `{"nftables":[{"metainfo":{"version":"1.1.1","release_name":"x","json_schema_version":1}},
		{"chain":{"family":"inet","table":"fw4","name":"upnp_prerouting","handle":7}},
		{"rule":{"family":"inet","table":"fw4","chain":"upnp_prerouting","handle":9,"expr":[
			{"match":{"op":"==","left":{"meta":{"key":"iif"}},"right":"eth1"}},
			{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"protocol"}},"right":"tcp"}},
			{"match":{"op":"==","left":{"payload":{"protocol":"th","field":"dport"}},"right":51413}},
			{"dnat":{"family":"ip","addr":"192.168.1.7","port":51413}}]}},
		{"rule":{"comment":"IP Camera","expr":[{"counter":{"packets":1,"bytes":2}},
			{"match":{"op":"==","left":{"payload":{"protocol":"ip","field":"saddr"}},"right":"198.51.100.9"}},
			{"match":{"op":"==","left":{"payload":{"protocol":"tcp","field":"dport"}},"right":8554}},
			{"dnat":{"addr":"192.168.1.20","port":554}}]}},
		{"rule":{"expr":[{"match":{"op":"!=","left":{"payload":{"protocol":"udp","field":"dport"}},"right":5}},{"dnat":{"addr":"192.168.1.3","port":5}}]}},
		{"rule":{"expr":[{"return":null},{"match":{"op":"==","left":{"payload":{"protocol":"udp","field":"dport"}},"right":{"range":[1,2]}}},{"dnat":{"addr":"192.168.1.3","port":5}}]}}]}`
)

var (
	torrent = way(lan.TCP, 51413, "192.168.1.7", 51413, "Transmission at 51413")
	game    = way(lan.UDP, 3074, "192.168.1.9", 3074, "DemonwarePortMapping: x")
	ssh     = way(lan.TCP, 22, "2001:db8::7", 22, "ssh")
	vpn     = way(lan.UDP, 500, "2001:db8::9", 500, "vpn")
	cameras = way(lan.TCP, 8554, "192.168.1.20", 554, "IP Camera")
)

func init() { vpn.From, cameras.From = "2600::1", "198.51.100.9" }

// TestUPnP: what is open is known by the files or the chain; what is not known is
// an error, never nothing.
func TestUPnP(t *testing.T) {
	broken := errors.New("broken")
	says := func(text string, err error) func() ([]byte, error) {
		return func() ([]byte, error) { return []byte(text), err }
	}
	for name, tt := range map[string]struct {
		files map[string]string
		chain func() ([]byte, error)
		want  []lan.Forward
	}{
		"no miniupnpd":            {nil, nil, []lan.Forward{}},
		"switched off":            {map[string]string{"etc/config/upnpd": "config upnpd config\n option enabled 0", leaseFile: leaseText}, nil, []lan.Forward{}},
		"its files":               {map[string]string{"etc/config/upnpd": "config upnpd config\n option enabled 1", leaseFile: leaseText, leaseFile + "-ipv6": pinholeText}, nil, []lan.Forward{torrent, game, ssh, vpn}},
		"elsewhere":               {map[string]string{"etc/config/upnpd": "config upnpd config\n option upnp_lease_file /tmp/l", "tmp/l": leaseText}, nil, []lan.Forward{torrent, game}},
		"elsewhere, as of 2025":   {map[string]string{"etc/config/upnpd": "config upnpd config\n option lease_file /tmp/l", "tmp/l": leaseText}, nil, []lan.Forward{torrent, game}},
		"nothing open":            {map[string]string{"etc/config/upnpd": "config upnpd config", leaseFile: ""}, nil, []lan.Forward{}},
		"no file":                 {map[string]string{"etc/config/upnpd": "config upnpd config"}, nil, nil},
		"no file, but the chain":  {map[string]string{"etc/config/upnpd": "config upnpd config"}, says(chainText, nil), []lan.Forward{way(lan.TCP, 51413, "192.168.1.7", 51413, ""), cameras}},
		"both":                    {map[string]string{"etc/config/upnpd": "config upnpd config", leaseFile: leaseText}, says(chainText, nil), []lan.Forward{torrent, game, cameras}},
		"no nft":                  {map[string]string{"etc/config/upnpd": "config upnpd config", leaseFile: leaseText}, says("", broken), []lan.Forward{torrent, game}},
		"neither":                 {map[string]string{"etc/config/upnpd": "config upnpd config"}, says("{", nil), nil},
		"settings cannot be read": {map[string]string{"etc/config/upnpd": "config 'upnpd"}, nil, nil},
		"no nft, nothing opened":  {map[string]string{"etc/config/upnpd": "config upnpd config"}, says("", fmt.Errorf("exec: %w", fs.ErrNotExist)), []lan.Forward{}},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			for path, text := range tt.files {
				path = filepath.Join(root, path)
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := UPnP(root, tt.chain, evening)
			if (err != nil) != (tt.want == nil) || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("%+v, %v; want %+v", got, err, tt.want)
			}
		})
	}
}

// TestSettingsNotRead: what is in force is told, and that pinholes may be in a file that
// the settings name.
func TestSettingsNotRead(t *testing.T) {
	root := fixture(t)
	write(t, root, "etc/config/upnpd", "config 'upnpd")
	got, err := UPnP(root, func() ([]byte, error) { return []byte(chainText), nil }, evening)
	if len(got) == 0 || err == nil {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestManyLeases: what a program opens without end is cut off.
func TestManyLeases(t *testing.T) {
	var b strings.Builder
	for i := range 4 * maxLeases {
		fmt.Fprintf(&b, "TCP:%d:192.168.1.7:%d:0:x\n", 1+i, 1+i)
	}
	root := fixture(t)
	write(t, root, leaseFile, leaseText+strings.Repeat("x", maxLeaseFile))
	if got, err := UPnP(root, nil, evening); len(got) == 0 || !errors.Is(err, errCut) {
		t.Errorf("a long file: %d, %v", len(got), err)
	}
	write(t, root, leaseFile, b.String())
	if got, err := UPnP(root, nil, evening); len(got) != maxLeases || !errors.Is(err, errCut) {
		t.Errorf("%d, %v", len(got), err)
	}
	if r := Conclude(seen(root), nil); !r.Partial || len(r.Leases) == 0 || len(r.Unread) != 1 {
		t.Errorf("%+v", r)
	}
}

// fits reports whether w is one that can be told of.
func fits(w lan.Forward) bool {
	return w.By == lan.ByUPnP && w.Client.IsValid() && w.Client.Zone() == "" && w.Port > 0 && w.External > 0 &&
		(w.Transport == lan.TCP || w.Transport == lan.UDP) && w.For == lan.Printable(w.For, lan.MaxName)
}

func FuzzParseLeases(f *testing.F) {
	f.Add([]byte(leaseText))
	f.Add([]byte("tcp:1:::ffff:1.2.3.4:1:0:\x1b[31m"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, w := range ParseLeases(text, evening) {
			if !fits(w) {
				t.Errorf("%+v", w)
			}
		}
	})
}

func FuzzParsePinholes(f *testing.F) {
	f.Add([]byte(pinholeText))
	f.Add([]byte("TCP;fe80::1%eth0;22;fe80::2%eth0;0;3;0;\xff"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, w := range ParsePinholes(text) {
			if !fits(w) {
				t.Errorf("%+v", w)
			}
		}
	})
}

func FuzzParseChain(f *testing.F) {
	f.Add([]byte(chainText))
	f.Add([]byte(`{"nftables":[{"rule":{"expr":[{"dnat":{"addr":"fe80::1%x","port":70000}},{"match":{"op":"==","left":{"meta":{"key":"l4proto"}},"right":["tcp"]}}]}}]}`))
	f.Add([]byte(`{"nftables":[` + strings.Repeat(`{"rule":{"expr":[[[]]]}},`, 99) + `{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		list, _ := ParseChain(text)
		for _, w := range list {
			if !fits(w) {
				t.Errorf("%+v", w)
			}
		}
	})
}
