package watch

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/presence"
	"github.com/homesweep/homesweep/daemon/supervise"
	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

var (
	plugMAC  = lan.MAC{0, 0x11, 0x22, 0, 0, 1}
	phoneMAC = lan.MAC{2, 0x11, 0x22, 0, 0, 2}
	lan0     = lan.Link{Name: "lan0", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
)

// family are the devices of these tests.
func family() lan.Sweep {
	at := netip.MustParseAddr
	return lan.Sweep{Links: []lan.Link{lan0}, Devices: []lan.Device{
		{ID: "plug", Kind: "plug", Link: "lan0", MACs: []lan.MAC{plugMAC}, Addresses: []netip.Addr{at("192.0.2.1"), at("fe80::1")}},
		{ID: "phone", Kind: "phone", Link: "lan0", MACs: []lan.MAC{phoneMAC}, Addresses: []netip.Addr{at("192.0.2.2")}},
		{ID: "bare", Kind: "nas", Link: "lan0", Addresses: []netip.Addr{at("192.0.2.3")}},
		{ID: "router", Kind: "router", Link: "lan0", MACs: []lan.MAC{{0, 1, 1, 1, 1, 1}}, Addresses: []netip.Addr{at("192.0.2.254")}},
	}}
}

// listener is a source that hears what the test says.
type listener struct {
	name string
	mu   sync.Mutex
	see  map[string]func(lan.Sighting) // by link, while listening
	runs int
	fail error // of every run
	once bool  // it has nothing to wait for
}

func (l *listener) Name() string { return l.name }

func (l *listener) Discover(ctx context.Context, link lan.Link, see func(lan.Sighting)) error {
	l.mu.Lock()
	l.runs++
	if l.see == nil {
		l.see = map[string]func(lan.Sighting){}
	}
	l.see[link.Name] = see
	fail, once := l.fail, l.once
	l.mu.Unlock()
	if fail != nil || once {
		return fail
	}
	<-ctx.Done()
	l.mu.Lock()
	delete(l.see, link.Name)
	l.mu.Unlock()
	return nil
}

func (l *listener) ran() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.runs
}

func (l *listener) hear(link string, s lan.Sighting) {
	l.mu.Lock()
	see := l.see[link]
	l.mu.Unlock()
	s.Source, s.Link, s.At = l.name, link, time.Now()
	see(s)
}

// den is a house whose sweeps find nothing new, with an ear and a question.
type den struct {
	*house
	ear   *listener
	mu    sync.Mutex
	here  map[string]bool
	asked map[string]int
	links []lan.Link
}

func newDen(t *testing.T, known lan.Sweep) *den {
	d := &den{house: newHouse(t), ear: &listener{name: "dhcp"}, here: map[string]bool{"router": true}, asked: map[string]int{}, links: []lan.Link{lan0}}
	d.memory.latest = known
	d.open(t)
	return d
}

func (d *den) open(t *testing.T) {
	t.Helper()
	o := d.Home.o
	o.Sources, o.Confirm = []probes.Source{d.ear}, d.confirm
	o.Links = func() ([]lan.Link, error) {
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.links) == 0 {
			return nil, errors.New("no link")
		}
		return slices.Clone(d.links), nil
	}
	var err error
	if d.Home, err = Open(o); err != nil {
		t.Fatal(err)
	}
}

func (d *den) confirm(_ context.Context, who lan.Device) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked[who.ID]++
	return d.here[who.ID]
}

func (d *den) questions(id string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.asked[id]
}

// attend lets the den listen and look after presence, without sweeps.
func (d *den) attend(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- supervise.Run(ctx, d.o.Log, supervise.Service{Name: "listen", Run: d.Listen}, supervise.Service{Name: "attend", Run: d.Attend})
	}()
	synctest.Wait()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func (d *den) state(id string) lan.State {
	for _, device := range d.Sweep().Devices {
		if device.ID == id {
			return device.Presence.State
		}
	}
	return "unknown"
}

