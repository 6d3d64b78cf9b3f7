package hosts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

const (
	ethers = `# stations of the house
00:11:22:33:44:60 scanner
00:11:22:33:44:61	192.168.1.31	# no name
00:11:22:33:44:62 fd12::1
01:00:5e:00:00:01 group
0:11:22:33:44:63 short
00:11:22:33:44:64
`
	etcHosts = `127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
ff02::1 ip6-allnodes
0.0.0.0 ads.example.com
192.168.1.40 nvr.lan nvr	# the recorder
fe80::40%br-lan nvr6
10.9.9.9 elsewhere
192.168.1.41
not.an.address name
`
	dnsmasqConf = `# what the owner wrote
dhcp-range=192.168.1.100,192.168.1.200,12h
dhcp-host=00:11:22:33:44:70,doorbell,192.168.1.70,infinite
dhcp-host=00:11:22:33:44:71,00:11:22:33:44:72,set:tv,television,45m
dhcp-host=id:00:01:00:01:16:d2:83:fc:92:d4:19:e2:d8:b2,[fd12::73],hub
dhcp-host = 00:11:22:33:44:74, 192.168.1.74 , lamp
dhcp-host=00:11:22:*:*:*,ignore
dhcp-host=00:11:22:33:44:75,ignore
dhcp-host=nobody,192.168.1.76
host-record=gate.lan,gate,192.168.1.77,fd12::77,3600
address=/blocked.example/0.0.0.0
`
)

