package sweep

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/checks"
	"github.com/homesweep/homesweep/probes/lan"
)

// knows is a home whose machine is its router, with the real checks that judge by
// what it knows.
func knows(t *testing.T, router lan.Router) *home {
	t.Helper()
	h := newHome(t)
	h.Router = func(context.Context) lan.Router { return router }
	h.Checks = slices.DeleteFunc(checks.All(), func(c probes.Check) bool {
		return !lan.ByRouter(c.ID) && c.ID != "upnp-mapping" && c.ID != "upnp-igd"
	})
	h.announce(says("host", ourselves()))
	return h
}

// ourselves is the router's own sighting, as the host source gives it.
func ourselves() lan.Sighting {
	s := sight("host", self)
	s.MAC = brLAN.MAC
	return s
}

// way is one that a router keeps open.
func way(by string, transport lan.Transport, external uint16, client netip.Addr, port uint16, name string) lan.Forward {
	return lan.Forward{By: by, Mapping: lan.Mapping{Transport: transport, External: external, Client: client, Port: port, For: name}}
}

// finding is what check came to on d; ok is false where it did not apply.
func finding(d lan.Device, check string) (lan.Finding, bool) {
	i := slices.IndexFunc(d.Findings, func(f lan.Finding) bool { return f.Check == check })
	if i < 0 {
		return lan.Finding{}, false
	}
	return d.Findings[i], true
}

// quietHome is a router as its installer leaves it: nothing open, guests apart.
func quietHome() lan.Router {
	return lan.Router{
		Zones: []lan.Zone{
			{Name: "lan", Links: []string{"br-lan"}, Router: true, To: []string{"wan"}}, {Name: "wan", Links: []string{"eth1"}, Outside: true},
			{Name: "guest", Links: []string{"br-guest"}, Guest: true, To: []string{"wan"}},
		},
		Forwards: []lan.Forward{}, Leases: []lan.Forward{}, Flows: []lan.Flow{},
	}
}

// TestQuietHome: who has opened nothing is told so of every device, and nothing is
// wrong.
func TestQuietHome(t *testing.T) {
	for _, touch := range []lan.Touch{lan.Listen, lan.Ask} {
		h := knows(t, quietHome())
		s := h.sweep(t, want(touch))
		for _, d := range s.Devices {
			f, ok := finding(d, "port-forward")
			if !ok || f.Verdict != lan.LikelyPass || d.Reachable == nil || len(d.Reachable) > 0 || len(d.Clear) > 0 {
				t.Errorf("touch %s: %s: %v, %v", touch, d.Addresses, f.Verdict, d.Reachable)
			}
			if _, ok := finding(d, "cleartext-traffic"); ok {
				t.Errorf("%s: nothing was counted, and it was judged", d.Addresses)
			}
		}
		us := at(t, s, self)
		if f, _ := finding(us, "guest-isolation"); !us.Self || f.Verdict != lan.LikelyPass || len(us.Zones) != 3 || us.Mappings == nil {
			t.Errorf("touch %s: of ourselves: %v %v", touch, f.Verdict, us.Zones)
		}
	}
}