func (d *den) is(t *testing.T, want map[string]lan.State) {
	t.Helper()
	for id, state := range want {
		if got := d.state(id); got != state {
			t.Errorf("%s is %q, want %q", id, got, state)
		}
	}
}

// TestWhoCameAndWent: heard, quiet, asked, gone, back; written down once, the
// phone's by the day.
func TestWhoCameAndWent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(9*time.Hour + 17*time.Minute) // the clock here starts at midnight
		d := newDen(t, family())
		stop := d.attend(t)
		d.ear.hear("lan0", lan.Sighting{MAC: plugMAC})
		d.ear.hear("lan0", lan.Sighting{MAC: phoneMAC})
		last := time.Now()
		d.is(t, map[string]lan.State{"plug": lan.Online, "phone": lan.Online, "bare": ""})
		plug := d.Sweep().Devices[0]
		if !plug.Presence.At.Equal(last) || plug.Presence.By != "dhcp" || !plug.LastSeen.Equal(last) {
			t.Errorf("%+v", plug)
		}
		time.Sleep(20 * time.Minute)
		d.is(t, map[string]lan.State{"plug": lan.Offline, "phone": lan.Idle, "router": lan.Online})
		time.Sleep(20 * time.Minute)
		d.is(t, map[string]lan.State{"plug": lan.Offline, "phone": lan.Away})
		time.Sleep(40 * time.Minute)
		stop()
		kept := map[string]lan.Presence{}
		for _, stands := range d.memory.stands {
			for id, p := range stands {
				kept[id] = p
			}
		}
		if n := len(d.memory.stands); n == 0 || n > 3 {
			t.Errorf("%d writes in 80 minutes", n)
		}
		if p := kept["plug"]; p.State != lan.Offline || !p.Since.Equal(last) {
			t.Errorf("kept of the plug: %+v", p)
		}
		if p := kept["phone"]; p.State != lan.Away || p.Since.In(time.Local).Format(time.TimeOnly) != "00:00:00" || p.At.In(time.Local).Format(time.TimeOnly) != "00:00:00" {
			t.Errorf("kept of the phone: %+v", p)
		}

		// A new start remembers who was gone, and takes nobody else for gone.
		for i := range d.memory.latest.Devices {
			d.memory.latest.Devices[i].Presence = kept[d.memory.latest.Devices[i].ID]
		}
		d.open(t)
		d.is(t, map[string]lan.State{"plug": lan.Offline, "phone": lan.Away, "router": lan.Idle})
		stop = d.attend(t)
		defer stop()
		d.ear.hear("lan0", lan.Sighting{MAC: plugMAC})
		d.is(t, map[string]lan.State{"plug": lan.Online})
	})
}

// TestNothingIsSent while only listening is allowed, nor ever to a device that
// is to be left alone; and then nobody is found to be gone.
func TestNothingIsSent(t *testing.T) {
	for _, touch := range []lan.Touch{lan.Listen, lan.Look} {
		synctest.Test(t, func(t *testing.T) {
			d := newDen(t, family())
			if err := errors.Join(d.SetTouch(touch), d.Decide(lan.Decision{Device: "plug", What: "do-not-probe", Value: "yes"})); err != nil {
				t.Fatal(err)
			}
			stop := d.attend(t)
			defer stop()
			d.ear.hear("lan0", lan.Sighting{MAC: plugMAC})
			d.ear.hear("lan0", lan.Sighting{MAC: phoneMAC})
			time.Sleep(2 * time.Hour)
			want := lan.Idle
			if touch == lan.Look {
				want = lan.Away
			}
			d.is(t, map[string]lan.State{"plug": lan.Idle, "phone": want})
			if d.questions("plug") > 0 || d.questions("phone") > 0 != (touch == lan.Look) {
				t.Errorf("touch %v: asked %v", touch, d.asked)
			}
		})
	}
}

