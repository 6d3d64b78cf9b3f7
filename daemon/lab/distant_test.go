package lab

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/lab/relay"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

// TestDistantDevice: a device whose answers take 300 ms, and of whose frames one
// in twenty is lost, each way, is found with all its ports, by both engines.
func TestDistantDevice(t *testing.T) {
	devices, err := probetest.LoadAll(os.DirFS("../../testdata/devices"))
	if err != nil {
		t.Fatal(err)
	}
	most := slices.MaxFunc(devices, func(a, b *probetest.Device) int { return len(tcpOf(a)) - len(tcpOf(b)) })
	for seed, rung := range []string{wiring.RungRaw, wiring.RungConnect} {
		t.Run(rung, func(t *testing.T) {
			netns.Enter(t)
			if testing.Short() && rung == wiring.RungConnect {
				t.Skip("asks a slow device one connection at a time, which the whole run does")
			}
			h, err := Build(street)
			if err != nil {
				t.Fatal(err)
			}
			defer h.Close()
			room, err := h.Distant(most.MAC, relay.Line{Delay: 150 * time.Millisecond, Loss: 0.05, Seed: uint64(seed)})
			if err != nil {
				t.Fatal(err)
			}
			running, err := most.Start(room)
			if err != nil {
				t.Fatal(err)
			}
			defer running.Close()
			d := device(t, sweepHouse(t, rung, lan.Look), room.Addr())
			var found []uint16
			for _, s := range d.Services {
				if s.Transport == lan.TCP {
					found = append(found, s.Port)
				}
			}
			if want := tcpOf(most); !slices.Equal(found, want) {
				t.Errorf("%s: ports %v found, %v are open", most.Name, found, want)
			}
		})
	}
}

// tcpOf are the TCP ports of a fake device, in order.
func tcpOf(d *probetest.Device) (list []uint16) {
	for _, p := range d.Open {
		if p.Transport == lan.TCP {
			list = append(list, p.Port)
		}
	}
	slices.Sort(list)
	return list
}
