package frail

import (
	"slices"
	"testing"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/lab/crowd"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestTarpit: a host that takes up a connection on every port shows as one fact,
// not as services, and costs a handful of questions. How long it was asked is
// printed (budget 3 s).
func TestTarpit(t *testing.T) {
	for _, rung := range []string{wiring.RungRaw, wiring.RungConnect} {
		t.Run(rung, func(t *testing.T) {
			h := empty(t)
			pot := crowd.Host{MAC: lan.MAC{0x00, 0x1b, 0x21, 1, 2, 3}, Addr: h.Next(), Tarpit: true}
			c, err := h.Host(lab.Street, []crowd.Host{pot})
			if err != nil {
				t.Fatal(err)
			}
			d := found(t, sweepHouse(t, lab.Order{Rung: rung, Touch: lan.Ask}), pot.Addr)
			if i := slices.IndexFunc(d.Identity, func(f lan.Fact) bool { return f.Field == lan.FieldPorts }); i < 0 {
				t.Errorf("nothing says that it accepts everything: %+v", d.Identity)
			}
			for _, s := range d.Services {
				if s.Transport == lan.TCP {
					t.Errorf("%s is listed as a service", s.Key())
				}
			}
			n := c.Count()
			if n.SYNs > 40 || n.Connections > 20 {
				t.Errorf("it was asked %d times and met %d times", n.SYNs, n.Connections)
			}
			t.Logf("%d questions, %d connections, asked for %s", n.SYNs, n.Connections, n.Last.Sub(n.First))
		})
	}
}
