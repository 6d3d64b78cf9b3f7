package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/census"
	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/discover/dhcp"
	"github.com/homesweep/homesweep/probes/discover/ssdp"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// dying is a household whose camera has many ports open and dies at the nth
// connection: from then on nobody finds it.
type dying struct {
	*home
	at    int  // the connection that kills it, counted from one; 0 never
	cut   bool // our own link is down
	away  bool // the camera is, for the moment
	dials int
	asks  []netip.Addr      // who was asked whether it lives, in order
	does  func(n int) error // at each connection, its number
}

func newDying(t *testing.T) *dying {
	d := &dying{home: newHome(t)}
	d.engine.open[cam] = []uint16{80, 81, 82, 83, 84, 85, 88, 8000, 8080, 8081, 8088, 8443, 9000, 9090, 9443, 10000, 554, 5000, 5001, 7000}
	d.Identify = func(ctx context.Context, r probes.Reach, ep lan.Endpoint, _ int, _ lan.Heard) (lan.Service, error) {
		conn, err := r.Dial(ctx, ep)
		if err != nil {
			return lan.Service{}, err
		}
		return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: "http"}, conn.Close()
	}
	d.Road = killer{d.home.road, d}
	d.Alive = func(_ context.Context, _ lan.Link, dev lan.Device, open []lan.Endpoint) bool {
		d.road.mu.Lock()
		defer d.road.mu.Unlock()
		if len(open) > 0 { // else it is asked to compare others with
			d.asks = append(d.asks, dev.Addresses[0])
		}
		return !d.cut && !(d.away && dev.Addresses[0] == cam) && (dev.Addresses[0] != cam || d.at == 0 || d.dials < d.at)
	}
	return d
}

// killer is the road on which the camera dies.
type killer struct {
	*road
	d *dying
}

func (k killer) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	if ep.Addr == cam {
		k.road.mu.Lock()
		k.d.dials++
		n, does := k.d.dials, k.d.does
		dead := k.d.cut || k.d.at > 0 && n >= k.d.at
		k.road.mu.Unlock()
		if does != nil {
			if err := does(n); err != nil {
				return nil, err
			}
		}
		if dead {
			return nil, fmt.Errorf("connect: %w", &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded})
		}
	}
	return k.road.Dial(ctx, ep)
}

// TestDeviceThatDies is noticed, left alone at once, with what was learned of it
// kept, and told of; and so it is in the next sweep.
func TestDeviceThatDies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newDying(t)
		h.at = 5
		h.Checks = []probes.Check{check("c", lan.Look, always(lan.Fail))}
		s := h.sweep(t, want(lan.Look))
		d := at(t, s, cam)
		if d.Suffered.Sign != fellSilent || !d.Suffered.At.Equal(s.Finished) || d.Class() != lan.Fragile {
			t.Errorf("it suffered %+v, class %s", d.Suffered, d.Class())
		}
		if h.dials > h.at+1 { // two at once are its class's
			t.Errorf("%d connections, it died at number %d", h.dials, h.at)
		}
		if len(d.Services) != 20 || len(d.Findings) != 0 {
			t.Errorf("%d services are kept of 20 open ports, and %v found", len(d.Services), d.Findings)
		}
		named := slices.DeleteFunc(slices.Clone(d.Services), func(s lan.Service) bool { return s.Name == lan.Unknown })
		if len(named) != 4 {
			t.Errorf("%d services are named, 4 were met", len(named))
		}
		if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], cam.String()) || !strings.Contains(s.Notes[0], "left alone until") {
			t.Errorf("the owner is told %q", s.Notes)
		}
		for _, other := range []netip.Addr{pc, plug} {
			if d := at(t, s, other); !d.Suffered.At.IsZero() || len(d.Findings) != 1 {
				t.Errorf("%s suffers with it: %+v", other, d)
			}
		}
		h.next(t, s, d)
	})
}

