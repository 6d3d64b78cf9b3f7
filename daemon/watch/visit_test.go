package watch

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/supervise"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// lodge is a den with a visitor that takes three seconds a visit, and a chronicle.
type lodge struct {
	*den
	visits []Visit
	at     []time.Time
	fail   error
	kind   lan.Kind // what each turns out to be
	told   []lan.Event
}

// errPanic has a visit panic.
var errPanic = errors.New("an index out of range")

func newLodge(t *testing.T, touch lan.Touch) *lodge {
	known := family()
	known.Started, known.Finished, known.Touch = time.Now().Add(-2*time.Minute), time.Now().Add(-time.Minute), lan.Ask
	for i := range known.Devices {
		known.Devices[i].FirstSeen = time.Now().Add(-30 * 24 * time.Hour)
		known.Devices[i].LastSeen = known.Finished
	}
	l := &lodge{den: newDen(t, known)}
	l.reopen(t, touch)
	return l
}

func (l *lodge) reopen(t *testing.T, touch lan.Touch) {
	l.Home.o.Visitor, l.Home.o.Default = l.visit, touch
	l.Home.o.Tell = func(list []lan.Event) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.told = append(l.told, list...)
	}
	l.den.open(t)
}

func (l *lodge) visit(ctx context.Context, v Visit, _ sweep.Talk) (lan.Sweep, error) {
	l.house.mu.Lock()
	if l.house.atOnce++; l.house.atOnce > 1 {
		panic("an inspection beside a sweep")
	}
	l.house.mu.Unlock()
	defer func() { l.house.mu.Lock(); l.house.atOnce--; l.house.mu.Unlock() }()
	l.mu.Lock()
	l.visits, l.at = append(l.visits, v), append(l.at, time.Now())
	fail := l.fail
	l.mu.Unlock()
	s := lan.Sweep{Started: time.Now(), Touch: v.Touch}
	select {
	case <-time.After(3 * time.Second):
	case <-ctx.Done():
		return s, ctx.Err()
	}
	if fail == errPanic {
		panic(fail)
	}
	s.Finished = time.Now()
	for _, d := range v.Only {
		d.Model, d.LastSeen, d.Sources = "looked at", time.Now(), []string{"arp"}
		if l.kind != "" {
			d.Kind = l.kind
		}
		s.Devices = append(s.Devices, d)
	}
	return s, fail
}

func (l *lodge) live(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- supervise.Run(ctx, l.o.Log, supervise.Service{Name: "listen", Run: l.Listen},
			supervise.Service{Name: "attend", Run: l.Attend}, supervise.Service{Name: "watch", Run: l.Run})
	}()
	synctest.Wait()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

// by is the device with that hardware address as the dashboard has it.
func (l *lodge) by(mac lan.MAC) (d lan.Device, ok bool) {
	list := l.Sweep().Devices
	i := slices.IndexFunc(list, func(d lan.Device) bool { return slices.Contains(d.MACs, mac) })
	if i < 0 {
		return d, false
	}
	return list[i], true
}

func (l *lodge) happened() (list []lan.Happening) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.told {
		list = append(list, e.What)
	}
	return list
}

func (l *lodge) seen() []Visit {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.visits)
}

var newMAC = lan.MAC{0, 0x55, 0, 0, 0, 1}

func at4(last byte) netip.Addr { return netip.AddrFrom4([4]byte{192, 0, 2, last}) }

// TestNewcomer: on the dashboard within two seconds of its first packet, before it is
// inspected; inspected at once; the same device all along, told of once.
func TestNewcomer(t *testing.T) {
	for _, touch := range []lan.Touch{lan.Listen, lan.Ask} {
		synctest.Test(t, func(t *testing.T) {
			l := newLodge(t, touch)
			stop := l.live(t)
			defer stop()
			time.Sleep(time.Second)
			l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(50), Names: []string{"Doorbell"}})
			time.Sleep(2 * time.Second)
			d, ok := l.by(newMAC)
			if !ok || d.Model != "" || d.Presence.State != lan.Online || !slices.Contains(d.Names, "Doorbell") {
				t.Fatalf("%v: two seconds after its first packet: %v %+v", touch, ok, d)
			}
			time.Sleep(5 * time.Second)
			again, _ := l.by(newMAC)
			visits := l.seen()
			if again.Model != "looked at" || again.ID != d.ID || len(visits) != 1 || visits[0].Touch != touch || len(visits[0].Heard) == 0 {
				t.Errorf("%v: inspected as %+v by %+v", touch, again, visits)
			}
			if i := slices.IndexFunc(l.memory.latest.Devices, func(m lan.Device) bool { return m.ID == d.ID }); i < 0 {
				t.Error("it is not remembered")
			}
			time.Sleep(time.Minute)
			l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(50), Names: []string{"Doorbell"}})
			time.Sleep(time.Minute)
			if got := l.happened(); !slices.Equal(got, []lan.Happening{lan.DeviceJoined}) || len(l.seen()) != 1 {
				t.Errorf("%v: told %v, %d visits", touch, got, len(l.seen()))
			}
		})
	}
}