// TestBusyHome: the owner opened a camera, a program the computer, and guests reach
// the home; each is told on its own device, once.
func TestBusyHome(t *testing.T) {
	router := quietHome()
	router.Zones[2].To = []string{"wan", "lan"}
	router.Forwards = []lan.Forward{
		way(lan.ByOwner, lan.TCP, 8080, cam, 80, "Camera"), way(lan.ByOwner, lan.TCP, 2222, netip.MustParseAddr("192.168.1.99"), 22, "old"),
		way(lan.ByOwner, lan.TCP, 22, netip.Addr{}, 22, "ssh from outside"),
	}
	router.Leases = []lan.Forward{way(lan.ByUPnP, lan.TCP, 51413, pc, 51413, "Transmission")}
	router.Flows = []lan.Flow{
		{Client: plug, Transport: lan.TCP, Port: 1883, Count: 3}, {Client: pc, Transport: lan.TCP, Port: 23, Count: 1}, {Client: cam, Transport: lan.TCP, Port: 80, Count: 7},
	}
	router.Unread = []string{"The wireless settings could not be read."}
	h := knows(t, router)
	h.Checks = append(h.Checks, check("asks", lan.Ask, always(lan.Pass)))
	s := h.sweep(t, want(lan.Ask))

	camera := at(t, s, cam)
	if f, _ := finding(camera, "port-forward"); f.Verdict != lan.Fail || f.Severity != lan.Soon || !strings.Contains(f.Evidence[0].Heard, "port 80 (http)") {
		t.Errorf("camera: %+v", f)
	}
	if len(camera.Clear) > 0 {
		t.Errorf("camera: what nobody recognised may be a computer: %v", camera.Clear)
	}
	program := at(t, s, pc)
	if f, _ := finding(program, "port-forward"); f.Verdict != lan.Fail || f.Severity != lan.WhenYouCan || !strings.Contains(f.Evidence[0].Said, "UPnP") {
		t.Errorf("computer: %+v", f)
	}
	if f, ok := finding(program, "cleartext-traffic"); program.Kind.Personal() != !ok || program.Kind.Personal() && len(program.Clear) > 0 {
		t.Errorf("a %s's traffic is told: %+v", program.Kind, f)
	}
	if f, _ := finding(at(t, s, plug), "cleartext-traffic"); f.Verdict != lan.LikelyFail || !strings.Contains(f.Evidence[0].Heard, "MQTT (tcp/1883) to the internet: 2 or more") {
		t.Errorf("plug: %+v", f)
	}
	us := at(t, s, self)
	if f, _ := finding(us, "port-forward"); f.Verdict != lan.Fail || !strings.HasPrefix(f.Title, "The router itself") || len(us.Reachable) != 2 {
		t.Errorf("ourselves: %+v", f)
	}
	if f, _ := finding(us, "guest-isolation"); f.Verdict != lan.Fail {
		t.Errorf("ourselves: %+v", f)
	}
	if _, ok := finding(us, "asks"); ok {
		t.Error("we were asked ourselves")
	}
	if _, ok := finding(us, "upnp-mapping"); ok || len(us.Mappings) != 1 || us.Mappings[0] != router.Leases[0].Mapping {
		t.Errorf("what a program opened is told twice, or not kept: %v", us.Mappings)
	}
	if !slices.Contains(s.Notes, router.Unread[0]) {
		t.Errorf("notes: %q", s.Notes)
	}
	if calls := strings.Join(h.road.calls, " "); strings.Contains(calls, self.String()) {
		t.Errorf("we asked ourselves: %s", calls)
	}
}

// TestUnreadRouter: what could not be read is no pass, and what was known before
// stays.
func TestUnreadRouter(t *testing.T) {
	for name, router := range map[string]lan.Router{"nothing": {}, "rules only": {Forwards: []lan.Forward{}}, "leases only": {Leases: []lan.Forward{}}} {
		h := knows(t, router)
		for _, d := range h.sweep(t, want(lan.Ask)).Devices {
			if f, ok := finding(d, "port-forward"); ok || d.Reachable != nil {
				t.Errorf("%s read: %+v", name, f)
			}
		}
	}
	open := way(lan.ByOwner, lan.TCP, 8080, cam, 80, "Camera")
	h := knows(t, lan.Router{Forwards: []lan.Forward{open}, Leases: []lan.Forward{}, Zones: quietHome().Zones})
	w := want(lan.Ask)
	w.Known = h.sweep(t, w).Devices
	h.Router = func(context.Context) lan.Router { return lan.Router{Leases: []lan.Forward{}} }
	s := h.sweep(t, w)
	if f, _ := finding(at(t, s, cam), "port-forward"); f.Verdict != lan.Fail || len(at(t, s, self).Zones) != 3 {
		t.Errorf("the settings could not be read, and the door is thought shut: %v", f.Verdict)
	}
	h.Router = nil
	if d := at(t, h.sweep(t, w), cam); d.Reachable != nil || len(d.Findings) > 0 {
		t.Errorf("a machine that is no router knows %v", d.Reachable)
	}
}