// next sweeps again, at once and after the rest.
func (h *dying) next(t *testing.T, s lan.Sweep, d lan.Device) {
	h.engine.targets, h.dials, h.at = nil, 0, 0
	w := want(lan.Look)
	w.Known = s.Devices
	there := func() {
		h.Presence = []Ear{{says("arp", sight("arp", pc), sight("arp", cam), sight("arp", plug)), lan.Listen}}
	}
	time.Sleep(lan.Rest - time.Second)
	there()
	again := at(t, h.sweep(t, w), cam)
	if _, asked := h.engine.asked(cam); asked || h.dials > 0 || again.Suffered != d.Suffered || len(again.Services) > 0 {
		t.Errorf("within the day it is asked %t, connected to %d times, suffered %+v", asked, h.dials, again.Suffered)
	}
	var text bytes.Buffer
	if err := MakePlan(t.Context(), h.Parts, w).Text(&text); err != nil || !strings.Contains(text.String(), "alone until") {
		t.Errorf("the plan does not say who rests: %v\n%s", err, text.String())
	}
	time.Sleep(2 * time.Second)
	there()
	again = at(t, h.sweep(t, w), cam)
	if target, asked := h.engine.asked(cam); !asked || target.Rate != lan.Fragile.Rate() || !slices.Equal(target.Ports, ports.Short()) {
		t.Errorf("a day later it is asked %t at %v, %d ports", asked, target.Rate, len(target.Ports))
	}
	if again.Suffered != d.Suffered || len(again.Findings) != 1 {
		t.Errorf("a day later it suffered %+v, findings %v", again.Suffered, again.Findings)
	}
}

// TestAskedAfterEachBatch: a device that bears it is asked whether it lives after
// each eight connections and at the end.
func TestAskedAfterEachBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newDying(t)
		s := h.sweep(t, want(lan.Look))
		asks := slices.DeleteFunc(h.asks, func(a netip.Addr) bool { return a != cam })
		if len(asks) != 3 || h.dials != 20 || !at(t, s, cam).Suffered.At.IsZero() || len(s.Notes) != 0 {
			t.Errorf("asked %d times in %d connections, %+v, notes %q", len(asks), h.dials, at(t, s, cam).Suffered, s.Notes)
		}
	})
}

// TestSilenceThatIsNoSuffering: when our own link fails everybody is silent, and
// who goes to sleep has not suffered.
func TestSilenceThatIsNoSuffering(t *testing.T) {
	for name, change := range map[string]func(*dying){
		"our own link is down": func(h *dying) { h.cut = true },
		"a phone": func(h *dying) {
			heard := sight("dhcp", cam)
			heard.Heard = lan.Heard{"dhcp.vendor_class": "android-dhcp-14", "dhcp.hostname": "Annas-iPhone"}
			heard.Names = []string{"Annas-iPhone"}
			h.Presence = append(h.Presence, Ear{says("dhcp", heard), lan.Listen})
			h.at = 5
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := newDying(t)
				change(h)
				s := h.sweep(t, want(lan.Look))
				if d := at(t, s, cam); !d.Suffered.At.IsZero() || len(d.Services) != 20 || len(s.Notes) > 0 {
					t.Errorf("kind %s suffered %+v, %d services, notes %q", d.Kind, d.Suffered, len(d.Services), s.Notes)
				}
			})
		})
	}
}

// TestStartsAnew: signs of a new start, and what looks like one. Whatever is said,
// the device itself must bear it out.
func TestStartsAnew(t *testing.T) {
	mac := sight("", cam).MAC
	probe := lan.Sighting{Source: "arp", MAC: mac}
	boot := func(n string) lan.Sighting {
		return lan.Sighting{Source: "ssdp", Addr: cam, ID: "udn:1", Heard: lan.Heard{ssdp.Boot: n}}
	}
	for name, c := range map[string]struct {
		heard []lan.Sighting
		want  string
	}{
		"asks whether its address is free": {[]lan.Sighting{probe}, startedAnew},
		"looks for a DHCP server":          {[]lan.Sighting{{Source: dhcp.Name, MAC: mac, Heard: lan.Heard{}}}, startedAnew},
		"renews its lease":                 {[]lan.Sighting{{Source: dhcp.Name, MAC: mac, Addr: cam}}, ""},
		"gives out leases":                 {[]lan.Sighting{{Source: dhcp.Name, MAC: mac, Heard: lan.Heard{dhcp.Server: "yes"}}}, ""},
		"announces its address":            {[]lan.Sighting{{Source: "arp", MAC: mac, Addr: cam}}, ""},
		"somebody says so":                 {[]lan.Sighting{{Source: "arp", MAC: mac, Claim: true}}, ""},
		"another does":                     {[]lan.Sighting{{Source: "arp", MAC: sight("", pc).MAC}}, ""},
		"counts one start more":            {[]lan.Sighting{boot("7"), boot("7"), boot("8")}, startedAnew},
		"counts as before":                 {[]lan.Sighting{boot("7"), boot("7"), boot("7")}, ""},
		"counts its messages":              {[]lan.Sighting{boot("7"), boot("8"), boot("9")}, ""},
		"counts backwards":                 {[]lan.Sighting{boot("7"), boot("7"), boot("1")}, ""},
		"another of its devices has more":  {[]lan.Sighting{boot("7"), boot("7"), {Source: "ssdp", Addr: cam, ID: "udn:2", Heard: lan.Heard{ssdp.Boot: "9"}}}, ""},
		"says what is no number":           {[]lan.Sighting{boot("7"), boot("7"), boot("99999999999999999999")}, ""},
	} {
		for _, b := range bearings {
			if b.away && c.want == "" {
				continue // it is then seen to be silent
			}
			t.Run(name+", "+b.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					h := newDying(t)
					h.announce(c.heard, probe, b)
					s := h.sweep(t, want(lan.Look))
					d, sign := at(t, s, cam), c.want
					if !b.out {
						sign = ""
					}
					if d.Suffered.Sign != sign || sign != "" && b.away && h.dials > 5 {
						t.Errorf("suffered %q after %d connections, want %q", d.Suffered.Sign, h.dials, sign)
					}
					if told := len(s.Notes) == 1 && strings.Contains(s.Notes[0], cam.String()); told != (c.want != "") || len(s.Notes) > 1 {
						t.Errorf("the owner is told %q", s.Notes)
					}
					if sign == "" && len(d.Services) < 19 {
						t.Errorf("%d services of 20", len(d.Services))
					}
				})
			})
		}
	}
}

