package leases

import (
	"context"
	"errors"
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

// sample has the forms that dnsmasq writes: named, unnamed, endless, expired,
// RFC 4361 client identifier, another hardware type, and DHCPv6.
const sample = `1800000000 00:11:22:33:44:55 192.168.1.20 camera 01:00:11:22:33:44:55
1800000000 00:11:22:33:44:56 192.168.1.21 * *
0 00:11:22:33:44:57 192.168.1.22 printer *
1700000000 00:11:22:33:44:58 192.168.1.23 gone *
1800000000 aa:11:22:33:44:59 192.168.1.24 laptop ff:b5:5e:67:ff:00:02:00:00:ab:11:5a:c7
1800000000 aa:11:22:33:44:5a 192.168.1.27 * 00:6c:61:70:74:6f:70
1800000000 06-aa:bb:cc 192.168.1.25 token-ring *
1800000000 00:11:22:33:44:60 10.0.0.9 elsewhere *
duid 00:01:00:01:2c:11:22:33:00:11:22:33:44:01
1800000000 12345678 fd12::99 camera 00:01:00:01:2C:AA:BB:CC:00:11:22:33:44:55
1800000000 T87654321 fd12::9a * *
1800000000 00:11:22:33:44:61 192.168.1.26
`

var now = time.Unix(1750000000, 0)

func TestDiscover(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "tmp"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "tmp/dhcp.leases"), []byte(sample), 0o644); err != nil {
		t.Fatal(err)
	}
	link := lan.Link{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24"), netip.MustParsePrefix("fd12::/64")}}
	s := New(root, uci.Below(root)).(source)
	s.now = func() time.Time { return now }
	seen := map[string]lan.Sighting{}
	if err := s.Discover(context.Background(), link, func(s lan.Sighting) { seen[s.Addr.String()] = s }); err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]string{
		"192.168.1.20": "leases br-lan 00:11:22:33:44:55 camera  camera",
		"192.168.1.21": "leases br-lan 00:11:22:33:44:56   ",
		"192.168.1.22": "leases br-lan 00:11:22:33:44:57 printer  printer",
		"192.168.1.24": "leases br-lan aa:11:22:33:44:59 laptop duid:00020000ab115ac7 laptop",
		"192.168.1.27": "leases br-lan aa:11:22:33:44:5a  dhcp:006c6170746f70 ",
		"fd12::99":     "leases br-lan  camera duid:000100012caabbcc001122334455 camera",
		"fd12::9a":     "leases br-lan    ",
	} {
		s := seen[addr]
		got := strings.Join([]string{s.Source, s.Link, s.MAC.String(), strings.Join(s.Names, ","), s.ID, s.Heard[lan.DHCPHostname]}, " ")
		if got != want || !s.At.Equal(now) {
			t.Errorf("%s: %q at %v, want %q", addr, got, s.At, want)
		}
		delete(seen, addr)
	}
	if len(seen) > 0 {
		t.Errorf("also saw %v", seen)
	}
}

func TestMissingFileIsNoError(t *testing.T) {
	s := New(t.TempDir(), nil, "/nowhere")
	if err := s.Discover(context.Background(), lan.Link{}, nil); err != nil {
		t.Error(err)
	}
}

func TestUnreadableFileIsAnError(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "leases"), 0o755); err != nil {
		t.Fatal(err)
	}
	// A folder opens but cannot be read, for root too.
	err := New(root, nil, "leases").Discover(context.Background(), lan.Link{}, nil)
	if err == nil || !strings.Contains(err.Error(), "leases") {
		t.Errorf("error %v", err)
	}
}

