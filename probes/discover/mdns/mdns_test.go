package mdns

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	responder "github.com/hashicorp/mdns"
	"github.com/miekg/dns"
	"golang.org/x/sys/unix"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// zone answers each question with the records kept under its name.
type zone map[string][]dns.RR

func (z zone) Records(q dns.Question) []dns.RR { return z[strings.ToLower(q.Name)] }

// records parses zone file lines.
func records(t testing.TB, lines ...string) []dns.RR {
	t.Helper()
	var all []dns.RR
	for _, l := range lines {
		rr, err := dns.NewRR(l)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rr)
	}
	return all
}

// respond makes p a responder that gives z's answers.
func respond(t testing.TB, p *netns.Peer, z zone) {
	t.Helper()
	var server *responder.Server
	var err error
	p.Do(func() {
		var eth *net.Interface
		if eth, err = net.InterfaceByName("eth0"); err == nil {
			server, err = responder.NewServer(&responder.Config{Zone: z, Iface: eth, Logger: silent})
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Shutdown() })
}

// bridge is a home hub with a service that nobody else knows the type of.
func bridge(t testing.TB) zone {
	return zone{
		"_services._dns-sd._udp.local.": records(t,
			"_services._dns-sd._udp.local. 120 IN PTR _hap._tcp.local.",
			"_services._dns-sd._udp.local. 120 IN PTR _acme-lamp._udp.local.",
			"_services._dns-sd._udp.local. 120 IN PTR nonsense.local."),
		"_hap._tcp.local.": records(t,
			"_hap._tcp.local. 120 IN PTR Hub\\ One._hap._tcp.local.",
			"Hub\\ One._hap._tcp.local. 120 IN SRV 0 0 8080 hub.local.",
			"Hub\\ One._hap._tcp.local. 120 IN TXT \"id=AA:BB:CC:00:11:22\" \"md=BSB002\"",
			"hub.local. 120 IN A 192.0.2.2"),
		"_acme-lamp._udp.local.": records(t,
			"_acme-lamp._udp.local. 120 IN PTR K\\195\\188che._acme-lamp._udp.local.",
			"K\\195\\188che._acme-lamp._udp.local. 120 IN SRV 0 0 5540 hub.local.",
			"K\\195\\188che._acme-lamp._udp.local. 120 IN TXT \"fw=1.2\"",
			"hub.local. 120 IN A 192.0.2.2",
			"hub.local. 120 IN A 203.0.113.7"),
		// Not listed: found only by asking for it directly.
		"_shelly._tcp.local.": records(t,
			"_shelly._tcp.local. 120 IN PTR shelly1-abc._shelly._tcp.local.",
			"shelly1-abc._shelly._tcp.local. 120 IN SRV 0 0 80 shelly1-abc.local.",
			"shelly1-abc._shelly._tcp.local. 120 IN TXT \"gen=2\"",
			"shelly1-abc.local. 120 IN A 192.0.2.2"),
		// Names its instance and tells the rest only when asked again.
		"_mqtt._tcp.local.":        records(t, "_mqtt._tcp.local. 120 IN PTR broker._mqtt._tcp.local."),
		"broker._mqtt._tcp.local.": records(t, "broker._mqtt._tcp.local. 120 IN SRV 0 0 1883 hub.local."),
	}
}

// discover runs the source, faster than usual, and returns the IPv4 sightings by
// service type.
func discover(t *testing.T, link lan.Link) map[string]lan.Sighting {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	seen := map[string]lan.Sighting{}
	s := source{phases{whole: 1500 * time.Millisecond, meta: time.Second, listed: 300 * time.Millisecond, direct: 300 * time.Millisecond}}
	err := s.Discover(ctx, link, func(s lan.Sighting) {
		if s.Addr.Is4() {
			seen[s.Heard[lan.MDNSTypes]] = s
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return seen
}

func TestDiscover(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	netns.Route(t, "home0")
	respond(t, p, bridge(t))
	before := runtime.NumGoroutine()
	seen := discover(t, p.Link)
	settle(t, before)

	hub := seen["_hap._tcp"]
	if hub.ID != "hap:aa:bb:cc:00:11:22" || hub.Addr.String() != "192.0.2.2" || !slices.Equal(hub.Names, []string{"Hub One", "hub"}) {
		t.Errorf("the hub is %+v", hub)
	}
	lamp := seen["_acme-lamp._udp"]
	if lamp.Heard[lan.MDNS("_acme-lamp._udp", "fw")] != "1.2" || !slices.Equal(lamp.Names, []string{"Küche", "hub"}) {
		t.Errorf("the lamp is %+v", lamp)
	}
	if len(lamp.Endpoints) != 1 || lamp.Endpoints[0].String() != "udp/192.0.2.2:5540" {
		t.Errorf("the lamp is at %v", lamp.Endpoints)
	}
	if shelly := seen["_shelly._tcp"]; shelly.Heard[lan.MDNS("_shelly._tcp", "gen")] != "2" {
		t.Errorf("the plug is %+v", shelly)
	}
	if mqtt := seen["_mqtt._tcp"]; len(mqtt.Endpoints) != 1 || mqtt.Endpoints[0].String() != "tcp/192.0.2.2:1883" {
		t.Errorf("the broker is %+v", mqtt)
	}
	if len(seen) != 4 {
		t.Errorf("saw %v", seen)
	}
}

// settle waits until the libraries' goroutines are gone: they end soon after
// their sockets are closed.
func settle(t *testing.T, before int) {
	t.Helper()
	for range 10_000_000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		runtime.Gosched()
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), stacks[:runtime.Stack(stacks, true)])
}

// TestRouter has the default route, and so the kernel's choice for multicast,
// on another interface: nothing may be sent or joined there.
func TestRouter(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	wan := netns.New(t, "wan0", "198.51.100.1/24", "198.51.100.2/24")
	netns.Route(t, "wan0")
	respond(t, p, bridge(t))
	if joinsHere(p.Link) {
		t.Error("the library would join the group on the way to the internet")
	}
	if !joinsHere(wan.Link) {
		t.Error("the kernel's choice is not recognised")
	}
	seen := discover(t, p.Link)
	if seen["_shelly._tcp"].Addr.String() != "192.0.2.2" {
		t.Error("a type that nobody lists was not asked for")
	}
	if seen["_hap._tcp"].ID == "" || seen["_acme-lamp._udp"].Addr.String() != "192.0.2.2" {
		t.Errorf("saw %v", seen)
	}
}

// TestIPv6Only has a device that only IPv6 reaches, in a home without IPv4.
func TestIPv6Only(t *testing.T) {
	p := netns.New(t, "home0", "fe80::1/64", "fe80::2/64")
	respond(t, p, zone{"_hap._tcp.local.": records(t,
		"_hap._tcp.local. 120 IN PTR Lock._hap._tcp.local.",
		"Lock._hap._tcp.local. 120 IN SRV 0 0 8080 lock.local.",
		"lock.local. 120 IN AAAA fe80::2")})
	var seen []lan.Sighting
	s := source{phases{whole: time.Second, meta: 500 * time.Millisecond, listed: 300 * time.Millisecond, direct: 300 * time.Millisecond}}
	if err := s.Discover(t.Context(), p.Link, func(s lan.Sighting) { seen = append(seen, s) }); err != nil {
		t.Error(err)
	}
	if len(seen) != 1 || seen[0].Addr.String() != "fe80::2" || seen[0].Claim || !slices.Equal(seen[0].Names, []string{"Lock", "lock"}) {
		t.Errorf("saw %+v", seen)
	}
}

func TestDiscoverEndsWithContext(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	netns.Route(t, "home0")
	respond(t, p, bridge(t))
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	if err := New().Discover(ctx, p.Link, func(lan.Sighting) { n++; cancel() }); err != nil || n == 0 {
		t.Errorf("%d sightings, %v", n, err)
	}
	settle(t, before)
}

// avahiServices are the daemon's static services: two of one type, so that one
// packet holds several instances.
const avahiServices = `<?xml version="1.0" standalone='no'?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name replace-wildcards="yes">Files on %h</name>
<service><type>_smb._tcp</type><port>445</port></service>
<service><type>_http._tcp</type><port>8080</port><txt-record>path=/admin</txt-record></service></service-group>`

func TestAvahi(t *testing.T) {
	daemon, err := exec.LookPath("avahi-daemon")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must have avahi-daemon")
		}
		t.Skip("avahi-daemon is not installed")
	}
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	netns.Route(t, "home0")
	if ids, _ := os.ReadFile("/proc/self/uid_map"); strings.HasSuffix(strings.TrimSpace(string(ids)), " 1") {
		t.Skip("avahi-daemon wants a second user id, which this user may not have")
	}
	for _, dir := range []string{"/run", "/etc/avahi/services"} {
		if err := unix.Mount("tmpfs", dir, "tmpfs", 0, ""); err != nil {
			t.Skipf("mounting over %s: %v", dir, err)
		}
		t.Cleanup(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
	}
	conf := filepath.Join(t.TempDir(), "avahi.conf")
	write(t, "/etc/avahi/services/test.service", avahiServices)
	write(t, conf, "[server]\nhost-name=attic\nuse-ipv6=no\nallow-interfaces=eth0\nenable-dbus=no\n[publish]\npublish-workstation=yes\n")
	p.Start(t, daemon, "--no-drop-root", "--no-chroot", "--no-rlimits", "-f", conf)

	seen := map[string]lan.Sighting{}
	for range 6 { // the daemon takes a second or two to claim its name
		if seen = discover(t, p.Link); len(seen) >= 3 {
			break
		}
	}
	if web := seen["_http._tcp"]; web.Addr.String() != "192.0.2.2" || !slices.Equal(web.Names, []string{"Files on attic", "attic"}) ||
		web.Heard[lan.MDNS("_http._tcp", "path")] != "/admin" || len(web.Endpoints) != 1 || web.Endpoints[0].Port != 8080 {
		t.Errorf("the web page is %+v", web)
	}
	if seen["_smb._tcp"].Addr.String() != "192.0.2.2" || !slices.Equal(seen["_workstation._tcp"].Names, []string{"attic"}) {
		t.Errorf("saw %v", seen)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPhasesFit(t *testing.T) {
	if usual.whole > 3*time.Second || max(usual.meta, usual.direct, usual.listed) > usual.whole {
		t.Errorf("%+v", usual)
	}
	if n := len(questions(dns.TypePTR, fqdns(wellKnown)...)); n > 2 {
		t.Errorf("%d packets of questions", n)
	}
	for _, k := range simple {
		if !slices.Contains(wellKnown, k) {
			t.Errorf("%s is not well known", k)
		}
	}
}

func fqdns(kinds []string) (names []string) {
	for _, k := range kinds {
		if _, ok := serviceType(k); !ok || slices.Contains(names, k+".local.") {
			panic(k)
		}
		names = append(names, k+".local.")
	}
	return append(names, meta+".local.")
}

func TestQuestions(t *testing.T) {
	var names []string
	for i := range 100 {
		names = append(names, fmt.Sprintf("%s%02d._tcp.local.", strings.Repeat("x", 55), i))
	}
	names = append(names, strings.Repeat("y", 64)+".local.") // no label
	n := 0
	for _, b := range questions(dns.TypePTR, names...) {
		var m dns.Msg
		if err := m.Unpack(b); err != nil || len(b) > maxPacket || m.RecursionDesired || m.Response {
			t.Fatalf("%d bytes, %v", len(b), err)
		}
		for _, q := range m.Question {
			if q.Name != names[n] || q.Qclass != dns.ClassINET|unicast {
				t.Errorf("question %d is %v", n, q)
			}
			n++
		}
	}
	if n != 100 {
		t.Errorf("%d questions", n)
	}
}

// BenchmarkAnnouncements is a whole Discover in a home with one device, with its
// usual times.
func BenchmarkAnnouncements(b *testing.B) {
	p := netns.New(b, "home0", "192.0.2.1/24", "192.0.2.2/24")
	netns.Route(b, "home0")
	respond(b, p, bridge(b))
	for b.Loop() {
		n := 0
		if err := New().Discover(b.Context(), p.Link, func(lan.Sighting) { n++ }); err != nil || n < 4 {
			b.Fatalf("%d sightings, %v", n, err)
		}
	}
}