// bearing is how the camera behaves while something is said of it.
type bearing struct {
	name string
	out  bool  // it bears it out
	away bool  // it does not answer
	cut  bool  // nobody does
	err  error // of a connection to an open port afterwards
}

var bearings = []bearing{
	{name: "and answers all the while"},
	{name: "and is away", out: true, away: true},
	{name: "and our own link is down", cut: true},
	{name: "and refuses then", out: true, err: &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}},
	{name: "while this machine is short of files", err: &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}},
}

// announce has heard said at the third connection to the camera, which then
// behaves as b says, and first before anything is asked of it: it may just have
// come.
func (h *dying) announce(heard []lan.Sighting, first lan.Sighting, b bearing) {
	meanwhile, said := make(chan struct{}), make(chan struct{})
	h.does = func(n int) error {
		if n == 3 {
			close(meanwhile)
		}
		if n >= 3 {
			<-said
		}
		if n == 4 {
			return b.err
		}
		return nil
	}
	h.Presence = append(h.Presence, Ear{says("listen", first), lan.Listen})
	h.Listeners = []Ear{{source{"listen", func(_ context.Context, see func(lan.Sighting)) error {
		defer close(said)
		<-meanwhile
		h.road.mu.Lock()
		h.away, h.cut = b.away, b.cut
		h.road.mu.Unlock()
		for _, s := range heard {
			s.Link, s.At = brLAN.Name, time.Now()
			see(s)
		}
		synctest.Wait() // until it is found out whether that is so
		return nil
	}}, lan.Look}}
}

// TestSufferedAtPorts: the port engine's word is believed unless nobody answers,
// and what it found open is kept.
func TestSufferedAtPorts(t *testing.T) {
	for _, cut := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			h := newDying(t)
			h.cut = cut
			h.Ports = altered{h.engine, func(r *ports.Result) { r.Suffered = true }}
			s := h.sweep(t, want(lan.Ask))
			d := at(t, s, cam)
			if sign := d.Suffered.Sign; cut != (sign == "") || !cut && (sign != fellSilentAtPorts || h.dials > 0) {
				t.Errorf("cut off %t: %q, %d connections", cut, sign, h.dials)
			}
			if len(d.Services) != 20 {
				t.Errorf("%d services", len(d.Services))
			}
		})
	}
}

// altered is an engine that says something else of the camera.
type altered struct {
	*engine
	change func(*ports.Result)
}

func (e altered) Scan(ctx context.Context, link lan.Link, list []ports.Target, sent func(int), done func(ports.Target, ports.Result)) (ports.Stats, error) {
	return e.engine.Scan(ctx, link, list, sent, func(t ports.Target, r ports.Result) {
		if t.Addr == cam {
			e.change(&r)
		}
		done(t, r)
	})
}

// TestCheckThatKills: a check is no safer than a question; what it found before
// is kept, and what it could not decide is no verdict.
func TestCheckThatKills(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newDying(t)
		h.at = 21 // all ports are named by then
		h.Checks = []probes.Check{
			check("before", lan.Look, always(lan.Fail)),
			check("killing", lan.Look, func(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
				if p.Device.Addresses[0] != cam {
					return lan.Pass, nil
				}
				_, err := p.Reach.Dial(ctx, tcp(cam, 80))
				return lan.Undecided, err
			}),
			check("after", lan.Look, always(lan.Pass)),
		}
		d := at(t, h.sweep(t, want(lan.Look)), cam)
		if d.Suffered.Sign != fellSilent || len(d.Findings) != 1 || d.Findings[0].Check != "before" {
			t.Errorf("suffered %+v, findings %v", d.Suffered, d.Findings)
		}
	})
}

