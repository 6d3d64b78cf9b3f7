// Package frail sweeps devices that bear little or are hard to ask: those that die of
// haste, those at the end of a bad line, those that accept everything, and crowds.
package frail

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// devices is the folder of the fake devices.
const devices = "../../../testdata/devices"

func TestMain(m *testing.M) { netns.Main(m) }

// empty is a house in which nobody is yet.
func empty(t *testing.T) *lab.House {
	t.Helper()
	netns.Enter(t)
	h, err := lab.Build(lab.Street)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

func fake(t *testing.T, name string) *probetest.Device {
	t.Helper()
	d, err := probetest.Load(os.DirFS(filepath.Join(devices, name)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func sweepHouse(t *testing.T, o lab.Order) lan.Sweep {
	t.Helper()
	s, err := o.Sweep(t.Context(), t.TempDir(), t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// found is the device that s has at addr.
func found(t *testing.T, s lan.Sweep, addr netip.Addr) lan.Device {
	t.Helper()
	d, err := lab.At(s, addr)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
