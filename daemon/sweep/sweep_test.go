package sweep

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

func TestNoLink(t *testing.T) {
	if _, err := Run(t.Context(), newHome(t).Parts, Want{}, Talk{}); err == nil {
		t.Error("swept nothing without a word")
	}
}

// TestOrderOfWork holds the line to its borders: nobody's ports are asked before
// the slowest presence source is done, the fragile come last, and no check runs
// before the slowest announcement is heard.
func TestOrderOfWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		start := time.Now()
		late := netip.MustParseAddr("192.168.1.99")
		h.engine.delay = time.Second
		for _, a := range []netip.Addr{cam, plug, pc, late} {
			h.engine.open[a] = []uint16{80}
		}
		h.Presence = append(h.Presence, Ear{source{"slow", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(5 * time.Second)
			see(sight("arp", late))
			return nil
		}}, lan.Look})
		h.announce(source{"mdns", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(20 * time.Second)
			s := sight("mdns", cam)
			s.Names = []string{"Hall camera"}
			see(s)
			return nil
		}})
		var checked atomic.Int32
		h.Checks = []probes.Check{check("c", lan.Look, func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
			checked.Add(1)
			if since := time.Since(start); since < 20*time.Second {
				t.Errorf("%v was checked after %v", p.Device.Addresses, since)
			}
			if p.Device.Addresses[0] == cam && !slices.Contains(p.Device.Names, "Hall camera") {
				t.Errorf("the check did not see the announced name: %q", p.Device.Names)
			}
			return lan.Pass, nil
		})}
		var mu sync.Mutex
		identified := map[netip.Addr]time.Duration{}
		h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
			mu.Lock()
			defer mu.Unlock()
			identified[ep.Addr] = time.Since(start)
			return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: "http"}, nil
		}
		s := h.sweep(t, want(lan.Look))
		for _, hardy := range []netip.Addr{pc, cam, late} {
			if at := identified[hardy]; at < 6*time.Second || at > 8*time.Second {
				t.Errorf("%v was identified after %v: ports wait for presence, services for nothing", hardy, at)
			}
		}
		if identified[plug] != 21*time.Second {
			t.Errorf("the plug was identified after %v, not last", identified[plug])
		}
		if s.Cost.PortsDecided != 21 {
			t.Errorf("the ports were decided after %v s", s.Cost.PortsDecided)
		}
		if checked.Load() != 4 {
			t.Errorf("%d checks ran on 4 devices", checked.Load())
		}
	})
}

// TestSettled: what a device says of itself in the first moments sets the pace at
// which it is asked.
func TestSettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.announce(source{"mdns", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(time.Second)
			s := sight("mdns", cam)
			s.Heard = heard[plug].Clone()
			see(s)
			time.Sleep(time.Minute)
			return nil
		}})
		h.sweep(t, want(lan.Look))
		if got, _ := h.engine.asked(cam); !slices.Equal(got.Ports, ports.Short()) || got.Rate != lan.Fragile.Rate() {
			t.Errorf("%d ports at %v a second were asked of what turned out to be a plug", len(got.Ports), got.Rate)
		}
	})
}

// TestLatecomers: what a device announces while its ports are asked is looked
// at once, and what was asked already is not looked at again.
func TestLatecomers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.engine.open[pc] = []uint16{80}
		h.Presence = append(h.Presence, Ear{says("neigh", sight("neigh", pc, tcp(pc, 40001))), lan.Listen})
		h.announce(source{"mdns", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(time.Minute)
			tls := tcp(pc, 40002)
			tls.TLS = true
			see(sight("mdns", pc, tcp(pc, 80), tcp(pc, 81), tcp(pc, 40001), tcp(pc, 40002), tls,
				lan.Endpoint{Addr: pc, Transport: lan.UDP, Port: 40003}))
			see(sight("mdns", plug, tcp(plug, 8123), tcp(plug, 80)))
			return nil
		}})
		s := h.sweep(t, want(lan.Look))
		for ep, n := range map[lan.Endpoint]int{
			tcp(pc, 80):      1, // found open by the engine
			tcp(pc, 81):      0, // asked by the engine and closed
			tcp(pc, 40001):   0, // the same, as it was announced in time
			tcp(pc, 40002):   1,
			tcp(pc, 40003):   0, // that is UDP
			tcp(plug, 8123):  0, // asked with its other ports, as a plug waits for what is announced
			tcp(plug, 80):    0,
			tcp(plug, 40002): 0,
		} {
			if got := h.names.asked(ep); len(got) != n {
				t.Errorf("%s was identified %d times, want %d", ep, len(got), n)
			}
		}
		if got := h.names.asked(tcp(pc, 40002)); !slices.Equal(got, []int{2}) {
			t.Errorf("a latecomer, to whom the engine made no connection, gets %v", got)
		}
		if target, _ := h.engine.asked(plug); !slices.Contains(target.Ports, 8123) {
			t.Error("the plug's announced port was left out")
		}
		var open []uint16
		for _, svc := range at(t, s, pc).Services {
			open = append(open, svc.Port)
		}
		if !slices.Equal(open, []uint16{80, 40002}) {
			t.Errorf("services on %v", open)
		}
	})
}