// TestZoneRules: a rule for a whole part of the home leads to each internet address
// there, at its ports.
func TestZoneRules(t *testing.T) {
	global := netip.MustParseAddr("2001:db8::20")
	r := &run{routing: routing{Router: quietHome()}}
	door := way(lan.ByOwner, lan.TCP, 22, netip.Addr{}, 22, "SSH")
	door.Zone = "lan"
	r.routing.Forwards = []lan.Forward{door}
	for _, tt := range []struct {
		device  lan.Device
		want    int
		unheard bool // whether it has an address that the way leads to is not known
	}{
		{lan.Device{Link: "br-lan", Addresses: []netip.Addr{cam, global}, Exposed: []netip.Addr{global}}, 1, false},
		{lan.Device{Link: "br-lan", Addresses: []netip.Addr{cam}}, 0, true},
		{lan.Device{Link: "br-guest", Addresses: []netip.Addr{global}, Exposed: []netip.Addr{global}}, 0, false},
		{lan.Device{Link: "br-lan", Self: true, Addresses: []netip.Addr{self, global}, Exposed: []netip.Addr{global}}, 0, false},
	} {
		got := r.reachable(tt.device, lan.Device{})
		if len(got) != tt.want || (got == nil) != tt.unheard || tt.want > 0 && (got[0].Client != global || got[0].Port != 22 || got[0].Zone != "") {
			t.Errorf("%+v: %v", tt.device, got)
		}
	}
	r.routing.Partial = true
	if got := r.reachable(lan.Device{Link: "br-guest"}, lan.Device{}); got != nil {
		t.Errorf("where there may be more: %v", got)
	}
}

// TestRouterOfTheStopped: a sweep that is stopped, or a device that turns up too late
// for it, does not make what the router knows unknown.
func TestRouterOfTheStopped(t *testing.T) {
	router := quietHome()
	router.Forwards = []lan.Forward{way(lan.ByOwner, lan.TCP, 8080, cam, 80, "Camera")}
	for _, when := range []string{"presence", "ports"} {
		h := knows(t, router)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if when == "presence" {
			h.Presence = append(h.Presence, Ear{source{"stop", func(context.Context, func(lan.Sighting)) error { cancel(); return nil }}, lan.Listen})
		} else {
			h.Checks = append(h.Checks, check("stops", lan.Look, func(context.Context, *probes.Pass) (lan.Verdict, error) { cancel(); return lan.Pass, nil }))
		}
		s, _ := Run(ctx, h.Parts, want(lan.Ask), Talk{})
		if f, _ := finding(at(t, s, cam), "port-forward"); ctx.Err() == nil || f.Verdict != lan.Fail {
			t.Errorf("stopped at the %s: %+v", when, at(t, s, cam))
		}
	}
}

// TestRouterOfTheLate: what is announced when all others are judged is judged by what
// the router knows.
func TestRouterOfTheLate(t *testing.T) {
	router := quietHome()
	last := netip.MustParseAddr("192.168.1.88")
	router.Forwards = []lan.Forward{way(lan.ByOwner, lan.TCP, 8080, last, 80, "Camera")}
	h := knows(t, router)
	judged, seen := make(chan struct{}), make(chan struct{})
	var once sync.Once
	h.Listeners = append(h.Listeners, Ear{source{"mdns", func(ctx context.Context, see func(lan.Sighting)) error {
		select {
		case <-judged:
			see(sight("mdns", last))
			close(seen)
		case <-ctx.Done():
		}
		return nil
	}}, lan.Listen})
	h.Checks = append(h.Checks, check("waits", lan.Look, func(context.Context, *probes.Pass) (lan.Verdict, error) {
		once.Do(func() { close(judged) })
		<-seen
		return lan.Pass, nil
	}))
	d := at(t, h.sweep(t, want(lan.Ask)), last)
	if f, _ := finding(d, "port-forward"); f.Verdict != lan.Fail || len(d.Findings) != 1 {
		t.Errorf("%+v", d)
	}
}