// TestNoNewcomer: what somebody else claims, what was heard long ago, and what is
// nobody's own word make no device.
func TestNoNewcomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		now := time.Now()
		for name, s := range map[string]lan.Sighting{
			"a claim":        {Source: "arp", At: now, Claim: true},
			"a goodbye":      {Source: "mdns", At: now, Gone: true},
			"an old entry":   {Source: "neigh", At: now.Add(-time.Hour)},
			"a lease":        {Source: "leases", At: now},
			"another's home": {Source: "arp", At: now, Addr: netip.MustParseAddr("203.0.113.9")},
		} {
			s.Link, s.MAC = "lan0", newMAC
			if !s.Addr.IsValid() {
				s.Addr = at4(51)
			}
			l.Home.hear(s)
			l.Home.greet()
			if _, ok := l.by(newMAC); ok {
				t.Errorf("%s made a device", name)
			}
			l.strangers.met([]lan.Device{{MACs: []lan.MAC{newMAC}}})
		}
	})
}

// TestWithoutAddress: one that may be asked is, as soon as it has an address; with a
// change of address it is the same.
func TestWithoutAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		stop := l.live(t)
		defer stop()
		l.ear.hear("lan0", lan.Sighting{MAC: newMAC})
		time.Sleep(20 * time.Second)
		first, ok := l.by(newMAC)
		if !ok || len(l.seen()) > 0 {
			t.Fatalf("shown %v, %d visits to nowhere", ok, len(l.seen()))
		}
		l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(52)})
		time.Sleep(5 * time.Second)
		if d, _ := l.by(newMAC); d.ID != first.ID || d.Model == "" || !slices.Contains(d.Addresses, at4(52)) {
			t.Errorf("%+v", d)
		}
	})
}

// TestChanged: a device that was gone, has another address, a new service or other
// firmware is looked at again, not more than once in a while; what it always says is
// no news.
func TestChanged(t *testing.T) {
	types := func(v string) lan.Heard { return lan.Heard{lan.MDNSTypes: v} }
	for name, c := range map[string]struct {
		said []lan.Sighting
		want int
	}{
		"nothing new":    {[]lan.Sighting{{Heard: types("_hap._tcp")}, {Heard: lan.Heard{"mdns._hap._tcp.id": "x"}}}, 0},
		"a new service":  {[]lan.Sighting{{Heard: types("_hap._tcp _ssh._tcp")}}, 1},
		"and again":      {[]lan.Sighting{{Heard: types("_ssh._tcp")}, {Heard: types("_ssh._tcp")}}, 1},
		"two in a row":   {[]lan.Sighting{{Heard: types("_ssh._tcp")}, {Heard: types("_ftp._tcp")}}, 1},
		"firmware":       {[]lan.Sighting{{Heard: lan.Heard{"mdns._hap._tcp.fv": "2.0"}}}, 1},
		"a claim":        {[]lan.Sighting{{Claim: true, Heard: lan.Heard{"mdns._hap._tcp.fv": "2.0"}}}, 0},
		"an address":     {[]lan.Sighting{{Addr: at4(60)}, {Addr: at4(60)}}, 1},
		"a known one":    {[]lan.Sighting{{Addr: at4(1)}}, 0},
		"the internet's": {[]lan.Sighting{{Addr: netip.MustParseAddr("2001:db8::1")}}, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			l := newLodge(t, lan.Ask)
			l.memory.latest.Devices[0].Heard = lan.Heard{lan.MDNSTypes: "_hap._tcp", "mdns._hap._tcp.fv": "1.0"}
			l.reopen(t, lan.Ask)
			stop := l.live(t)
			defer stop()
			for _, s := range c.said {
				s.MAC = plugMAC
				l.ear.hear("lan0", s)
				time.Sleep(time.Minute)
			}
			if got := l.seen(); len(got) != c.want || c.want > 0 && (len(got[0].Only) != 1 || got[0].Only[0].ID != "plug" || len(got[0].Heard) == 0) {
				t.Errorf("%s: %d visits, want %d: %+v", name, len(got), c.want, got)
			}
		})
	}
}

// TestBack: who was gone is looked at when it comes back, and both are told.
func TestBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Look)
		stop := l.live(t)
		defer stop()
		l.ear.hear("lan0", lan.Sighting{MAC: plugMAC})
		time.Sleep(25 * time.Minute)
		l.is(t, map[string]lan.State{"plug": lan.Offline})
		before := len(l.seen())
		l.ear.hear("lan0", lan.Sighting{MAC: plugMAC})
		time.Sleep(10 * time.Second)
		if got := l.seen(); len(got) != before+1 || got[before].Only[0].ID != "plug" {
			t.Errorf("%d visits", len(got)-before)
		}
		if got := l.happened(); !slices.Contains(got, lan.DeviceGone) || !slices.Contains(got, lan.DeviceBack) {
			t.Errorf("told %v", got)
		}
	})
}
