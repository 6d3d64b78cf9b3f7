package lab

import (
	"os"
	"testing"

	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// household is a house with every device of testdata/devices in it.
func household(t testing.TB) *House {
	t.Helper()
	netns.Enter(t)
	h, err := Household(Street, os.DirFS("../../testdata/devices"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}
