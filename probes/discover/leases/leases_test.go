package leases

import (
	"context"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// sample has the forms that dnsmasq writes: named, unnamed, endless, expired,
// RFC 4361 client identifier, another hardware type, and DHCPv6.
const sample = `1800000000 00:11:22:33:44:55 192.168.1.20 camera 01:00:11:22:33:44:55
1800000000 00:11:22:33:44:56 192.168.1.21 * *
0 00:11:22:33:44:57 192.168.1.22 printer *
1700000000 00:11:22:33:44:58 192.168.1.23 gone *
1800000000 aa:11:22:33:44:59 192.168.1.24 laptop ff:b5:5e:67:ff:00:02:00:00:ab:11:5a:c7
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
	s := New(root).(source)
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
	s := New(t.TempDir(), "/nowhere")
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
	err := New(root, "leases").Discover(context.Background(), lan.Link{}, nil)
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

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("9223372036854775807 00:11:22:33:44:55 1.2.3.4 \x1b[31m ff:00")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range Parse(text, now) {
			if !l.Addr.IsValid() || l.Name != lan.Printable(l.Name, lan.MaxName) || l.Addr.Is4() && l.MAC.IsZero() {
				t.Fatalf("%q gave %+v", text, l)
			}
		}
	})
}