func TestBounds(t *testing.T) {
	line := "0 00:11:22:33:44:55 192.168.1.20 camera *\n"
	if n := len(Parse(strings.Repeat(line, 2*maxLeases), now)); n != maxLeases {
		t.Errorf("kept %d leases", n)
	}
	path := filepath.Join(t.TempDir(), "leases")
	if err := os.WriteFile(path, make([]byte, 2*maxFile), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := read(path); err != nil || len(text) != maxFile {
		t.Errorf("read %d bytes, %v", len(text), err)
	}
}

// odhcpdSample has the forms that odhcpd writes: its notes of leases and the
// hosts lines between them.
const odhcpdSample = `# br-lan 000100012c112233001122334455 7c2f1a2b camera 1800000000 5ff 128 fd12::5ff/128 2001:db8:1::5ff/128
fd12::5ff	camera.lan	camera
# br-lan 00030001001122334456 1 - -1 600 128 fd12::600/128
# br-lan 00046b1d2e3f 2 broken\x20bad!name 1800000000 601 128 fd12::601/128
# br-lan 000100012c112233001122334457 3 router 1800000000 10 62 fd12:0:0:10::/62
# br-lan 000100012c112233001122334458 4 gone 0 602 128
# br-lan 000100012c112233001122334459 5 past 1700000000 603 128 fd12::603/128
# br-lan 00112233445a ipv4 tablet 1800000000 c0a80130 32 192.168.1.48/32
192.168.1.48	tablet.lan	tablet
# br-lan 01112233445a ipv4 group 1800000000 c0a80131 32 192.168.1.49/32
# br-lan 00112233445b ipv4 six 1800000000 c0a80131 128 fd12::604/128
`

// iscSample has the forms that ISC dhcpd writes.
const iscSample = `# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;

lease 192.168.1.60 {
  starts 1 2026/11/23 10:00:00;
  ends 1 2030/11/25 22:00:00;
  cltt 1 2026/11/23 10:00:00;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 00:11:22:33:44:60;
  uid "\001\000\021\"3D\140";
  set vendor-class-identifier = "MSFT 5.0";
  client-hostname "desk";
}
lease 192.168.1.61 {
  ends never;
  binding state active;
  hardware ethernet 00:11:22:33:44:61;
  uid "\377\000\000\000\001\000\003\000\001\000\021\"3Da";
}
lease 192.168.1.62 {
  ends epoch 1900000000; # Sun Mar 17 17:46:40 2030
  binding state active;
  uid "\001\000\021\"3Db";
  hardware ethernet 00:11:22:33:44:62;
}
lease 192.168.1.63 {
  ends 1 2030/11/25 22:00:00;
  binding state active;
  hardware ethernet 00:11:22:33:44:63;
}
lease 192.168.1.63 {
  ends 1 2030/11/25 22:00:00;
  binding state free;
  hardware ethernet 00:11:22:33:44:63;
}
lease 192.168.1.64 {
  ends 1 2020/11/25 22:00:00;
  binding state active;
  hardware ethernet 00:11:22:33:44:64;
}
ia-na "\001\000\000\000\000\001\000\001,\021\"3\000\021\"3De" {
  cltt 1 2026/11/23 10:00:00;
  iaaddr fd12::65 {
    binding state active;
    preferred-life 375;
    ends 1 2030/11/25 22:00:00;
  }
  iaaddr fd12::66 {
    binding state expired;
    ends never;
  }
}
lease 192.168.1.67 {
  binding state active;
`

func TestParseOtherServers(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"odhcpd": {odhcpdSample, []string{
			"fd12::5ff  camera 000100012c112233001122334455 ",
			"2001:db8:1::5ff  camera 000100012c112233001122334455 ",
			"fd12::600   00030001001122334456 ",
			"fd12::601   00046b1d2e3f ",
			"192.168.1.48 00:11:22:33:44:5a tablet  ",
		}},
		"isc": {iscSample, []string{
			"192.168.1.60 00:11:22:33:44:60 desk  ",
			"192.168.1.61 00:11:22:33:44:61  00030001001122334461 ",
			"192.168.1.62 00:11:22:33:44:62   ",
			"fd12::65   000100012c112233001122334465 ",
		}},
	} {
		var got []string
		for _, l := range Parse(c.text, now) {
			got = append(got, strings.Join([]string{l.Addr.String(), l.MAC.String(), l.Name, l.DUID, l.Client}, " "))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
}

func TestLinkLayer(t *testing.T) {
	for duid, want := range map[string]string{
		"000100012c112233001122334455":     "00:11:22:33:44:55", // LLT
		"00030001001122334455":             "00:11:22:33:44:55", // LL
		"0003001b001122334455":             "",                  // of another hardware
		"00030001011122334455":             "",                  // of a group
		"0003000100112233445566":           "",
		"00010001":                         "",
		"0004aabbccdd00112233445566778899": "", // UUID
		"":                                 "",
	} {
		if got := linkLayer(duid).String(); got != want {
			t.Errorf("%s holds %q, want %q", duid, got, want)
		}
	}
	l := Lease{Addr: netip.MustParseAddr("fd12::1"), DUID: "00030001001122334455"}
	if s := l.sighting(lan.Link{}, now); s.Heard[LinkLayer] != "00:11:22:33:44:55" || !s.MAC.IsZero() || s.Heard[lan.DHCP6DUID] != l.DUID {
		t.Errorf("its sighting is %+v", s)
	}
}

// TestFilesOfTheConfiguration holds that a router's own choice of files is read.
func TestFilesOfTheConfiguration(t *testing.T) {
	root := t.TempDir()
	write := func(path, text string) {
		t.Helper()
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("etc/config/dhcp", "config dnsmasq\n option leasefile '/mnt/usb/dhcp.leases'\nconfig odhcpd\n option leasefile '/mnt/usb/odhcpd'\nconfig dnsmasq\n option leasefile 'not/absolute'\n")
	write("mnt/usb/dhcp.leases", "0 00:11:22:33:44:55 192.168.1.20 camera *\n")
	write("mnt/usb/odhcpd", odhcpdSample)
	write("not/absolute", "0 00:11:22:33:44:55 192.168.1.21 camera *\n")
	link := lan.Link{
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")},
		Public:   []netip.Prefix{netip.MustParsePrefix("2001:db8:1::/64")},
	}
	seen := map[string]bool{}
	if err := New(root, uci.Below(root)).Discover(context.Background(), link, func(s lan.Sighting) { seen[s.Addr.String()] = true }); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 3 || !seen["192.168.1.20"] || !seen["192.168.1.48"] || !seen["2001:db8:1::5ff"] {
		t.Errorf("saw %v", seen)
	}
	write("etc/config/dhcp", "config dnsmasq\n option leasefile 'x\n")
	write("tmp/dhcp.leases", "0 00:11:22:33:44:56 192.168.1.22 lamp *\n")
	clear(seen)
	err := New(root, uci.Below(root)).Discover(context.Background(), link, func(s lan.Sighting) { seen[s.Addr.String()] = true })
	if err == nil || !strings.Contains(err.Error(), "etc/config/dhcp:2") || !seen["192.168.1.22"] {
		t.Errorf("a damaged configuration: %v, saw %v", err, seen)
	}
}

func TestReadKeepsTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dhcpd.leases")
	if err := os.WriteFile(path, []byte(strings.Repeat("#\n", maxFile)+iscSample), 0o644); err != nil {
		t.Fatal(err)
	}
	text, err := read(path)
	if err != nil || len(text) != maxFile || !strings.HasSuffix(text, iscSample) {
		t.Errorf("read %d bytes, %v", len(text), err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add(odhcpdSample)
	f.Add(iscSample)
	f.Add("9223372036854775807 00:11:22:33:44:55 1.2.3.4 \x1b[31m ff:00")
	f.Fuzz(func(t *testing.T, text string) {
		all := Parse(text, now)
		if len(all) > maxLeases {
			t.Fatalf("%d leases", len(all))
		}
		for _, l := range all {
			if !l.Addr.IsValid() || l.Name != lan.Printable(l.Name, lan.MaxName) || l.Addr.Is4() == l.MAC.IsZero() ||
				!l.Expires.IsZero() && !l.Expires.After(now) {
				t.Fatalf("%q gave %+v", text, l)
			}
		}
	})
}

// TestRefused: who may not read the router's configuration reads the files that there
// are by default, and knows of others by who may.
func TestRefused(t *testing.T) {
	root := t.TempDir()
	for path, text := range map[string]string{
		"tmp/dhcp.leases": "1800000000 02:00:00:00:00:01 192.168.1.7 tv *\n", "srv/leases": "1800000000 02:00:00:00:00:02 192.168.1.8 nas *\n",
	} {
		path = filepath.Join(root, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	link := lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}
	count := func(config uci.Reader) (n int) {
		if err := New(root, config).Discover(t.Context(), link, func(lan.Sighting) { n++ }); err != nil {
			t.Errorf("error %v", err)
		}
		return n
	}
	if n := count(func(context.Context, string) (uci.File, error) { return uci.File{}, fs.ErrPermission }); n != 1 {
		t.Errorf("heard %d", n)
	}
	other, err := uci.Parse([]byte("config dnsmasq\n\toption leasefile /srv/leases\n"))
	if n := count(func(context.Context, string) (uci.File, error) { return other, err }); n != 2 {
		t.Errorf("over somebody else it heard %d", n)
	}
}