// TestRestingIsNotAsked whether it is here: it did not bear being asked.
func TestRestingIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		known := family()
		known.Devices[0].Suffered.At = time.Now().Add(2*time.Hour - lan.Rest)
		d := newDen(t, known)
		stop := d.attend(t)
		defer stop()
		d.ear.hear("lan0", lan.Sighting{MAC: plugMAC})
		time.Sleep(time.Hour)
		if d.questions("plug") > 0 || d.questions("router") == 0 {
			t.Errorf("asked %v", d.asked)
		}
		d.is(t, map[string]lan.State{"plug": lan.Idle})
		time.Sleep(2 * time.Hour)
		if d.questions("plug") == 0 {
			t.Error("rested, it is not asked either")
		}
	})
}

// TestStopIsNobodysSilence: what we were asking when we were told to stop does
// not count.
func TestStopIsNobodysSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDen(t, family())
		stopped, stop := context.WithCancel(t.Context())
		stop()
		for name, c := range map[string]struct {
			ctx  context.Context
			want lan.State
		}{"stopped": {stopped, ""}, "in vain": {t.Context(), lan.Offline}} {
			d.open(t)
			d.Home.o.Confirm = func(ctx context.Context, _ lan.Device) bool { <-ctx.Done(); return false }
			for range 15 * 4 {
				time.Sleep(presence.Every - askWithin)
				d.Home.hear(lan.Sighting{Source: "arp", Link: "lan0", Addr: netip.MustParseAddr("192.0.2.254"), At: time.Now()})
				_, ask := d.Home.roll.tick(time.Now())
				d.Home.confirm(c.ctx, ask)
			}
			if got := d.state("plug"); got != c.want {
				t.Errorf("%s: the plug is %q, want %q", name, got, c.want)
			}
		}
	})
}

// TestSourcesKeepListening: one that fails is started again, one that is done
// is asked again, and links that come and go are followed.
func TestSourcesKeepListening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDen(t, family())
		broken, table := &listener{name: "broken", fail: errors.New("no permission")}, &listener{name: "neigh", once: true}
		d.Home.o.Sources = append(d.Home.o.Sources, broken, table)
		d.links = nil
		if err := d.SetTouch(lan.Listen); err != nil {
			t.Fatal(err)
		}
		stop := d.attend(t)
		time.Sleep(time.Hour)
		if broken.ran()+table.ran()+d.ear.ran() > 0 {
			t.Error("listened without a link")
		}
		d.mu.Lock()
		d.links = []lan.Link{lan0}
		d.mu.Unlock()
		time.Sleep(time.Hour)
		if broken.ran() < 30 || table.ran() < 30 || d.ear.ran() != 1 {
			t.Errorf("in an hour: broken %d, table %d, ear %d", broken.ran(), table.ran(), d.ear.ran())
		}
		d.mu.Lock()
		d.links = []lan.Link{lan0, {Name: "guest"}}
		d.mu.Unlock()
		time.Sleep(2 * time.Minute)
		d.ear.hear("guest", lan.Sighting{Addr: netip.MustParseAddr("fe80::1")})
		d.is(t, map[string]lan.State{"plug": ""}) // another link's fe80::1
		d.ear.hear("lan0", lan.Sighting{Addr: netip.MustParseAddr("fe80::1%eth0")})
		d.is(t, map[string]lan.State{"plug": lan.Online})
		stop()
		if len(d.ear.see) > 0 {
			t.Error("a source listens on")
		}
	})
	if err := (&Home{}).Listen(t.Context()); err != nil {
		t.Error("nothing to listen with:", err)
	}
}

