// Package release runs the program as it is released, a process of its own: with
// little memory, in a jail, on storage that fails, on routers' processors.
package release

import (
	"os"
	"testing"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/lab/crowd"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// home is a house with every device of testdata/devices in it, and a crowd where they
// are fewer than n.
func home(t *testing.T, n int) {
	t.Helper()
	netns.Enter(t)
	h, err := lab.Household(lab.Street, os.DirFS("../../../testdata/devices"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	there := len(h.Running())
	if there >= n {
		return
	}
	hosts, err := crowd.Make(1, lab.Street, 150) // the first ones have the household's addresses
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Host(lab.Street, hosts[there+2+20:][:n-there]); err != nil {
		t.Fatal(err)
	}
}
