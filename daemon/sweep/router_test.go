package sweep

import (
	"context"
	"net/netip"
	"slices"
	"strings"
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
		return !(lan.Finding{Check: c.ID}).ByRouter() && c.ID != "upnp-mapping" && c.ID != "upnp-igd"
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
		if f, _ := finding(us, "guest-isolation"); !us.Self || f.Verdict != lan.Pass || len(us.Zones) != 3 || us.Mappings == nil {
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
	if camera.Heard[lan.IGDForwarded] != "tcp/80" || len(camera.Clear) > 0 {
		t.Errorf("camera: %q, and what nobody recognised may be a computer: %v", camera.Heard[lan.IGDForwarded], camera.Clear)
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
	if f, _ := finding(us, "port-forward"); f.Verdict != lan.Fail || !strings.HasPrefix(f.Title, "The router itself") || len(us.Reachable) != 1 {
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

// TestUnguarded: where the firewall lets the internet through to a part of the home,
// who has an internet address there can be reached at every port.
func TestUnguarded(t *testing.T) {
	global := netip.MustParseAddr("2001:db8::20")
	d := lan.Device{Link: "br-lan", Addresses: []netip.Addr{cam, global}, Exposed: []netip.Addr{global}}
	r := &run{routing: routing{Router: quietHome()}}
	if got := r.reachable(d, lan.Device{}); got == nil || len(got) > 0 {
		t.Errorf("guarded: %v", got)
	}
	r.routing.Zones[1].To = []string{"lan"}
	if got := r.reachable(d, lan.Device{}); len(got) != 1 || got[0].Client != global || got[0].Port != 0 || got[0].For != "forwarding from wan to lan" {
		t.Errorf("open: %v", got)
	}
	d.Exposed, d.Link = nil, "br-lan"
	if got := r.reachable(d, lan.Device{}); len(got) > 0 {
		t.Errorf("without an internet address: %v", got)
	}
	d.Exposed, d.Link = []netip.Addr{global}, "br-guest"
	if got := r.reachable(d, lan.Device{}); len(got) > 0 {
		t.Errorf("in another part: %v", got)
	}
}

// TestDoorsOfRanges: which services are said to be reachable.
func TestDoorsOfRanges(t *testing.T) {
	services := []lan.Service{{Transport: lan.TCP, Port: 22}, {Transport: lan.TCP, Port: 80}, {Transport: lan.UDP, Port: 53}}
	wide, all, few := way("", lan.TCP, 8000, cam, 20, ""), way("", "", 0, cam, 0, ""), way("", lan.TCP, 80, cam, 80, "")
	wide.Last, few.From = 8010, "198.51.100.7"
	for _, tt := range []struct {
		way  lan.Forward
		want string
	}{{wide, "tcp/20 tcp/22"}, {all, "tcp/22 tcp/80 udp/53"}, {few, ""}, {way("", lan.TCP, 80, cam, 80, ""), "tcp/80"}} {
		if got := strings.Join(doors(lan.Device{Reachable: []lan.Forward{tt.way}, Services: services}), " "); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.way, got, tt.want)
		}
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
	d.Kind = "phone"
	if got := r.sent(d, d); got != nil {
		t.Errorf("of a phone: %v", got)
	}
}
