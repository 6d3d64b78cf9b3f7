package store

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

var day0 = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// clock is a passed clock.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func options(t *testing.T, c *clock) Options {
	t.Helper()
	return Options{Path: filepath.Join(t.TempDir(), "memory", "state.db"), Now: c.Now}
}

func mustOpen(t *testing.T, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func mustCommit(t *testing.T, s *Store, sweep lan.Sweep) {
	t.Helper()
	if err := s.Commit(sweep); err != nil {
		t.Fatal(err)
	}
}

func latest(t *testing.T, s *Store) lan.Sweep {
	t.Helper()
	sweep, err := s.Latest()
	if err != nil {
		t.Fatal(err)
	}
	return sweep
}

// device is a device with one service and the given findings.
func device(n int, findings ...lan.Finding) lan.Device {
	return lan.Device{
		ID:        fmt.Sprintf("dev-%03d", n),
		MACs:      []lan.MAC{{2, 0, 0, 0, 0, byte(n)}},
		Addresses: []netip.Addr{netip.AddrFrom4([4]byte{192, 168, 1, byte(n)})},
		Names:     []string{fmt.Sprintf("thing-%d", n)},
		Kind:      "camera", Vendor: "Acme", Model: "C1", Firmware: "1.2", Confidence: 0.9,
		Identity: []lan.Fact{{Field: lan.FieldModel, Value: "C1", Source: "upnp", Confidence: 0.9}},
		Services: []lan.Service{{
			Address: netip.AddrFrom4([4]byte{192, 168, 1, byte(n)}), Transport: lan.TCP, Port: 80,
			Name: "http", Heard: lan.Heard{lan.HTTPServer: "acme/1"},
		}},
		Findings: findings,
	}
}

func finding(check string, v lan.Verdict) lan.Finding {
	return lan.Finding{
		Check: check, Verdict: v, Severity: lan.Soon, Service: "tcp/80", Title: "title of " + check, Guideline: 1,
		Evidence: []lan.Evidence{{Said: "GET /", Heard: "200"}},
	}
}

func sweepAt(at time.Time, touch lan.Touch, devices ...lan.Device) lan.Sweep {
	return lan.Sweep{
		Number: lan.Schema, Tool: "homesweep test", Started: at.Add(-time.Minute), Finished: at, Touch: touch,
		Links:   []lan.Link{{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}},
		Devices: devices, Rung: "raw", Notes: []string{"a note"}, Cost: lan.Cost{Packets: 7},
	}
}

func TestRoundTrip(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	if got := latest(t, s); !reflect.DeepEqual(got, lan.Sweep{}) {
		t.Errorf("before the first commit: %+v", got)
	}
	in := sweepAt(day0, lan.Ask, device(20, finding("telnet-open", lan.Fail)), device(3))
	mustCommit(t, s, in)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = mustOpen(t, o)
	if r := s.Recovered(); r.Happened() {
		t.Errorf("a sound database was recovered: %+v", r)
	}
	want := in
	want.Devices = []lan.Device{in.Devices[1], in.Devices[0]} // by address
	for i := range want.Devices {
		want.Devices[i].FirstSeen, want.Devices[i].LastSeen = day0, day0
	}
	want.Devices[1].Findings = []lan.Finding{finding("telnet-open", lan.Fail)}
	want.Devices[1].Findings[0].FirstSeen, want.Devices[1].Findings[0].LastSeen = day0, day0
	want.Devices[0].Findings = []lan.Finding{}
	got := latest(t, s)
	if len(got.Devices[0].Findings) == 0 {
		got.Devices[0].Findings = []lan.Finding{}
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if list, err := s.Sweeps(); err != nil || len(list) != 1 || list[0].Devices != 2 || list[0].Problems != 1 {
		t.Errorf("Sweeps = %+v, %v", list, err)
	}
}

// TestSteady holds the daemon to its budget: a sweep in which nothing changed
// writes presence only.
func TestSteady(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	var home []lan.Device
	for n := range 100 {
		d := device(n, finding("telnet-open", lan.Fail), finding("weak-tls", lan.Pass))
		for i := range 40 {
			d.Services[0].Heard.Set(fmt.Sprintf("field-%d", i), strings.Repeat("x", 50))
		}
		home = append(home, d)
	}
	mustCommit(t, s, sweepAt(day0, lan.Ask, home...))
	before := s.Usage().Flash
	c.now = day0.Add(time.Hour)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, home...))
	wrote := s.Usage().Flash - before
	t.Logf("100 devices: first commit %d KiB with its snapshot, unchanged one %d KiB", before>>10, wrote>>10)
	if wrote > 96<<10 {
		t.Errorf("a sweep without news wrote %d bytes", wrote)
	}
}

