package sweep

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ports"
)

// The household of these tests: a camera nobody recognises, a plug and a PC.
var (
	cam  = netip.MustParseAddr("192.168.1.20")
	plug = netip.MustParseAddr("192.168.1.21")
	pc   = netip.MustParseAddr("192.168.1.22")
	self = netip.MustParseAddr("192.168.1.1")
)

var brLAN = lan.Link{
	Name: "br-lan", MAC: lan.MAC{0, 0x11, 0x22, 0, 0, 1}, Addrs: []netip.Addr{self},
	Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")},
}

// heard is what makes a device's class known at once.
var heard = map[netip.Addr]lan.Heard{
	plug: {"dhcp.hostname": "eWeLink_1000abcd12"},
	pc:   {"ssdp.server": "Microsoft-Windows/10.0 UPnP/1.0 UPnP-Device-Host/1.0"},
}

// sight is the sighting of addr by source; its MAC ends as the address does.
func sight(source string, addr netip.Addr, announced ...lan.Endpoint) lan.Sighting {
	ip := addr.As4()
	return lan.Sighting{
		Source: source, At: time.Now(), Link: brLAN.Name, MAC: lan.MAC{0, 0x11, 0x22, 0, 1, ip[3]}, Addr: addr,
		Heard: heard[addr].Clone(), Endpoints: announced,
	}
}

func tcp(addr netip.Addr, port uint16) lan.Endpoint {
	return lan.Endpoint{Addr: addr, Transport: lan.TCP, Port: port}
}

// source is a probes.Source whose work is a function.
type source struct {
	name string
	work func(ctx context.Context, see func(lan.Sighting)) error
}

func (s source) Name() string { return s.name }

func (s source) Discover(ctx context.Context, _ lan.Link, see func(lan.Sighting)) error {
	return s.work(ctx, see)
}

// says is a source that hears these at once.
func says(name string, list ...lan.Sighting) source {
	return source{name, func(_ context.Context, see func(lan.Sighting)) error {
		for _, s := range list {
			see(s)
		}
		return nil
	}}
}

// engine finds the ports that stand in open, and keeps what it was asked.
type engine struct {
	name  string
	open  map[netip.Addr][]uint16
	err   error // instead of a scan
	delay time.Duration

	mu      sync.Mutex
	targets []ports.Target
}

func (e *engine) Name() string { return e.name }

func (e *engine) Scan(ctx context.Context, _ lan.Link, targets []ports.Target, sent func(int), done func(ports.Target, ports.Result)) (ports.Stats, error) {
	e.mu.Lock()
	e.targets = append(e.targets, targets...)
	e.mu.Unlock()
	if e.err != nil {
		return ports.Stats{}, e.err
	}
	stats := ports.Stats{}
	for _, t := range targets {
		select {
		case <-time.After(e.delay):
			sent(len(t.Ports))
			stats.Sent += len(t.Ports)
		case <-ctx.Done():
		}
		done(t, ports.Result{Open: e.open[t.Addr]})
	}
	return stats, ctx.Err()
}

// asked is the target made for addr.
func (e *engine) asked(addr netip.Addr) (t ports.Target, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.targets, func(t ports.Target) bool { return t.Addr == addr })
	if i < 0 {
		return t, false
	}
	return e.targets[i], true
}

// road counts what goes over it. Every connection greets, then ends.
type road struct {
	mu      sync.Mutex
	calls   []string
	written int
	known   []lan.Device
}

func (r *road) say(call string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, call)
}

func (r *road) Dial(_ context.Context, ep lan.Endpoint) (net.Conn, error) {
	r.say("dial " + ep.String())
	return &greeter{Reader: bytes.NewReader([]byte("220 hello\r\n")), road: r}, nil
}

func (r *road) Ask(_ context.Context, ep lan.Endpoint, _ []byte) ([]byte, error) {
	r.say("ask " + ep.String())
	return []byte("answer"), nil
}

func (r *road) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, r.Dial) }

func (r *road) Know(d lan.Device) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known = append(r.known, d)
}

func (r *road) Met(lan.Endpoint) int { return 0 }

func (r *road) Count() (connections, datagrams int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls), 0
}