// TestSweepTells: a sweep's devices are here, newcomers among them, at once.
func TestSweepTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDen(t, family())
		d.work = func(_ context.Context, talk sweep.Talk) (lan.Sweep, error) {
			s := family()
			s.Started = time.Now()
			s.Devices = append(s.Devices[:2], lan.Device{ID: "new", Kind: "tv", Link: "lan0", MACs: []lan.MAC{{0, 9}}})
			for i := range s.Devices {
				s.Devices[i].Sources, s.Devices[i].LastSeen = []string{"leases", "mdns", "arp"}, time.Now()
			}
			talk.Device(s.Devices[2])
			if got := d.state("new"); got != lan.Online {
				t.Errorf("while the sweep goes on the newcomer is %q", got)
			}
			s.Finished = time.Now()
			return s, nil
		}
		stop := d.run(t)
		time.Sleep(time.Minute)
		stop()
		d.is(t, map[string]lan.State{"plug": lan.Online, "phone": lan.Online, "new": lan.Online, "router": "unknown"})
		if p := d.Sweep().Devices[0].Presence; p.By != "arp" {
			t.Errorf("%+v", p)
		}
	})
}

// TestWho is meant by a sighting.
func TestWho(t *testing.T) {
	r := newRoll(time.Now())
	s := family()
	twin := lan.Device{ID: "twin", Link: "lan0", MACs: []lan.MAC{phoneMAC}, Addresses: []netip.Addr{netip.MustParseAddr("192.0.2.3")}}
	r.muster(s.Devices, time.Now())
	for name, c := range map[string]struct {
		heard lan.Sighting
		want  string
	}{
		"by hardware address":           {lan.Sighting{MAC: plugMAC, Addr: netip.MustParseAddr("192.0.2.99")}, "plug"},
		"by address alone":              {lan.Sighting{Addr: netip.MustParseAddr("::ffff:192.0.2.1")}, "plug"},
		"a new owner of the address":    {lan.Sighting{MAC: lan.MAC{0, 7}, Addr: netip.MustParseAddr("192.0.2.1")}, ""},
		"another that answers for it":   {lan.Sighting{MAC: plugMAC, Addr: netip.MustParseAddr("192.0.2.2")}, "plug"},
		"one whose hardware is unknown": {lan.Sighting{MAC: lan.MAC{0, 7}, Addr: netip.MustParseAddr("192.0.2.3")}, "bare"},
		"nobody":                        {lan.Sighting{}, ""},
		"a stranger":                    {lan.Sighting{MAC: lan.MAC{0, 7}, Addr: netip.MustParseAddr("192.0.2.98")}, ""},
	} {
		c.heard.Link = "lan0"
		if got := r.who(c.heard); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	r.muster(append(s.Devices, twin), time.Now())
	if got := r.who(lan.Sighting{Link: "lan0", MAC: phoneMAC}); got != "" {
		t.Errorf("two devices with one hardware address: %q", got)
	}
	if got := r.who(lan.Sighting{Link: "lan0", Addr: netip.MustParseAddr("192.0.2.3")}); got != "" {
		t.Errorf("two devices with one address: %q", got)
	}
}

// TestNotWrittenDown: what could not be kept is tried again, unless it is over.
func TestNotWrittenDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDen(t, family())
		d.memory.err = errors.New("no space left on device")
		stop := d.attend(t)
		d.ear.hear("lan0", lan.Sighting{MAC: plugMAC})
		time.Sleep(time.Hour)
		d.memory.mu.Lock()
		d.memory.err = nil
		d.memory.mu.Unlock()
		stop()
		if n := len(d.memory.stands); n != 1 || d.memory.stands[0]["plug"].State != lan.Offline {
			t.Errorf("%d writes: %+v", n, d.memory.stands)
		}
	})
}

// TestNobodyAnswers says so on the dashboard instead of calling all gone.
func TestNobodyAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDen(t, family())
		d.here = nil
		stop := d.attend(t)
		for _, device := range family().Devices {
			d.ear.hear("lan0", lan.Sighting{Addr: device.Addresses[0]})
		}
		time.Sleep(24 * time.Hour)
		d.is(t, map[string]lan.State{"plug": lan.Idle, "phone": lan.Idle, "bare": lan.Idle, "router": lan.Idle})
		if notes := d.Sweep().Notes; len(notes) != 1 || len(d.memory.latest.Notes) > 0 {
			t.Errorf("notes %q", notes)
		}
		stop()
	})
}
