package probetest

import (
	"encoding/xml"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const devicesDir = "../../testdata/devices"

func loadAll(t testing.TB) []*Device {
	t.Helper()
	all, err := LoadAll(os.DirFS(devicesDir))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// load is one device of the collection.
func load(t testing.TB, name string) *Device {
	t.Helper()
	d, err := Load(os.DirFS(filepath.Join(devicesDir, name)))
	if err != nil {
		t.Fatalf("%s/%v", name, err)
	}
	return d
}

// start runs d on loopback until the test ends.
func start(t testing.TB, d *Device) (*Running, *LoopbackNet) {
	t.Helper()
	n := Loopback()
	r, err := d.Start(n)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r, n
}

func TestEveryDeviceStartsUntouched(t *testing.T) {
	for _, d := range loadAll(t) {
		t.Run(d.Name, func(t *testing.T) {
			r, n := start(t, d)
			for _, p := range d.Open {
				if _, ok := n.Port(p.Transport, p.Port); !ok {
					t.Errorf("%s does not listen", p.Key())
				}
			}
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			c := r.Counters()
			for key, p := range c.Ports {
				if p.Connections != 0 || p.Writes != 0 || p.Malformed != 0 {
					t.Errorf("%s was touched by nobody, but counts %+v", key, p)
				}
			}
			if c.Locked || c.Crashed || c.WrongPasswordsInAll() != 0 {
				t.Errorf("untouched, but %+v", c)
			}
		})
	}
}

// The collection is only worth sweeping while it has something of everything.
func TestCollectionIsBroad(t *testing.T) {
	planted, kept := map[string]int{}, 0
	kinds := map[string]bool{}
	for _, d := range loadAll(t) {
		for _, id := range d.Problems {
			planted[id]++
		}
		if len(d.Problems) == 0 && slices.Contains(d.NoProblems, "*") {
			kept++
		}
		kinds[string(d.Truth.Kind)] = true
	}
	if len(planted) < 10 {
		t.Errorf("%d kinds of problem are planted, want 10: %v", len(planted), planted)
	}
	if kept < 4 {
		t.Errorf("%d devices are well kept, want 4", kept)
	}
	if len(kinds) < 10 {
		t.Errorf("%d kinds of device, want 10: %v", len(kinds), kinds)
	}
}

// One login of each protocol is a factory default that a sweep has to find.
func TestDefaultLoginsAreOpen(t *testing.T) {
	speaks := map[string]bool{}
	for _, d := range loadAll(t) {
		if !slices.Contains(d.Problems, "default-login") {
			continue
		}
		for _, l := range d.Listeners {
			switch {
			case l.Telnet != nil && l.Telnet.Account != "":
				speaks["telnet"] = true
			case l.FTP != nil:
				speaks["ftp"] = true
			case l.HTTP != nil:
				for _, route := range l.HTTP.Routes {
					if route.Auth != nil {
						speaks[route.Auth.Scheme] = true
					}
				}
			}
		}
	}
	for _, protocol := range []string{"basic", "digest", "telnet", "ftp"} {
		if !speaks[protocol] {
			t.Errorf("no device has a default login over %s", protocol)
		}
	}
}

// A source is a document that anybody can open.
func TestSourcesAreNamed(t *testing.T) {
	for _, d := range loadAll(t) {
		if !strings.Contains(d.Source, "://") && !strings.Contains(d.Source, "no public document") {
			t.Errorf("%s: source %q names no document", d.Name, d.Source)
		}
	}
}

// What a device announces it also serves, in well-formed XML; but for the
// hostile one.
func TestDescriptionsAreServed(t *testing.T) {
	for _, d := range loadAll(t) {
		if d.SSDP == nil || !strings.Contains(d.SSDP.Location, "{addr}") {
			continue
		}
		t.Run(d.Name, func(t *testing.T) {
			r, n := start(t, d)
			at, err := url.Parse(r.placed(d.SSDP.Location))
			if err != nil {
				t.Fatal(err)
			}
			port, err := strconv.ParseUint(at.Port(), 10, 16)
			if err != nil {
				t.Fatal(err)
			}
			resp, body := get(t, n, uint16(port), at.Path)
			var root struct {
				Device struct {
					UDN string `xml:"UDN"`
				} `xml:"device"`
			}
			if err := xml.Unmarshal([]byte(body), &root); err != nil || resp.StatusCode != 200 {
				t.Fatalf("GET %s = %s, %v", at, resp.Status, err)
			}
			if root.Device.UDN != d.SSDP.udn() {
				t.Errorf("the description is of %q, announced is %q", root.Device.UDN, d.SSDP.udn())
			}
		})
	}
}