// greeter is a connection that counts what is written to it.
type greeter struct {
	io.Reader
	net.Conn
	road *road
}

func (g *greeter) Read(b []byte) (int, error) { return g.Reader.Read(b) }
func (g *greeter) Write(b []byte) (int, error) {
	g.road.mu.Lock()
	defer g.road.mu.Unlock()
	g.road.written += len(b)
	return len(b), nil
}
func (g *greeter) Close() error                     { return nil }
func (g *greeter) SetDeadline(time.Time) error      { return nil }
func (g *greeter) SetReadDeadline(time.Time) error  { return nil }
func (g *greeter) SetWriteDeadline(time.Time) error { return nil }

// names keeps which endpoints were identified, with how many connections.
type names struct {
	mu   sync.Mutex
	list map[string][]int
}

func (n *names) identify(_ context.Context, _ probes.Reach, ep lan.Endpoint, connections int, _ lan.Heard) (lan.Service, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.list == nil {
		n.list = map[string][]int{}
	}
	n.list[ep.String()] = append(n.list[ep.String()], connections)
	if ep.Transport == lan.UDP {
		return lan.Service{}, errors.New("no answer")
	}
	return lan.Service{Address: ep.Addr, Transport: ep.Transport, Port: ep.Port, Name: "http"}, nil
}

// asked is with how many connections ep was identified, each time.
func (n *names) asked(ep lan.Endpoint) []int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.list[ep.String()]
}

func (n *names) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.list)
}

var base = sync.OnceValues(knowledge.Load)

// home is one household with its fakes in view.
type home struct {
	Parts
	engine *engine
	road   *road
	names  *names
	log    *bytes.Buffer
}

// newHome is a household with the three devices, of which the camera serves
// port 80, at a machine that has a raw socket.
func newHome(t *testing.T) *home {
	t.Helper()
	b, err := base()
	if err != nil {
		t.Fatal(err)
	}
	h := &home{
		engine: &engine{name: "raw", open: map[netip.Addr][]uint16{cam: {80}}},
		road:   &road{}, names: &names{}, log: &bytes.Buffer{},
	}
	h.Parts = Parts{
		Presence: []Ear{{says("arp", sight("arp", pc), sight("arp", cam), sight("arp", plug)), lan.Listen}},
		Ports:    h.engine, Identify: h.names.identify, Road: h.road, Knowledge: b, Rung: "raw",
		Now: time.Now, Log: slog.New(slog.NewTextHandler(h.log, nil)),
	}
	return h
}

// announce adds a source that is heard at touch look.
func (h *home) announce(s source) { h.Announcements = append(h.Announcements, Ear{s, lan.Look}) }

func want(touch lan.Touch) Want {
	return Want{Tool: "homesweep test", Links: []lan.Link{brLAN}, Touch: touch, Logins: probes.Documented}
}

// sweep runs one that is expected to come to its end.
func (h *home) sweep(t *testing.T, w Want) lan.Sweep {
	t.Helper()
	s, err := Run(t.Context(), h.Parts, w, Talk{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// at is the device of s that has addr.
func at(t *testing.T, s lan.Sweep, addr netip.Addr) lan.Device {
	t.Helper()
	for _, d := range s.Devices {
		if slices.Contains(d.Addresses, addr) {
			return d
		}
	}
	t.Fatalf("%s is missing in %d devices", addr, len(s.Devices))
	return lan.Device{}
}

// check is one for each device as a whole, from touch on.
func check(id string, touch lan.Touch, run func(context.Context, *probes.Pass) (lan.Verdict, error)) probes.Check {
	return probes.Check{
		ID: id, Topic: "Topic of " + id, Title: "Title of " + id, Advice: "Advice of " + id,
		Guideline: 3, Provision: "5.3-2", Severity: lan.Soon, Touch: touch,
		Applies: func(_ lan.Device, s lan.Service) bool { return s.Port == 0 },
		Run:     run,
	}
}

// always is the run of a check that comes to v.
func always(v lan.Verdict) func(context.Context, *probes.Pass) (lan.Verdict, error) {
	return func(context.Context, *probes.Pass) (lan.Verdict, error) { return v, nil }
}