func TestErrors(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1)))
	for _, id := range []string{"", strings.Repeat("x", 300)} {
		d := device(2)
		d.ID = id
		mustCommit(t, s, sweepAt(day0, lan.Ask, d, device(3)))
	}
	fat := device(4)
	fat.Vendor = strings.Repeat("x", maxDevice)
	mustCommit(t, s, sweepAt(day0, lan.Ask, fat, device(5)))
	if got := latest(t, s); len(got.Devices) != 3 {
		t.Errorf("beside devices that cannot be kept there are %d, want 3", len(got.Devices))
	}
	s.Close()
	if err := s.Commit(sweepAt(day0, lan.Ask)); err == nil {
		t.Error("commit after Close succeeded")
	}
	if _, err := s.Latest(); err == nil {
		t.Error("Latest after Close succeeded")
	}
}

func TestOversized(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	d := device(1, finding("weak-tls", lan.Fail))
	d.Findings[0].Evidence = []lan.Evidence{{Heard: strings.Repeat("x", maxFinding)}}
	for port := range 500 {
		svc := d.Services[0]
		svc.Port = uint16(1000 + port)
		svc.Heard = lan.Heard{lan.HTTPTitle: strings.Repeat("y", 200)}
		d.Services = append(d.Services, svc)
	}
	for range 2000 {
		d.Identity = append(d.Identity, lan.Fact{Raw: strings.Repeat("z", 200)})
	}
	mustCommit(t, s, sweepAt(day0, lan.Ask, d))
	got := latest(t, s).Devices[0]
	if len(got.Services) == 0 || got.Model != "C1" || len(got.Findings) != 1 || got.Findings[0].Verdict != lan.Fail {
		t.Errorf("an oversized device lost what matters: %d services, model %q, findings %+v",
			len(got.Services), got.Model, got.Findings)
	}
	if len(d.Services) != 501 || d.Services[0].Heard == nil {
		t.Error("Commit changed the caller's sweep")
	}
}

func TestFull(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	o.MaxSize = 256 << 10
	s := mustOpen(t, o)
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1)))
	var home []lan.Device
	for n := range 250 {
		d := device(n)
		d.Heard = lan.Heard{}
		for i := range 30 {
			d.Heard.Set(fmt.Sprintf("field-%d", i), strings.Repeat("x", 100))
		}
		home = append(home, d)
	}
	err := s.Commit(sweepAt(day0, lan.Ask, home...))
	if err == nil || !strings.Contains(err.Error(), "bound") {
		t.Errorf("commit beyond MaxSize: %v", err)
	}
	if got := latest(t, s); len(got.Devices) != 1 {
		t.Errorf("a refused commit left %d devices", len(got.Devices))
	}
	mustCommit(t, s, sweepAt(day0.Add(time.Hour), lan.Ask, device(1)))
}

func TestSecondOpener(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	_, err := Open(o)
	if !errors.Is(err, ErrBusy) || !strings.Contains(err.Error(), o.Path) || !strings.Contains(err.Error(), "-state") {
		t.Errorf("second Open: %v", err)
	}
	s.Close()
	mustOpen(t, o)
}

func TestPermissions(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1)))
	for path, want := range map[string]os.FileMode{filepath.Dir(o.Path): 0o700, o.Path: 0o600, o.Path + ".snapshot": 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Error(err)
		} else if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}
