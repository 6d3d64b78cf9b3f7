package lab

import (
	"net/netip"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// sweepHouse sweeps on the given rung of the ladder, wired as the product is.
func sweepHouse(t *testing.T, rung string, touch lan.Touch) lan.Sweep {
	t.Helper()
	return sweepWith(t, Order{Rung: rung, Touch: touch})
}

func sweepWith(t *testing.T, o Order) lan.Sweep {
	t.Helper()
	s, err := o.Sweep(t.Context(), t.TempDir(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRealSoftware sweeps a household of real servers from Debian packages:
// every device and open port found, none invented, every service named right.
func TestRealSoftware(t *testing.T) {
	netns.Enter(t)
	h, err := Build(Street)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	rooms := map[string]*Room{}
	for i, s := range Catalogue {
		if missing := s.Missing(); len(missing) > 0 {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s: CI must have %v (Debian packages %v)", s.Name, missing, s.Package)
			}
			t.Logf("left out %s: %v is not installed (Debian packages %v)", s.Name, missing, s.Package)
			continue
		}
		if s.Users && space.SingleUser() {
			if os.Getenv("CI") != "" {
				t.Fatalf("%s: CI must run as root, for software that changes its user", s.Name)
			}
			t.Logf("left out %s: it changes its user, and this namespace has one only", s.Name)
			continue
		}
		room, err := h.Install(t.Context(), s, lan.MAC{0x00, 0x16, 0x3e, 0, 1, byte(i)}, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		rooms[s.Name] = room
	}
	if len(rooms) == 0 {
		t.Skip("none of the software is installed")
	}
	swept := sweepHouse(t, wiring.RungRaw, lan.Ask)
	if len(swept.Devices) != len(rooms)+1 { // and this machine itself
		t.Errorf("%d devices found, %d are there", len(swept.Devices)-1, len(rooms))
	}
	for _, s := range Catalogue {
		if room := rooms[s.Name]; room != nil {
			t.Run(s.Name, func(t *testing.T) { compare(t, s, device(t, swept, room.Addr())) })
		}
	}
}

func device(t *testing.T, s lan.Sweep, addr netip.Addr) lan.Device {
	t.Helper()
	d, err := At(s, addr)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// compare holds what was found of a device against what is there.
func compare(t *testing.T, s Software, d lan.Device) {
	for _, p := range s.Open {
		i := slices.IndexFunc(d.Services, func(found lan.Service) bool {
			return found.Transport == p.Transport && found.Port == p.Number
		})
		if i < 0 {
			t.Errorf("%s/%d is open and was not found", p.Transport, p.Number)
			continue
		}
		if found := d.Services[i]; found.Name != p.Name || found.Product != p.Product || p.Package != "" && !strings.Contains(installed(t, p.Package), found.Version) || p.Package != "" && found.Version == "" {
			t.Errorf("%s/%d is named %s %q %q, want %s %q of package %s", p.Transport, p.Number, found.Name, found.Product, found.Version, p.Name, p.Product, p.Package)
		}
	}
	if len(d.Services) != len(s.Open) {
		t.Errorf("%d services found, %d are open: %+v", len(d.Services), len(s.Open), d.Services)
	}
	var problems []string
	for _, f := range d.Findings {
		if f.Verdict.Problem() {
			problems = append(problems, f.Check)
		}
	}
	slices.Sort(problems)
	if want := slices.Sorted(slices.Values(s.Problems)); !slices.Equal(problems, want) {
		t.Errorf("problems %v, want %v", problems, want)
	}
}

// installed is the version of an installed Debian package.
func installed(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("dpkg-query", "-W", "-f", "${Version}", name).Output()
	if err != nil {
		t.Skipf("the version of %s is not known here: %v", name, err)
	}
	return string(out)
}