// TestSufferingEndsDatagrams: nothing at all is asked of a device that suffers.
func TestSufferingEndsDatagrams(t *testing.T) {
	h := newDying(t)
	r := &run{Parts: h.Parts, want: want(lan.Ask)}
	r.canary = newCanary(r)
	p := r.canary.begin(t.Context(), lan.Device{Addresses: []netip.Addr{cam}}, brLAN)
	ctx, _ := p.inspected(t.Context())
	if _, err := r.road(ctx).Ask(ctx, tcp(cam, 161), nil); err != nil {
		t.Fatal(err)
	}
	p.stop(errSuffers)
	_, err := r.road(ctx).Ask(t.Context(), tcp(cam, 161), nil)
	_, dialled := r.road(ctx).Dial(t.Context(), tcp(cam, 80))
	if !errors.Is(err, errSuffers) || !errors.Is(dialled, errSuffers) || len(h.road.calls) != 1 {
		t.Errorf("asked %v, dialled %v, %v", err, dialled, h.road.calls)
	}
}

// TestStartsAnewAtPorts: who is heard to start while its ports are asked has
// suffered if it answered at any of them; else it was only just switched on.
func TestStartsAnewAtPorts(t *testing.T) {
	for answers, sign := range map[bool]string{true: startedAnew, false: ""} {
		synctest.Test(t, func(t *testing.T) {
			h := newDying(t)
			h.engine.delay, h.away = time.Second, true
			if !answers {
				h.engine.open[cam] = nil
			}
			h.Checks = []probes.Check{check("slow", lan.Look, func(context.Context, *probes.Pass) (lan.Verdict, error) {
				time.Sleep(3 * time.Second)
				return lan.Pass, nil
			})}
			h.Listeners = []Ear{{source{"listen", func(_ context.Context, see func(lan.Sighting)) error {
				for range 10 { // all through the scan and the checks
					time.Sleep(700 * time.Millisecond)
					see(lan.Sighting{Source: "arp", MAC: sight("", cam).MAC})
				}
				return nil
			}}, lan.Look}}
			if d := at(t, h.sweep(t, want(lan.Look)), cam); d.Suffered.Sign != sign || h.dials > 0 {
				t.Errorf("it answers %t: suffered %q after %d connections", answers, d.Suffered.Sign, h.dials)
			}
		})
	}
}

// TestTooLate: a sign that comes after all was asked is none.
func TestTooLate(t *testing.T) {
	h := newDying(t)
	r := &run{Parts: h.Parts, want: want(lan.Ask), census: census.New([]lan.Link{brLAN}, time.Time{}, nil, nil)}
	r.canary = newCanary(r)
	p := r.canary.begin(t.Context(), lan.Device{Addresses: []netip.Addr{cam}}, brLAN)
	p.lively = 1
	_, end := p.inspected(t.Context())
	if how := end(); how.Sign != "" {
		t.Errorf("suffered %q", how.Sign)
	}
	p.suffers(startedAnew)
	if p.suffered.Sign != "" || len(r.notes) > 0 {
		t.Errorf("suffered %q, notes %q", p.suffered.Sign, r.notes)
	}
}

// TestLapseAtPorts: a new start is believed of a device that was away while its
// ports were asked, and no device suffers that was away without having said so.
func TestLapseAtPorts(t *testing.T) {
	for said, sign := range map[bool]string{true: startedAnew, false: ""} {
		synctest.Test(t, func(t *testing.T) {
			h := newDying(t)
			h.engine.delay = time.Second
			h.Ports = altered{h.engine, func(r *ports.Result) { r.Lapsed = true }}
			h.Listeners = []Ear{{source{"listen", func(_ context.Context, see func(lan.Sighting)) error {
				time.Sleep(time.Second / 2) // in the midst of its ports
				if said {
					see(lan.Sighting{Source: "arp", MAC: sight("", cam).MAC})
				}
				return nil
			}}, lan.Look}}
			if d := at(t, h.sweep(t, want(lan.Look)), cam); d.Suffered.Sign != sign || said && h.dials > 0 {
				t.Errorf("said %t: suffered %q after %d connections", said, d.Suffered.Sign, h.dials)
			}
		})
	}
}

