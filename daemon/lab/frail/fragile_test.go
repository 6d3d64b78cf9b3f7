package frail

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/homesweep/homesweep/daemon/lab"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/daemon/wiring"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
	"github.com/homesweep/homesweep/probes/probetest"
	"github.com/homesweep/homesweep/probes/probetest/netns"
	"github.com/homesweep/homesweep/probes/probetest/space"
)

// fragile are the fake devices that die of what a scanner does: of three
// connections at once, of more than ten a second, of bytes that they do not
// understand; that print what they are sent; and that start anew after a burst.
// None of them says what it is.
var fragile = []string{"murata-module", "tuya-module", "beken-module", "hp-print-server", "espressif-module"}

// ward is a house with those devices.
func ward(t *testing.T, patients ...*probetest.Device) *lab.House {
	t.Helper()
	h := empty(t)
	for _, d := range patients {
		if _, err := h.Settle(d); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// sweepsOfWard tells a program that it is a ward under the rung of that name.
const sweepsOfWard = "HOMESWEEP_WARD"

// TestFragileSurvive has a ward swept ten times by raw packets and another ten
// times by an ordinary user, side by side, as most of a gentle sweep is waiting.
func TestFragileSurvive(t *testing.T) {
	netns.Enter(t)
	var wait sync.WaitGroup
	for _, rung := range []string{wiring.RungRaw, wiring.RungConnect} {
		wait.Go(func() {
			cmd := space.Command(t.Context(), "-test.v", "-test.run=^TestWard$", fmt.Sprintf("-test.short=%t", testing.Short()))
			cmd.Env = append(cmd.Env, sweepsOfWard+"="+rung)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if status, err := space.Run(cmd); err != nil || status != 0 || !strings.Contains(out.String(), "--- PASS: TestWard") {
				t.Errorf("%s: status %d, %v\n%s", rung, status, err, out.String())
			}
		})
	}
	wait.Wait()
}

// TestWard is one ward of TestFragileSurvive: sweep after sweep every port is
// found, and nobody dies, starts anew, prints a byte or is taken for one that
// suffers.
func TestWard(t *testing.T) {
	rung, sweeps := os.Getenv(sweepsOfWard), 10
	if rung == "" {
		t.Skip("TestFragileSurvive runs it")
	}
	if testing.Short() {
		sweeps = 1
	}
	var patients []*probetest.Device
	for _, name := range fragile {
		patients = append(patients, fake(t, name))
	}
	h := ward(t, patients...)
	for n := 1; n <= sweeps && !t.Failed(); n++ {
		s := sweepHouse(t, lab.Order{Rung: rung, Touch: lan.Ask})
		for i, r := range h.Running() {
			t.Run(fmt.Sprintf("%d %s", n, r.Device().Name), func(t *testing.T) { unhurt(t, r, found(t, s, h.Rooms()[i].Addr())) })
		}
	}
}

// unhurt holds that a fragile device bore being asked, and that it was asked.
func unhurt(t *testing.T, r *probetest.Running, d lan.Device) {
	if c := r.Counters(); c.Crashed || c.Reboots > 0 || c.Printed > 0 || c.Malformed() > 0 {
		t.Errorf("%+v", c)
	}
	if !d.Suffered.At.IsZero() {
		t.Errorf("it is said to suffer: %s", d.Suffered.Sign)
	}
	for _, p := range r.Device().Open {
		if !slices.ContainsFunc(d.Services, func(s lan.Service) bool { return s.Key() == p.Key() }) {
			t.Errorf("%s was not found", p.Key())
		}
	}
}

// hasty is a port engine without manners.
type hasty struct{ ports.Engine }

func (e hasty) Scan(ctx context.Context, link lan.Link, list []ports.Target, sent func(int), done func(ports.Target, ports.Result)) (ports.Stats, error) {
	for i := range list {
		list[i].Rate, list[i].AtOnce = 500, 64
	}
	return e.Engine.Scan(ctx, link, list, sent, done)
}

// boaster is a device that dies of three connections at once and says that it is
// a NAS, which bears four.
func boaster(t *testing.T) *probetest.Device {
	d, nas := *fake(t, "murata-module"), fake(t, "qnap-ts-231p")
	d.MDNS, d.Hostname, d.SSDP = nas.MDNS, nas.Hostname, nil
	for _, port := range []uint16{22, 23, 2222, 8009, 3306, 5900} {
		d.Listeners = append(d.Listeners, probetest.Listener{Port: port, Raw: &probetest.Raw{}})
	}
	return &d
}

// TestSufferingIsSeen: where manners fail and a device dies or starts anew, it is
// seen, told of, and the next sweep leaves the device alone.
func TestSufferingIsSeen(t *testing.T) {
	for name, c := range map[string]struct {
		rung   string
		device func(*testing.T) *probetest.Device
		change func(*sweep.Parts, []lan.Link)
	}{
		"too many at once, raw":     {wiring.RungRaw, boaster, nil},
		"too many at once, connect": {wiring.RungConnect, boaster, nil},
		"a burst, raw": {wiring.RungRaw, func(t *testing.T) *probetest.Device { return fake(t, "espressif-module") },
			func(p *sweep.Parts, _ []lan.Link) { p.Ports = hasty{p.Ports} }},
	} {
		t.Run(name, func(t *testing.T) {
			h := ward(t, c.device(t), fake(t, "tuya-module"))
			first := sweepHouse(t, lab.Order{Rung: c.rung, Touch: lan.Ask, Change: c.change})
			rooms := h.Rooms()
			victim, at := h.Running()[0], rooms[0].Addr()
			before := victim.Counters()
			if !before.Crashed && before.Reboots == 0 {
				t.Fatalf("it bore everything: %+v", before)
			}
			d := found(t, first, at)
			if d.Suffered.At.Before(first.Started) || d.Suffered.Sign == "" || d.Class() != lan.Fragile {
				t.Errorf("nobody saw it: %+v, class %s", d.Suffered, d.Class())
			}
			if !slices.ContainsFunc(first.Notes, func(n string) bool { return strings.Contains(n, at.String()) && strings.Contains(n, d.Suffered.Sign) }) {
				t.Errorf("nobody is told: %q", first.Notes)
			}
			for i, r := range h.Running()[1:] {
				if other := found(t, first, rooms[i+1].Addr()); c.change == nil && !other.Suffered.At.IsZero() {
					t.Errorf("%s is said to suffer: %s", r.Device().Name, other.Suffered.Sign)
				}
			}
			if err := rooms[0].On(); err != nil { // somebody pulled its plug and put it in again
				t.Fatal(err)
			}
			second := sweepHouse(t, lab.Order{Rung: c.rung, Touch: lan.Ask, Known: first.Devices, Change: c.change})
			again, after := found(t, second, at), victim.Counters()
			if again.Suffered != d.Suffered || len(again.Services)+len(again.Findings) > 0 {
				t.Errorf("the next sweep: %+v, services %v", again.Suffered, again.Services)
			}
			if after.Reboots != before.Reboots {
				t.Error("the next sweep made it start anew")
			}
		})
	}
}
