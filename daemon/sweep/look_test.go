package sweep

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// finder tells of each open port at once, and takes a while for the others.
type finder struct {
	*engine
	result  func(ports.Target) ports.Result
	stopped bool // somebody wanted the camera asked no more
}

const scanning = 6 * time.Second

func (f *finder) Scan(ctx context.Context, _ lan.Link, list []ports.Target, _ func(int), done func(ports.Target, ports.Result)) (ports.Stats, error) {
	for _, t := range list {
		for _, port := range f.open[t.Addr] {
			t.Found(port)
		}
	}
	for _, t := range list {
		select {
		case <-time.After(scanning):
		case <-t.Stop:
			f.stopped = f.stopped || t.Addr == cam
		case <-ctx.Done():
		}
		done(t, f.result(t))
	}
	return ports.Stats{}, ctx.Err()
}

// TestAsFound: an open port is asked what it is while others are still being asked
// whether they are open, but not on a fragile device, not where each question is a
// connection, and not on a network so big that not all have their turn at once.
func TestAsFound(t *testing.T) {
	for name, c := range map[string]struct {
		engine string
		crowd  int
		early  map[netip.Addr]bool
	}{
		"raw":     {"raw", 0, map[netip.Addr]bool{cam: true, pc: true, plug: false}},
		"connect": {"connect", 0, map[netip.Addr]bool{cam: false, pc: false, plug: false}},
		"a crowd": {"raw", 100, map[netip.Addr]bool{cam: false, pc: false, plug: false}},
	} {
		synctest.Test(t, func(t *testing.T) {
			h := newHome(t)
			h.engine.name = c.engine
			h.Ports = &finder{engine: h.engine, result: func(t ports.Target) ports.Result { return ports.Result{Open: h.engine.open[t.Addr]} }}
			var late []lan.Sighting
			for addr := netip.MustParseAddr("192.168.1.100"); len(late) < c.crowd; addr = addr.Next() {
				late = append(late, sight("arp", addr))
			}
			h.Presence = append(h.Presence, Ear{says("crowd", late...), lan.Listen})
			h.engine.open[pc], h.engine.open[plug] = []uint16{80}, []uint16{80}
			begun, at := time.Now(), sync.Map{}
			h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
				if _, twice := at.LoadOrStore(ep, time.Since(begun)); twice {
					t.Errorf("%s: %s was asked twice", name, ep)
				}
				return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: "http"}, nil
			}
			h.sweep(t, want(lan.Look))
			for addr, early := range c.early {
				when, asked := at.Load(tcp(addr, 80))
				if !asked || when.(time.Duration) < scanning != early {
					t.Errorf("%s: %s was asked after %v, early is %t", name, addr, when, early)
				}
			}
		})
	}
}

// TestFoundInVain: of a host that turns out to accept nearly everything only what it
// announced stays, and only so many were asked what they are.
func TestFoundInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.announce(says("mdns", sight("mdns", cam, tcp(cam, 80))))
		h.engine.open[cam] = ports.Home()
		h.Ports = &finder{engine: h.engine, result: func(t ports.Target) ports.Result { return ports.Result{Everything: t.Addr == cam} }}
		d := at(t, h.sweep(t, want(lan.Look)), cam)
		if len(d.Services) != 1 || d.Services[0].Port != 80 || h.names.count() != crowded {
			t.Errorf("%d services, %d ports were asked", len(d.Services), h.names.count())
		}
	})
}

// TestSpread: the questions that go over UDP are spread over the time for which the
// ports are asked.
func TestSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHome(t)
		h.Ports = &finder{engine: h.engine, result: func(ports.Target) ports.Result { return ports.Result{Closed: 1} }}
		var mu sync.Mutex
		var asked []time.Time
		h.Identify = func(_ context.Context, _ probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
			mu.Lock()
			defer mu.Unlock()
			if ep.Addr == cam && ep.Transport == lan.UDP {
				asked = append(asked, time.Now())
			}
			return lan.Service{}, errors.New("no answer")
		}
		h.sweep(t, want(lan.Ask))
		gap := scanning
		for i := range asked[1:] {
			gap = min(gap, asked[i+1].Sub(asked[i]))
		}
		if took := asked[len(asked)-1].Sub(asked[0]); gap < 100*time.Millisecond || took > scanning-lull/2 {
			t.Errorf("%d questions in %v, %v apart at least", len(asked), took, gap)
		}
	})
}

// TestSufferingEndsPorts: who is found to suffer by the one is not asked the other.
func TestSufferingEndsPorts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newDying(t)
		h.at = 3
		f := &finder{engine: h.engine, result: func(t ports.Target) ports.Result { return ports.Result{Open: h.engine.open[t.Addr]} }}
		h.Ports = f
		d := at(t, h.sweep(t, want(lan.Look)), cam)
		if d.Suffered.Sign != fellSilent || !f.stopped || h.dials > batch {
			t.Errorf("suffered %+v, asked on %t, %d connections", d.Suffered, !f.stopped, h.dials)
		}
	})
}

// TestArrivals: none is lost or comes twice, whoever is first.
func TestArrivals(t *testing.T) {
	a := newArrivals()
	go func() {
		for port := range uint16(1000) {
			a.bring(tcp(cam, port/2)) // each twice
		}
		a.end()
		a.end()
	}()
	var got []uint16
	for i := 0; ; i++ {
		ep, more := a.at(i)
		if !more {
			break
		}
		got = append(got, ep.Port)
	}
	if len(got) != 500 || !slices.IsSorted(got) {
		t.Errorf("%d arrived: %v", len(got), got)
	}
}