// TestCallsWithoutEnd: a forger that calls all the time costs the device three
// questions.
func TestCallsWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newDying(t)
		asked := 0
		h.Alive = func(_ context.Context, _ lan.Link, d lan.Device, open []lan.Endpoint) bool {
			if d.Addresses[0] == cam && len(open) == 0 {
				asked++
			}
			return true
		}
		h.engine.delay = time.Minute
		h.Listeners = []Ear{{source{"listen", func(_ context.Context, see func(lan.Sighting)) error {
			for range 1000 {
				time.Sleep(50 * time.Millisecond)
				see(lan.Sighting{Source: "arp", MAC: sight("", cam).MAC})
			}
			return nil
		}}, lan.Look}}
		if d := at(t, h.sweep(t, want(lan.Look)), cam); asked != maxDoubts || !d.Suffered.At.IsZero() || len(d.Services) != 20 {
			t.Errorf("asked %d times, suffered %+v, %d services", asked, d.Suffered, len(d.Services))
		}
	})
}

// TestOneAddressFallsSilent: who answers at another address of its own lives, and
// is asked all; so is one of which the kernel has lost just one address.
func TestOneAddressFallsSilent(t *testing.T) {
	h := newDying(t)
	r := &run{Parts: h.Parts, want: want(lan.Ask), census: census.New([]lan.Link{brLAN}, time.Time{}, nil, nil)}
	r.canary = newCanary(r)
	r.census.See(sight("arp", pc)) // who answers, so that it is not our link
	dead := ports.Result{Suffered: true, Unreachable: true}
	for name, c := range map[string]struct {
		results []ports.Result
		sign    string
		gone    bool
	}{
		"one of two":        {[]ports.Result{dead, {Closed: 3}}, "", false},
		"the only one":      {[]ports.Result{dead}, fellSilentAtPorts, true},
		"both":              {[]ports.Result{dead, dead}, fellSilentAtPorts, true},
		"and one not its":   {[]ports.Result{dead, {Unreachable: true}}, fellSilentAtPorts, true},
		"and one of no use": {[]ports.Result{dead, {Silent: 3}}, fellSilentAtPorts, false},
	} {
		d := lan.Device{ID: name, Link: brLAN.Name, Addresses: []netip.Addr{cam}}
		a := &asked{device: d, addrs: make([]netip.Addr, len(c.results)), left: len(c.results), found: newArrivals(), pulse: r.canary.begin(t.Context(), d, brLAN)}
		for _, result := range c.results {
			a.take(ports.Target{Addr: cam}, result)
		}
		_, end := a.pulse.inspected(t.Context())
		a.pulse.decided(a.open)
		if how := end(); how.Sign != c.sign || a.gone != c.gone {
			t.Errorf("%s: suffered %q, gone %t", name, how.Sign, a.gone)
		}
	}
}

// TestMostStartAnew: when the power came back, or somebody would have all of them
// left alone, none of the devices has suffered, and the owner is told.
func TestMostStartAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newDying(t)
		h.engine.open[pc], h.engine.open[plug] = []uint16{80}, []uint16{80}
		h.engine.delay = time.Second
		h.Ports = altered{h.engine, func(r *ports.Result) { r.Lapsed = true }}
		h.Listeners = []Ear{{source{"listen", func(_ context.Context, see func(lan.Sighting)) error {
			time.Sleep(time.Second / 2)
			for _, addr := range []netip.Addr{cam, pc, plug} {
				see(lan.Sighting{Source: "arp", MAC: sight("", addr).MAC})
			}
			return nil
		}}, lan.Look}}
		s := h.sweep(t, want(lan.Look))
		if d := at(t, s, cam); !d.Suffered.At.IsZero() || len(d.Services) != 20 {
			t.Errorf("suffered %+v, %d services", d.Suffered, len(d.Services))
		}
		if !slices.ContainsFunc(s.Notes, func(n string) bool { return strings.Contains(n, "as most devices were") }) {
			t.Errorf("the owner is told %q", s.Notes)
		}
	})
}

// TestUnanswered: only the silence of a port that had answered bears anything out.
func TestUnanswered(t *testing.T) {
	r := &run{}
	p := newCanary(r).begin(t.Context(), lan.Device{}, brLAN)
	p.open = []lan.Endpoint{tcp(cam, 80), tcp(cam, 443)}
	secure := tcp(cam, 443)
	secure.TLS = true
	for _, c := range []struct {
		ep   lan.Endpoint
		want bool
	}{{tcp(cam, 81), false}, {tcp(pc, 80), false}, {lan.Endpoint{Addr: cam, Transport: lan.UDP, Port: 80}, false}, {secure, true}} {
		if p.unanswered(c.ep); p.lapsed != c.want {
			t.Errorf("%s: %t", c.ep, p.lapsed)
		}
	}
}