// TestUnmetTarget: a way to an address that nobody has is told of the router, and of
// the device alone where it only sleeps.
func TestUnmetTarget(t *testing.T) {
	router := quietHome()
	stale := netip.MustParseAddr("192.168.1.77")
	router.Forwards = []lan.Forward{way(lan.ByOwner, lan.TCP, 23, stale, 23, "cam")}
	h := knows(t, router)
	w := want(lan.Listen)
	if f, _ := finding(at(t, h.sweep(t, w), self), "port-forward"); f.Verdict != lan.Fail || f.Severity != lan.ActNow || !strings.Contains(f.Evidence[0].Heard, "port 23 of 192.168.1.77") {
		t.Errorf("%+v", f)
	}
	w.Known = []lan.Device{{ID: "nas", Addresses: []netip.Addr{stale}}}
	if f, _ := finding(at(t, h.sweep(t, w), self), "port-forward"); f.Verdict != lan.LikelyPass {
		t.Errorf("the device sleeps: %+v", f)
	}
}

// TestSentByDays: what is counted is remembered by the day and for a week, and
// changes at most daily.
func TestSentByDays(t *testing.T) {
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	now := noon
	r := &run{Parts: Parts{Now: func() time.Time { return now }}}
	d := lan.Device{Kind: "plug", Addresses: []netip.Addr{plug, cam}}
	step := func(hours int, counts ...int) lan.Flow {
		t.Helper()
		now, r.routing.Flows = noon.Add(time.Duration(hours)*time.Hour), nil
		for i, n := range counts {
			r.routing.Flows = append(r.routing.Flows, lan.Flow{Client: d.Addresses[i], Transport: lan.TCP, Port: 1883, Count: n})
		}
		if d.Clear = r.sent(d, d); len(d.Clear) != 1 {
			return lan.Flow{}
		}
		return d.Clear[0]
	}
	for i, tt := range []struct {
		hours, want, days int
		counts            []int
	}{{0, 5, 1, []int{3, 6}}, {1, 5, 1, []int{1}}, {2, 10, 1, []int{19}}, {3, 10, 1, nil}, {24, 2, 2, []int{4}}, {25, 2, 2, []int{2}}, {24 * 7, 2, 2, nil}, {24*8 + 13, 0, 0, nil}, {24 * 10, 1, 1, []int{1}}} {
		if got := step(tt.hours, tt.counts...); got.Count != tt.want || got.Days != tt.days {
			t.Errorf("step %d: %+v, want %d on %d days", i, got, tt.want, tt.days)
		}
	}
	for _, d.Kind = range []lan.Kind{"phone", "router", "ap"} {
		if got := r.sent(d, d); got != nil {
			t.Errorf("of a %s: %v", d.Kind, got)
		}
	}
	d.Kind = "plug"
	for i, want := range []int{1, 1, 0, 0} { // Telnet is not remembered for a week
		now, r.routing.Flows = now.Add(24*time.Hour), nil
		if i == 0 {
			r.routing.Flows = []lan.Flow{{Client: plug, Transport: lan.TCP, Port: 23, Count: 32}}
			d.Clear = nil
		}
		if d.Clear = r.sent(d, d); len(d.Clear) != want {
			t.Errorf("day %d after the last Telnet: %v", i, d.Clear)
		}
	}
	for kind, want := range map[lan.Kind]int{"tv": 1, "server": 0, "nas": 0, "": 0} {
		d = lan.Device{Kind: kind, Addresses: []netip.Addr{plug}, Clear: []lan.Flow{{Transport: lan.TCP, Port: 80, Seen: now}}}
		r.routing.Flows = []lan.Flow{{Client: plug, Transport: lan.TCP, Port: 80, Count: 1}}
		if got := r.sent(d, d); len(got) != want {
			t.Errorf("web traffic of a %s: %v", kind, got)
		}
	}
}
