package frail

import (
	"os"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/lab/relay"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest"
)

// TestDistantDevice: a device whose answers take 300 ms, and of whose frames one
// in twenty is lost, each way, is found with all its ports, by both engines.
func TestDistantDevice(t *testing.T) {
	all, err := probetest.LoadAll(os.DirFS(devices))
	if err != nil {
		t.Fatal(err)
	}
	most := slices.MaxFunc(all, func(a, b *probetest.Device) int { return len(tcpOf(a)) - len(tcpOf(b)) })
	for seed, rung := range []string{wiring.RungRaw, wiring.RungConnect} {
		t.Run(rung, func(t *testing.T) {
			if testing.Short() && rung == wiring.RungConnect {
				t.Skip("asks a slow device one connection at a time, which the whole run does")
			}
			h := empty(t)
			room, err := h.Distant(most.MAC, relay.Line{Delay: 150 * time.Millisecond, Loss: 0.05, Seed: uint64(seed)})
			if err != nil {
				t.Fatal(err)
			}
			running, err := most.Start(room)
			if err != nil {
				t.Fatal(err)
			}
			defer running.Close()
			d := found(t, sweepHouse(t, lab.Order{Rung: rung, Touch: lan.Look}), room.Addr())
			var open []uint16
			for _, s := range d.Services {
				if s.Transport == lan.TCP {
					open = append(open, s.Port)
				}
			}
			if want := tcpOf(most); !slices.Equal(open, want) {
				t.Errorf("%s: ports %v found, %v are open", most.Name, open, want)
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
