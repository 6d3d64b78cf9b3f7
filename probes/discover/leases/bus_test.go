package leases

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/uci"
)

const (
	four = `{"device":{"br-lan":{"leases":[{"mac":"001122334455","hostname":"tv","address":"192.168.1.20","valid":600},` +
		`{"mac":"001122334466","hostname":"","ip":"192.168.1.21","valid":-1},{"mac":"001122334477","ip":"192.168.1.22","valid":0}]}}}`
	six = `{"device":{"br-lan":{"leases":[{"duid":"00030001001122334455","hostname":"tv","ipv6-addr":[{"address":"fd00::20"}],"valid":4294967295},` +
		`{"duid":"00030001001122334466","length":128,"ipv6":["fd00::21","x"],"valid":5},{"duid":"00030001001122334477","length":62,"ipv6":["fd00:0:0:4::"],"valid":5},` +
		`{"duid":"","ipv6-addr":[{"address":"fd00::22"}],"valid":5},{"mac":"x","duid":"00030001001122334488","ipv6-addr":[{"address":"192.168.1.9"}],"valid":5}]}}}`
)

// TestParseBus reads both methods' answers, of odhcpd as it is and as it was.
func TestParseBus(t *testing.T) {
	now := time.Unix(1000, 0)
	for answer, want := range map[string][]Lease{
		four: {
			{Addr: netip.MustParseAddr("192.168.1.20"), MAC: lan.MAC{0, 0x11, 0x22, 0x33, 0x44, 0x55}, Name: "tv", Expires: now.Add(10 * time.Minute)},
			{Addr: netip.MustParseAddr("192.168.1.21"), MAC: lan.MAC{0, 0x11, 0x22, 0x33, 0x44, 0x66}},
		},
		six: {
			{Addr: netip.MustParseAddr("fd00::20"), DUID: "00030001001122334455", Name: "tv"},
			{Addr: netip.MustParseAddr("fd00::21"), DUID: "00030001001122334466", Expires: now.Add(5 * time.Second)},
		},
		`{}`: nil,
	} {
		if got, err := ParseBus([]byte(answer), now); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v\n%+v", answer, err, got)
		}
	}
	if _, err := ParseBus([]byte(`{"device":[]}`), now); err == nil {
		t.Error("anything will do")
	}
}

// TestBus: a router's odhcpd is heard on the bus, where its file may be an old one.
func TestBus(t *testing.T) {
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	program := "#!/bin/sh\ncase \"$*\" in\n*ipv6leases*) echo '" + six + "' ;;\n*) exit 4 ;;\nesac\n"
	if err := os.WriteFile(filepath.Join(root, "bin/ubus"), []byte(program), 0o755); err != nil {
		t.Fatal(err)
	}
	link := lan.Link{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("fd00::/64")}}
	var names []string
	err := New(root, uci.Below(root)).Discover(t.Context(), link, func(s lan.Sighting) {
		names = append(names, s.Addr.String()+" "+s.Heard[LinkLayer])
	})
	if want := []string{"fd00::20 00:11:22:33:44:55", "fd00::21 00:11:22:33:44:66"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("%v, heard %q", err, names)
	}
}

func FuzzParseBus(f *testing.F) {
	f.Add([]byte(four))
	f.Add([]byte(six))
	f.Fuzz(func(t *testing.T, answer []byte) {
		list, err := ParseBus(answer, time.Unix(0, 0))
		for _, l := range list {
			if !l.Addr.IsValid() || l.MAC.IsZero() && l.DUID == "" || err != nil || l.Name != lan.Printable(l.Name, lan.MaxName) {
				t.Errorf("%+v, %v", l, err)
			}
		}
		if len(list) > maxLeases {
			t.Errorf("%d leases", len(list))
		}
	})
}