// TestPortsOfMicrocontrollers: announced or not, these are never knocked on.
func TestPortsOfMicrocontrollers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var never []lan.Endpoint
		for _, port := range []uint16{0, 3232, 6053, 8266} {
			never = append(never, tcp(pc, port))
		}
		h := newHome(t)
		h.Presence = append(h.Presence, Ear{says("neigh", sight("neigh", pc, append(never, tcp(pc, 40001))...)), lan.Listen})
		h.announce(source{"mdns", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(time.Minute)
			see(sight("mdns", pc, append(never, tcp(pc, 40002))...))
			s := sight("mdns", plug, tcp(plug, 6053))
			s.Heard.Set(lan.MDNSTypes, "_esphomelib._tcp")
			see(s)
			return nil
		}})
		h.sweep(t, want(lan.Ask))
		target, _ := h.engine.asked(pc)
		for _, ep := range never {
			if slices.Contains(target.Ports, ep.Port) || h.names.asked(ep) != nil {
				t.Errorf("port %d was touched", ep.Port)
			}
		}
		target, _ = h.engine.asked(plug)
		if api := tcp(plug, 6053); slices.Contains(target.Ports, api.Port) || len(h.names.asked(api)) != 1 {
			t.Errorf("ESPHome's own interface: knocked on %t, spoken to %d times", slices.Contains(target.Ports, api.Port), len(h.names.asked(api)))
		}
		target, _ = h.engine.asked(pc)
		if !slices.Contains(target.Ports, 40001) || h.names.asked(tcp(pc, 40002)) == nil {
			t.Error("no announced port was asked at all")
		}
	})
}

func TestClassSetsListAndRate(t *testing.T) {
	for _, pace := range []lan.Pace{lan.Gentle, lan.Normal, lan.Fast} {
		h := newHome(t)
		w := want(lan.Look)
		w.Pace = pace
		h.sweep(t, w)
		for addr, c := range map[netip.Addr]struct {
			class lan.Class
			list  []uint16
		}{
			cam:  {lan.Careful, ports.Home()},
			plug: {lan.Fragile, ports.Short()},
			pc:   {lan.Sturdy, ports.Home()},
		} {
			got, ok := h.engine.asked(addr)
			rate := pace.Manners(c.class).Rate
			if !ok || !slices.Equal(got.Ports, c.list) || got.Rate != rate || got.MAC.IsZero() {
				t.Errorf("pace %v, %s device: %d ports at %v a second to %v, want %d at %v", pace, c.class, len(got.Ports), got.Rate, got.MAC, len(c.list), rate)
			}
		}
	}
}

// TestWiderLists: more ports are asked of those that bear it, no more of others.
func TestWiderLists(t *testing.T) {
	for _, list := range []ports.List{ports.HomeList, ports.WideList, ports.AllList} {
		h := newHome(t)
		w := want(lan.Look)
		w.Ports = list
		h.sweep(t, w)
		for addr, n := range map[netip.Addr]int{cam: len(list.Ports()), pc: len(list.Ports()), plug: len(ports.Short())} {
			if got, _ := h.engine.asked(addr); len(got.Ports) != n {
				t.Errorf("-ports %v: %d ports asked of %v, want %d", list, len(got.Ports), addr, n)
			}
		}
	}
}