// fixture is a root with the files of a router.
func fixture(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	dhcp, err := os.ReadFile("../../../testdata/uci/dhcp")
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{
		"etc/config/dhcp": string(dhcp), "etc/ethers": ethers, "etc/hosts": etcHosts,
		"etc/dnsmasq.d/house.conf": dnsmasqConf, "etc/dnsmasq.d/README": "dhcp-host=00:11:22:33:44:79,readme\n",
	} {
		write(t, filepath.Join(root, path), text)
	}
	return root
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func link(prefixes ...string) lan.Link {
	l := lan.Link{Name: "br-lan"}
	for _, p := range prefixes {
		l.Prefixes = append(l.Prefixes, netip.MustParsePrefix(p))
	}
	return l
}

// told is what Discover says, a line each.
func told(t *testing.T, root string, link lan.Link) []string {
	t.Helper()
	now := time.Unix(1800000000, 0)
	var all []string
	err := source{root: root, config: uci.Below(root), now: func() time.Time { return now }}.Discover(context.Background(), link, func(s lan.Sighting) {
		if s.Source != "hosts" || s.Link != link.Name || !s.At.Equal(now) || s.Claim {
			t.Errorf("sighting %+v", s)
		}
		addr := ""
		if s.Addr.IsValid() {
			addr = s.Addr.String()
		}
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s | %s %s %s", strings.Join(s.Names, " "), s.MAC, addr, s.ID)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDiscover(t *testing.T) {
	root := fixture(t)
	got := told(t, root, link("192.168.1.0/24", "fd12::/64", "fe80::/64"))
	want := []string{
		"printer | 00:11:22:33:44:55 192.168.1.10",
		"laptop | 00:11:22:33:44:56", "laptop | 00:11:22:33:44:57", "laptop |  192.168.1.11",
		"nas | 00:11:22:33:44:58 192.168.1.12 duid:000100012c112233001122334458",
		"intercom.lan |  192.168.1.20",
		"scanner | 00:11:22:33:44:60",
		"nvr.lan nvr |  192.168.1.40",
		"nvr6 |  fe80::40",
		"doorbell | 00:11:22:33:44:70 192.168.1.70",
		"television | 00:11:22:33:44:71", "television | 00:11:22:33:44:72",
		"hub |  fd12::73 duid:0001000116d283fc92d419e2d8b2",
		"lamp | 00:11:22:33:44:74 192.168.1.74",
		"gate.lan gate |  192.168.1.77", "gate.lan gate |  fd12::77",
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != strings.TrimSpace(want[i]) {
			t.Fatalf("from line %d on got\n%s\nwant\n%s", i, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	guests := told(t, root, link("192.168.3.0/24"))
	if !slices.Contains(guests, "guest-tv | 00:11:22:33:44:59 192.168.3.10") || slices.Contains(guests, want[0]) {
		t.Errorf("on the guests' link: %q", guests)
	}
}

func TestNothingThereIsNoError(t *testing.T) {
	if all := told(t, t.TempDir(), link("192.168.1.0/24")); len(all) > 0 {
		t.Errorf("told %q", all)
	}
}

func TestWhatCannotBeReadIsAnError(t *testing.T) {
	root := fixture(t)
	write(t, filepath.Join(root, "etc/config/dhcp"), "config host\n option name 'x\n")
	// A folder opens but cannot be read, for root too.
	if err := os.MkdirAll(filepath.Join(root, "etc/dnsmasq.conf"), 0o755); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := New(root, uci.Below(root)).Discover(context.Background(), link("192.168.1.0/24"), func(lan.Sighting) { n++ })
	if err == nil || !strings.Contains(err.Error(), "dhcp:2") || !strings.Contains(err.Error(), "dnsmasq.conf") || n == 0 {
		t.Errorf("%d told, error %v", n, err)
	}
}

// TestRefused: who may not read the router's configuration hears the other files, and
// of the configuration what somebody else reads.
func TestRefused(t *testing.T) {
	root := fixture(t)
	count := func(config uci.Reader) (n int) {
		if err := New(root, config).Discover(t.Context(), link("192.168.1.0/24"), func(lan.Sighting) { n++ }); err != nil {
			t.Errorf("error %v", err)
		}
		return n
	}
	all := count(uci.Below(root))
	refused := count(func(context.Context, string) (uci.File, error) { return uci.File{}, fs.ErrPermission })
	if refused == 0 || refused >= all {
		t.Errorf("heard %d of %d", refused, all)
	}
	if err := os.Remove(filepath.Join(root, "etc/config/dhcp")); err != nil {
		t.Fatal(err)
	}
	if n := count(uci.Below("../../../testdata/uci/none")); n != refused {
		t.Errorf("without a configuration it heard %d, want %d", n, refused)
	}
	text, err := os.ReadFile("../../../testdata/uci/dhcp")
	if err != nil {
		t.Fatal(err)
	}
	file, err := uci.Parse(text)
	if n := count(func(context.Context, string) (uci.File, error) { return file, err }); n != all {
		t.Errorf("over somebody else it heard %d, want %d", n, all)
	}
}

func TestBounds(t *testing.T) {
	if n := len(ParseHosts(strings.Repeat("192.168.1.2 a\n", 2*maxHosts))); n != maxHosts {
		t.Errorf("kept %d hosts", n)
	}
	if all := ParseHosts("0.0.0.0 ads.example\n:: tracker.example\n127.0.0.1 localhost\n"); len(all) > 0 {
		t.Errorf("a blocked name is a host: %+v", all)
	}
	all := ParseHosts("192.168.1.2" + strings.Repeat(" a b c d e f g h i j", 9))
	if len(all) != 1 || len(all[0].Names) != maxOf {
		t.Errorf("kept %+v", all)
	}
	path := filepath.Join(t.TempDir(), "hosts")
	write(t, path, strings.Repeat("192.168.1.2 camera\n", maxFile/8))
	if text, err := load(path); err != nil || len(text) > maxFile || !strings.HasSuffix(text, " camera\n") {
		t.Errorf("read %d bytes, %v", len(text), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(ethers)
	f.Add(etcHosts)
	f.Add(dnsmasqConf)
	f.Add("config host\n option name '\x1b[31m'\n list mac '00:11:22:33:44:55'\n option duid '0001%z'\n")
	f.Fuzz(func(t *testing.T, text string) {
		config, _ := uci.Parse([]byte(text))
		for _, all := range [][]Host{ParseEthers(text), ParseHosts(text), ParseDnsmasq(text), fromUCI(config)} {
			for _, h := range all {
				if len(h.Names) == 0 || len(h.Names) > maxOf || len(h.MACs)+len(h.Addrs)+len(h.DUID) == 0 {
					t.Fatalf("%q gave %+v", text, h)
				}
				for _, name := range h.Names {
					if name == "" || name != lan.Printable(name, lan.MaxName) {
						t.Fatalf("%q gave the name %q", text, name)
					}
				}
			}
		}
	})
}
