package wifi

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ubus"
)

// TestMain is also the program ubus of a fixture: the test binary under that
// name, which does what its first argument says.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "ubus" {
		switch os.Args[1] {
		case "list":
			fmt.Println("hostapd.phy0-ap0")
		case "call":
			fmt.Println(`{"freq":2437,"clients":{"02:11:22:33:44:61":{"assoc":true}}}`)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// install makes this test binary the ubus of a root.
func install(t *testing.T, root string) ubus.Caller {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(root, "bin"), 0o755), os.Symlink(self, filepath.Join(root, "bin/ubus"))); err != nil {
		t.Fatal(err)
	}
	return ubus.New(root, late)
}

func TestAbsent(t *testing.T) {
	for _, s := range []interface {
		Discover(context.Context, lan.Link, func(lan.Sighting)) error
	}{New(t.TempDir()), Watcher(t.TempDir()), Hints(t.TempDir())} {
		if err := s.Discover(t.Context(), home, nil); err != nil {
			t.Errorf("%T: %v", s, err)
		}
	}
}

// TestRoot is the whole road: the program and the kernel's view of a fixture.
func TestRoot(t *testing.T) {
	dir := root(t, map[string]string{"phy0-ap0": "br-lan"}, nil)
	s := newSource(dir, install(t, dir))
	s.within = late // this test is a slow program to start
	var seen []lan.Sighting
	if err := s.Discover(t.Context(), home, func(s lan.Sighting) { seen = append(seen, s) }); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || seen[0].Heard[Iface] != "phy0-ap0" || seen[0].Heard[Band] != "2.4 GHz" {
		t.Errorf("saw %+v", seen)
	}
}