func TestConnectionsByEngine(t *testing.T) {
	for name, n := range map[string]int{"raw": 2, "connect": 1} {
		h := newHome(t)
		h.engine.name = name
		h.sweep(t, want(lan.Look))
		if got := h.names.asked(tcp(cam, 80)); !slices.Equal(got, []int{n}) {
			t.Errorf("engine %s: identification gets %v connections, want %d", name, got, n)
		}
	}
}

// TestTurns: on a big network only so many devices are inspected at a time, each
// of them in the end.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		addr := netip.MustParseAddr("192.168.1.30")
		for range 200 {
			h.Presence = append(h.Presence, Ear{says("arp", sight("arp", addr)), lan.Listen})
			h.engine.open[addr] = []uint16{80}
			addr = addr.Next()
		}
		var now, most, all atomic.Int32
		h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
			n := now.Add(1)
			for was := most.Load(); n > was && !most.CompareAndSwap(was, n); was = most.Load() {
			}
			time.Sleep(time.Second)
			now.Add(-1)
			all.Add(1)
			return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: "http"}, nil
		}
		h.sweep(t, want(lan.Look))
		if all.Load() != 201 || int(most.Load()) != lan.Normal.InFlight() {
			t.Errorf("%d services were identified, %d at a time; want 201, %d", all.Load(), most.Load(), lan.Normal.InFlight())
		}
	})
}

// TestAtOnce: a fragile device is asked by one connection at a time.
func TestAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		for _, a := range []netip.Addr{cam, plug, pc} {
			h.engine.open[a] = []uint16{21, 22, 23, 80, 443, 554}
		}
		var now, most [256]atomic.Int32
		h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
			if ep.Transport == lan.TCP {
				i := ep.Addr.As4()[3]
				if n := now[i].Add(1); n > most[i].Load() {
					most[i].Store(n)
				}
				time.Sleep(time.Second)
				now[i].Add(-1)
			}
			return lan.Service{}, errors.New("closed again")
		}
		h.sweep(t, want(lan.Ask))
		for a, n := range map[netip.Addr]int32{cam: 2, plug: 1, pc: 4} {
			if got := most[a.As4()[3]].Load(); got != n {
				t.Errorf("%s bore %d connections at once, want %d", a, got, n)
			}
		}
	})
}

// TestLeftAlone: we ourselves and who the owner says are listed, never touched
// and never judged.
func TestLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.announce(says("mdns", sight("mdns", cam, tcp(cam, 40001)), lan.Sighting{
			Source: "mdns", At: time.Now(), Link: "br-lan", Addr: self, Endpoints: []lan.Endpoint{tcp(self, 40001)},
		}))
		h.Checks = []probes.Check{check("c", lan.Listen, always(lan.Fail))}
		w := want(lan.Ask)
		w.Self = []lan.Fact{{Field: lan.FieldName, Value: "workshop", Source: "self", Confidence: 1}}
		id := census.ID(lan.Device{MACs: []lan.MAC{sight("", cam).MAC}})
		w.Skip = map[string]bool{id: true}
		s := h.sweep(t, w)
		if len(s.Devices) != 4 {
			t.Fatalf("%d devices", len(s.Devices))
		}
		for _, a := range []netip.Addr{self, cam} {
			d := at(t, s, a)
			if _, asked := h.engine.asked(a); asked || len(d.Services)+len(d.Findings) > 0 {
				t.Errorf("%s was touched: services %v, findings %v", a, d.Services, d.Findings)
			}
			for ep := range h.names.list {
				if strings.Contains(ep, a.String()+":") {
					t.Errorf("%s was asked", ep)
				}
			}
		}
		if d := at(t, s, self); !d.Self || !slices.Contains(d.Names, "workshop") {
			t.Errorf("we do not know ourselves: %+v", d)
		}
		if d := at(t, s, cam); d.ID != id {
			t.Errorf("the camera's ID is %s", d.ID)
		}
		if len(at(t, s, plug).Findings) != 1 {
			t.Error("the others were not judged either")
		}
	})
}

func TestFailingSource(t *testing.T) {
	h := newHome(t)
	h.Presence = append(h.Presence, Ear{source{"leases", func(context.Context, func(lan.Sighting)) error {
		return errors.New("no lease file; is dnsmasq running?")
	}}, lan.Listen})
	s := h.sweep(t, want(lan.Look))
	if len(s.Devices) != 4 || len(at(t, s, cam).Services) != 1 {
		t.Errorf("the sweep did not go on: %+v", s.Devices)
	}
	if want := `The source "leases" could not work on br-lan: no lease file; is dnsmasq running?.`; !slices.Contains(s.Notes, want) {
		t.Errorf("notes %q, want %q", s.Notes, want)
	}
}

func TestFailingEngine(t *testing.T) {
	h := newHome(t)
	h.engine.err = errors.New("operation not permitted")
	s, err := Run(t.Context(), h.Parts, want(lan.Look), Talk{})
	if !errors.Is(err, ErrPartial) {
		t.Errorf("the failure reads as an all-clear: %v", err)
	}
	if len(s.Devices) != 4 {
		t.Errorf("%d devices", len(s.Devices))
	}
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "br-lan could not all be asked: operation not permitted") {
		t.Errorf("notes %q", s.Notes)
	}
}

// TestStopped: the sweep that is stopped ends at once, with what was done by
// then; a device that was cut short says nothing of services and problems.
func TestStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.engine.delay = 15 * time.Second // pc is asked after cam, at 30 s, the plug beside them
		h.engine.open[pc] = []uint16{445}
		h.engine.open[plug] = []uint16{80}
		h.Checks = []probes.Check{
			check("quick", lan.Look, always(lan.Fail)),
			check("slow", lan.Look, func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
				if p.Device.Addresses[0] == plug {
					<-ctx.Done()
					return lan.Undecided, ctx.Err()
				}
				return lan.Pass, nil
			}),
		}
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		start, told := time.Now(), map[netip.Addr]bool{}
		s, err := Run(ctx, h.Parts, want(lan.Look), Talk{Device: func(d lan.Device) { told[d.Addresses[0]] = true }})
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		if took := time.Since(start); took != 25*time.Second {
			t.Errorf("it went on until %v", took)
		}
		if len(s.Devices) != 4 || len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "stopped before it was done") {
			t.Errorf("%d devices, notes %q", len(s.Devices), s.Notes)
		}
		if d := at(t, s, cam); len(d.Services) != 1 || len(d.Findings) != 2 || !told[cam] {
			t.Errorf("what was done by then is gone: %+v", d)
		}
		for _, a := range []netip.Addr{plug, pc} {
			if d := at(t, s, a); len(d.Services)+len(d.Findings) != 0 || told[a] {
				t.Errorf("half an inspection counts as one: services %v, findings %v, told %v", d.Services, d.Findings, told[a])
			}
		}
		if s.Finished.Sub(s.Started) != 25*time.Second {
			t.Errorf("from %v to %v", s.Started, s.Finished)
		}
	})
}

// TestStoppedDuringPresence: nothing hangs on a border that is never crossed.
func TestStoppedDuringPresence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		wait := source{"slow", func(ctx context.Context, _ func(lan.Sighting)) error { <-ctx.Done(); return ctx.Err() }}
		h.Presence = append(h.Presence, Ear{wait, lan.Listen})
		h.announce(wait)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		s, err := Run(ctx, h.Parts, want(lan.Ask), Talk{})
		if !errors.Is(err, context.Canceled) || len(s.Notes) != 1 || len(s.Devices) != 4 {
			t.Errorf("%v, notes %q, %d devices", err, s.Notes, len(s.Devices))
		}
	})
}

// TestOneDeviceOnce: a device whose MAC is learnt from its announcement is the
// same device, under the ID that outlives its address.
func TestOneDeviceOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		bare := sight("knock", cam)
		bare.MAC = lan.MAC{}
		h.Presence = []Ear{{says("knock", bare), lan.Look}}
		h.announce(source{"mdns", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(time.Second)
			see(sight("mdns", cam))
			return nil
		}})
		s := h.sweep(t, want(lan.Look))
		if len(s.Devices) != 2 {
			t.Fatalf("%d devices at two addresses", len(s.Devices))
		}
		if d := at(t, s, cam); len(d.Services) != 1 || d.ID != census.ID(d) {
			t.Errorf("ID %s with MACs %v, services %v", d.ID, d.MACs, d.Services)
		}
	})
}

// TestOnlyAnnounced: who turns up by an announcement after the ports were asked
// is one of the home's all the same.
func TestOnlyAnnounced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		tv := netip.MustParseAddr("192.168.1.7")
		h.announce(source{"ssdp", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(time.Minute)
			see(sight("ssdp", tv))
			return nil
		}})
		s := h.sweep(t, want(lan.Look))
		if len(s.Devices) != 5 || s.Devices[1].Addresses[0] != tv {
			t.Errorf("%d devices, the second at %v", len(s.Devices), s.Devices[1].Addresses)
		}
	})
}

func TestSameOrderEachTime(t *testing.T) {
	var first []string
	for range 20 {
		h := newHome(t)
		for _, a := range []netip.Addr{cam, plug, pc} {
			h.engine.open[a] = []uint16{443, 22, 80}
		}
		each := check("each", lan.Look, always(lan.Fail))
		each.Applies = func(lan.Device, lan.Service) bool { return true }
		h.Checks = []probes.Check{each, check("whole", lan.Ask, always(lan.Fail))}
		s := h.sweep(t, want(lan.Look))
		var order []string
		for _, d := range s.Devices {
			order = append(order, d.Addresses[0].String())
			for _, f := range d.Findings {
				order = append(order, f.Key())
			}
		}
		if first == nil {
			first = order
			continue
		}
		if !slices.Equal(first, order) {
			t.Fatalf("once %q, then %q", first, order)
		}
	}
	if want := []string{"192.168.1.1", "192.168.1.20", "each ", "each tcp/22", "each tcp/80", "each tcp/443", "whole "}; !slices.Equal(first[:7], want) {
		t.Errorf("order %q", first[:7])
	}
}

// TestProgress: figures only grow, and the last word is that it is over.
func TestProgress(t *testing.T) {
	h := newHome(t)
	for _, a := range []netip.Addr{cam, plug, pc} {
		h.engine.open[a] = []uint16{22, 80}
	}
	h.Checks = []probes.Check{check("a", lan.Look, always(lan.Fail)), check("b", lan.Look, always(lan.Pass))}
	var all []lan.Progress
	var devices int
	_, err := Run(t.Context(), h.Parts, want(lan.Look), Talk{
		Progress: func(p lan.Progress) { all = append(all, p) },
		Device:   func(lan.Device) { devices++ },
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range all {
		if p.Running == (i == len(all)-1) {
			t.Errorf("step %d of %d: running %v", i+1, len(all), p.Running)
		}
		if i == 0 {
			continue
		}
		was := all[i-1]
		for what, n := range map[string][2]int{
			"devices": {was.Devices, p.Devices}, "finished": {was.Finished, p.Finished}, "probes": {was.Probes, p.Probes},
			"total": {was.Total, p.Total}, "problems": {was.Problems, p.Problems},
		} {
			if n[1] < n[0] {
				t.Errorf("%s fell from %d to %d", what, n[0], n[1])
			}
		}
	}
	questions := 2*len(ports.Home()) + len(ports.Short())
	end := all[len(all)-1]
	if end.Phase != "done" || end.Devices != 4 || end.Finished != 4 || end.Problems != 3 || end.Probes != questions || end.Total != questions || devices != 4 {
		t.Errorf("it ended with %+v and %d devices told", end, devices)
	}
	var phases []string
	for _, p := range all {
		phases = append(phases, p.Phase)
	}
	if got := slices.Compact(phases); !slices.Equal(got, []string{"presence", "ports", "checks", "done"}) {
		t.Errorf("phases %q", got)
	}
}

func TestCost(t *testing.T) {
	h := newHome(t)
	h.Checks = []probes.Check{check("c", lan.Ask, func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
		_, err := p.Reach.Ask(ctx, tcp(p.Device.Addresses[0], 161), nil)
		return lan.Pass, err
	})}
	s := h.sweep(t, want(lan.Ask))
	if s.Cost.Packets != 2*len(ports.Home())+len(ports.Short()) || s.Cost.Connections != 3 || s.Cost.LoginTries != 0 {
		t.Errorf("cost %+v", s.Cost)
	}
	if s.Tool != "homesweep test" || s.Touch != lan.Ask || s.Rung != "raw" || len(s.Links) != 1 || s.Notes != nil {
		t.Errorf("sweep %+v", s)
	}
}
