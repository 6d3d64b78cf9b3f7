package ssdp

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text string
		want answer
		ok   bool
	}{
		{"HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nLOCATION: http://192.168.1.1:49000/igddesc.xml\r\nSERVER: FRITZ!Box 7590 UPnP/1.0 AVM\r\nEXT:\r\nST: upnp:rootdevice\r\nUSN: uuid:7580::upnp:rootdevice\r\n\r\n",
			answer{location: "http://192.168.1.1:49000/igddesc.xml", server: "FRITZ!Box 7590 UPnP/1.0 AVM", uuid: "uuid:7580", about: "upnp:rootdevice"}, true},
		{"HTTP/1.0 200 OK\nlocation:http://h/\n  Server : a\tb\nUsn:uuid:1", answer{location: "http://h/", server: "a b", uuid: "uuid:1"}, true},
		{"HTTP/1.1 200 OK", answer{}, true},
		{"NOTIFY * HTTP/1.1\r\nLOCATION: http://x/\r\n", answer{}, false},
		{"HTTP/1.1 404 Not Found\r\n", answer{}, false},
		{"", answer{}, false},
	} {
		if got, ok := parse([]byte(c.text)); ok != c.ok || ok && got != c.want {
			t.Errorf("%q: %+v, %t", c.text, got, ok)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nLOCATION: http://192.168.1.1:49000/a?b#c\r\nUSN: uuid:1::x\r\nSERVER: \xff\x00\r\n\r\n"))
	device := netip.MustParseAddr("192.168.1.1")
	f.Add([]byte("NOTIFY * HTTP/1.1\r\nLOCATION: http://192.168.1.1:80/\r\nNT: upnp:rootdevice\r\nNTS: ssdp:byebye\r\nUSN: uuid:1::x\r\n\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, ok := Hear(b); ok {
			for _, ep := range s.Endpoints {
				if !ep.Addr.IsValid() || ep.Port == 0 || s.Gone {
					t.Fatalf("%q gave %+v", b, s)
				}
			}
			if s.Source != Name || strings.ContainsAny(s.ID, " \x00") || len(s.Heard) > lan.MaxFields {
				t.Fatalf("%q gave %+v", b, s)
			}
		}
		a, ok := parse(b)
		if !ok {
			return
		}
		if strings.ContainsAny(udn(a.uuid), " \x00") || a.server != lan.Printable(a.server, lan.MaxValue) {
			t.Fatalf("%q gave %+v", b, a)
		}
		if ep, path, err := place(a.location, device); err == nil && (ep.Addr != device || ep.Port == 0 || strings.ContainsAny(path, "\r\n ")) {
			t.Fatalf("%q leads to %s %q", a.location, ep, path)
		}
	})
}

func TestPlace(t *testing.T) {
	device := netip.MustParseAddr("192.168.1.1")
	for location, want := range map[string]string{
		"http://192.168.1.1:49000/a.xml?x=1#y":            "tcp/192.168.1.1:49000 /a.xml?x=1",
		"http://192.168.1.1":                              "tcp/192.168.1.1:80 /",
		"HTTP://[::ffff:192.168.1.1]:81/":                 "tcp/192.168.1.1:81 /",
		"https://192.168.1.1/":                            "not plain HTTP",
		"file:///etc/passwd":                              "not plain HTTP",
		"http://192.168.1.2/":                             "another device: 192.168.1.2",
		"http://127.0.0.1:8080/":                          "another device",
		"http://fritz.box/":                               "names a host",
		"http://admin:admin@192.168.1.1/":                 "login",
		"http://192.168.1.1:0/":                           "no such port",
		"http://192.168.1.1:99999/":                       "no such port",
		"http://192.168.1.1:x/":                           "no URL",
		"":                                                "not plain HTTP",
		"http://192.168.1.1/" + strings.Repeat("a", 2000): "too long",
	} {
		ep, path, err := place(location, device)
		got := ep.String() + " " + path
		if err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%.60q leads to %q, want %q", location, got, want)
		}
	}
}

func TestAnswersAreBounded(t *testing.T) {
	link := lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}}
	banned := netip.MustParseAddr("10.0.0.7")
	fetched := 0
	h := &heard{link: link, allow: func(a netip.Addr) bool { return a != banned }, fetch: func(*device) { fetched++ }, devices: map[netip.Addr]*device{}}
	from := netip.MustParseAddr("10.0.0.1")
	for range 2 * maxDevices {
		for n := range 2 * perDevice {
			h.answer(from, fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nLOCATION: http://%s/%d\r\n", from, n))
		}
		from = from.Next()
	}
	h.answer(netip.MustParseAddr("10.1.0.1"), []byte("HTTP/1.1 200 OK\r\n"))
	if len(h.devices) != maxDevices || h.places != inAll || h.devices[banned] != nil {
		t.Errorf("%d devices with %d places", len(h.devices), h.places)
	}
	if n := len(h.devices[netip.MustParseAddr("10.0.0.1")].locations); n != perDevice || fetched != inAll {
		t.Errorf("one device has %d places, %d to fetch", n, fetched)
	}
}

// quick is a search that a device next door has the time to answer.
var quick = asking{wait: 1, again: 100 * time.Millisecond, until: 300 * time.Millisecond}

// road is a Reach that dials for real and counts.
type road struct {
	probes.Reach
	dials  atomic.Int32
	refuse uint16 // this port
}

func (r *road) HTTP(ep lan.Endpoint) *http.Client {
	return probes.Pinned(ep, func(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
		r.dials.Add(1)
		if ep.Port == r.refuse {
			return nil, probes.ErrNeverWrite
		}
		var d net.Dialer
		return d.DialContext(ctx, "tcp", ep.AddrPort().String())
	})
}

// serve makes p a UPnP device at addr: it answers each M-SEARCH with the given
// answers, and serves the sample at /desc.xml on ports 80 and 8080.
func serve(t testing.TB, p *netns.Peer, addr, sampleName string, answers ...string) (questions chan string) {
	t.Helper()
	var conn net.PacketConn
	var web, other net.Listener
	var err error
	p.Do(func() {
		if conn, err = net.ListenPacket("udp4", "239.255.255.250:1900"); err != nil {
			return
		}
		if err = ipv4.NewPacketConn(conn).JoinGroup(device0(), &net.UDPAddr{IP: net.IPv4(239, 255, 255, 250)}); err != nil {
			return
		}
		if web, err = net.Listen("tcp4", addr+":80"); err == nil {
			other, err = net.Listen("tcp4", addr+":8080")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	body := sample(t, sampleName)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /desc.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Application-URL", "http://"+addr+":8008/apps/")
		fmt.Fprint(w, body)
	})
	mux.HandleFunc("GET /away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://192.0.2.1/", http.StatusFound)
	})
	server := &http.Server{Handler: mux}
	go server.Serve(web)
	go server.Serve(other)
	questions = make(chan string, 64)
	go func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			questions <- string(buf[:n])
			for _, a := range answers {
				conn.WriteTo([]byte("HTTP/1.1 200 OK\r\n"+strings.ReplaceAll(a, "\n", "\r\n")+"\r\n\r\n"), from)
			}
		}
	}()
	t.Cleanup(func() { server.Close(); conn.Close() })
	return questions
}

// device0 is the device's own interface. It is called in the device's namespace.
func device0() *net.Interface {
	i, _ := net.InterfaceByName("eth0")
	return i
}

func discover(t *testing.T, s source, link lan.Link) map[string]lan.Sighting {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	seen := map[string]lan.Sighting{}
	if err := s.Discover(ctx, link, func(s lan.Sighting) { seen[s.Heard[lan.UPnPLocation]] = s }); err != nil {
		t.Fatal(err)
	}
	return seen
}

func TestDiscover(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	questions := serve(t, p, "192.0.2.2", "hue-bridge.xml",
		"LOCATION: http://192.0.2.2/desc.xml\nSERVER: Linux/3.14.0 UPnP/1.0 IpBridge/1.50\nUSN: uuid:2f402f80::upnp:rootdevice",
		"LOCATION: http://192.0.2.2:8080/missing\nUSN: uuid:other::x",
		"LOCATION: http://192.0.2.1:80/away\nUSN: uuid:ssrf::x",
		"LOCATION: http://192.0.2.2/away\nUSN: uuid:away::x",
		"LOCATION: http://192.0.2.2:9100/never",
	)
	r := &road{refuse: 9100}
	var asked []netip.Addr
	s := New(r, func(a netip.Addr) bool { asked = append(asked, a); return true }).(source)
	s.ask = quick
	seen := discover(t, s, p.Link)

	bridge := seen["http://192.0.2.2/desc.xml"]
	if bridge.ID != "udn:2f402f80-da50-11e1-9b23-001788abcdef" || bridge.Source != "ssdp" || bridge.Link != "home0" || bridge.Addr.String() != "192.0.2.2" {
		t.Errorf("the bridge is %+v", bridge)
	}
	for key, want := range map[string]string{
		lan.UPnPModelNumber: "BSB002", lan.UPnPManufacturer: "Signify", lan.UPnPDeviceType: "urn:schemas-upnp-org:device:Basic:1",
		lan.SSDPServer: "Linux/3.14.0 UPnP/1.0 IpBridge/1.50", Refused: "",
	} {
		if got := bridge.Heard[key]; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if fmt.Sprint(bridge.Names, bridge.Endpoints) != "[Hue Bridge (192.168.1.62)] [tcp/192.0.2.2:80 tcp/192.0.2.2:8008]" {
		t.Errorf("names and endpoints %v %v", bridge.Names, bridge.Endpoints)
	}
	if ssrf := seen["http://192.0.2.1:80/away"]; !strings.Contains(ssrf.Heard[Refused], "another device") || len(ssrf.Endpoints) > 0 || ssrf.ID != "udn:ssrf" {
		t.Errorf("a location elsewhere: %+v", ssrf)
	}
	if never := seen["http://192.0.2.2:9100/never"]; !strings.Contains(never.Heard[Refused], "ever written") {
		t.Errorf("a print port: %+v", never)
	}
	if away := seen["http://192.0.2.2/away"]; away.ID != "udn:away" || away.Heard[lan.UPnPModelName] != "" {
		t.Errorf("a redirect: %+v", away)
	}
	if len(seen) != 5 || r.dials.Load() != 4 || len(asked) != 1 {
		t.Errorf("%d sightings, %d dials, asked about %v", len(seen), r.dials.Load(), asked)
	}
	if len(questions) != 4 {
		t.Errorf("%d questions", len(questions))
	}
	if q := <-questions; q != "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n" {
		t.Errorf("asked %q", q)
	}
}

func TestDiscoverEndsWithContext(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	serve(t, p, "192.0.2.2", "sonos.xml", "LOCATION: http://192.0.2.2/desc.xml\nUSN: uuid:a::b")
	ctx, cancel := context.WithCancel(context.Background())
	s := New(&road{}, func(netip.Addr) bool { cancel(); return true }).(source)
	s.ask = asking{wait: 1, again: time.Hour, until: time.Hour}
	n := 0
	if err := s.Discover(ctx, p.Link, func(s lan.Sighting) { n++ }); err != nil || n != 1 {
		t.Errorf("%d sightings, %v", n, err)
	}
}

func TestNothingToAskFrom(t *testing.T) {
	link := lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("fe80::/64")}}
	if err := New(nil, nil).Discover(context.Background(), link, nil); err != nil {
		t.Error(err)
	}
}

// TestIPv6 has a device that answers by IPv6 only, and one that answers by both.
func TestIPv6(t *testing.T) {
	p := netns.New(t, "home0", "fe80::1/64", "fe80::2/64")
	var conn net.PacketConn
	var web net.Listener
	var err error
	p.Do(func() {
		if conn, err = net.ListenPacket("udp6", "[ff02::c%eth0]:1900"); err != nil {
			return
		}
		if err = ipv6.NewPacketConn(conn).JoinGroup(device0(), &net.UDPAddr{IP: net.ParseIP("ff02::c")}); err == nil {
			web, err = net.Listen("tcp6", "[fe80::2%eth0]:80")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	body := sample(t, "hue-bridge.xml")
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })}
	go server.Serve(web)
	go func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if strings.Contains(string(buf[:n]), "HOST: [ff02::c]:1900\r\n") {
				conn.WriteTo([]byte("HTTP/1.1 200 OK\r\nLOCATION: http://[fe80::2]/desc.xml\r\nUSN: uuid:x::y\r\n\r\n"), from)
			}
		}
	}()
	t.Cleanup(func() { server.Close(); conn.Close() })
	s := New(&road{}, func(netip.Addr) bool { return true }).(source)
	s.ask = quick
	seen := discover(t, s, p.Link)
	if d := seen["http://[fe80::2]/desc.xml"]; d.Addr.String() != "fe80::2" || d.Heard[lan.UPnPModelNumber] != "BSB002" || d.Claim {
		t.Errorf("%+v", d)
	}
}

// TestBothFamilies: what was fetched by IPv4 is not fetched again by IPv6.
func TestBothFamilies(t *testing.T) {
	link := lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fe80::/64")}}
	h := &heard{link: link, allow: func(netip.Addr) bool { return true }, fetch: func(*device) {}, devices: map[netip.Addr]*device{}}
	say := func(from, location, id string) {
		h.answer(netip.MustParseAddr(from), []byte("HTTP/1.1 200 OK\r\nLOCATION: "+location+"\r\nUSN: "+id+"\r\n"))
	}
	say("10.0.0.1", "http://10.0.0.1/", "uuid:1::a")
	say("fe80::1", "http://[fe80::1]/", "uuid:1::a")
	say("fe80::1", "http://[fe80::1]/2", "uuid:2::a")
	say("fe80::3", "http://[fe80::3]/", "uuid:3::a")
	say("10.0.0.4", "", "uuid:4")
	var got []string
	for _, d := range h.rest() {
		got = append(got, fmt.Sprint(d.addr, d.locations, d.uuid))
	}
	if want := "[10.0.0.4 []uuid:4 fe80::1 [http://[fe80::1]/2]uuid:1 fe80::3 [http://[fe80::3]/]]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestHear(t *testing.T) {
	notify := func(lines ...string) string {
		return "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n"
	}
	for name, c := range map[string]struct {
		text string
		want string
	}{
		"alive": {notify("NT: urn:schemas-upnp-org:device:MediaRenderer:1", "NTS: ssdp:alive", "USN: uuid:4D69-1::urn:x", "SERVER: Linux UPnP/1.0", "LOCATION: http://192.168.1.9:49152/d.xml"),
			"udn:4d69-1 [tcp/192.168.1.9:49152] map[ssdp.server:Linux UPnP/1.0 upnp.deviceType:urn:schemas-upnp-org:device:MediaRenderer:1 upnp.location:http://192.168.1.9:49152/d.xml] false"},
		"update":               {notify("NT: urn:x:service:Y:1", "nts: ssdp:update", "usn: uuid:1::x"), "udn:1 [] map[upnp.serviceType:urn:x:service:Y:1] false"},
		"a location by name":   {notify("NT: x", "NTS: ssdp:alive", "USN: uuid:1", "LOCATION: http://tv.local/"), "udn:1 [] map[upnp.location:http://tv.local/] false"},
		"goodbye":              {notify("NT: upnp:rootdevice", "NTS: ssdp:byebye", "USN: uuid:1::upnp:rootdevice"), "udn:1 [] map[] true"},
		"goodbye by its UDN":   {notify("NT: uuid:1", "NTS: ssdp:byebye", "USN: uuid:1"), "udn:1 [] map[] true"},
		"goodbye of a service": {notify("NT: urn:x:service:Y:1", "NTS: ssdp:byebye", "USN: uuid:1::urn:x:service:Y:1"), "udn:1 [] map[] false"},
		"an answer":            {"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1::x\r\n", "udn:1 [] map[] false"},
		"a search":             {"M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\nUSER-AGENT: Google Chrome/120 Windows\r\n\r\n", " [] map[ssdp.user_agent:Google Chrome/120 Windows] false"},
		"no event":             {notify("NT: x"), "not ok"},
		"an error":             {"HTTP/1.1 500 No\r\n", "not ok"},
		"another protocol":     {"GET / HTTP/1.1\r\n", "not ok"},
		"nothing":              {"", "not ok"},
	} {
		s, ok := Hear([]byte(c.text))
		got := fmt.Sprint(s.ID, " ", s.Endpoints, " ", s.Heard, " ", s.Gone)
		if !ok {
			got = "not ok"
		}
		if got != c.want {
			t.Errorf("%s:\n%s, want\n%s", name, got, c.want)
		}
	}
}

func TestTell(t *testing.T) {
	ep := lan.Endpoint{Addr: netip.MustParseAddr("192.168.1.1"), Transport: lan.TCP, Port: 49000}
	for page, want := range map[string]string{
		"": "[]", "/": "[]", "index.html": "[]", "http://192.168.1.1:49000/": "[]",
		"http://192.168.1.1/":           "[tcp/192.168.1.1:80]",
		"https://192.168.1.1/":          "[tcp/192.168.1.1:443]",
		"http://u:p@192.168.1.1:8080/x": "[tcp/192.168.1.1:8080]",
		"http://10.0.0.1/":              "[]", "http://fritz.box": "[]", "://": "[]",
	} {
		s := lan.Sighting{Addr: ep.Addr, Heard: lan.Heard{}}
		Description{PresentationURL: page}.tell(&s, ep)
		if got := fmt.Sprint(s.Endpoints); got != want {
			t.Errorf("%s: %s, want %s", page, got, want)
		}
	}
	s := lan.Sighting{Addr: ep.Addr, Heard: lan.Heard{}}
	d := Description{PresentationURL: "http://192.168.1.1:8008/", ApplicationURL: "http://192.168.1.1:8008/apps/"}
	if d.tell(&s, ep); fmt.Sprint(s.Endpoints) != "[tcp/192.168.1.1:8008]" || s.Heard[ApplicationURL] != d.ApplicationURL {
		t.Errorf("DIAL: %v, %v", s.Endpoints, s.Heard)
	}
}

// nobody is a Reach at whose addresses there is nobody: a dial fails as unheard,
// after a while.
type nobody struct {
	probes.Reach
	fails error
	after time.Duration
}

func (n nobody) HTTP(ep lan.Endpoint) *http.Client {
	return probes.Pinned(ep, func(ctx context.Context, _ lan.Endpoint) (net.Conn, error) {
		select {
		case <-time.After(n.after):
			return nil, &net.OpError{Op: "dial", Err: n.fails}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

// TestForgedAnswers: hundreds of answers from addresses where nobody is neither
// make devices nor hold the sweep up.
func TestForgedAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		reach        nobody
		seen, claims int
	}{
		"nobody is there":      {nobody{fails: syscall.EHOSTUNREACH, after: time.Second}, 0, 0},
		"the port is closed":   {nobody{fails: syscall.ECONNREFUSED}, 8, 0},
		"nobody knows in time": {nobody{fails: syscall.EHOSTUNREACH, after: time.Minute}, 8, 8},
	} {
		synctest.Test(t, func(t *testing.T) {
			count := func(n int) (seen, claims int) {
				ctx, cancel := context.WithTimeout(t.Context(), whole)
				defer cancel()
				var mu sync.Mutex
				f := source{reach: c.reach}.fetchers(ctx, func(s lan.Sighting) {
					mu.Lock()
					defer mu.Unlock()
					seen++
					if s.Claim {
						claims++
					}
				})
				for i := range n {
					a := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
					f.add(&device{addr: a, locations: []string{"http://" + a.String() + "/"}})
				}
				f.finish()
				return seen, claims
			}
			if seen, claims := count(8); seen != c.seen || claims != c.claims {
				t.Errorf("%s: %d of 8 seen, %d claims", name, seen, claims)
			}
			start := time.Now()
			count(maxDevices)
			if took := time.Since(start); took > whole {
				t.Errorf("%s: took %v", name, took)
			}
			time.Sleep(2 * time.Minute) // for the dials that net/http leaves behind
		})
	}
}

func TestTimesFit(t *testing.T) {
	if search := polite.again + polite.until; search > whole-time.Second || whole > 3500*time.Millisecond ||
		polite.until < time.Duration(polite.wait)*time.Second {
		t.Errorf("%+v within %v", polite, whole)
	}
}

// BenchmarkAnnouncements is a whole Discover in a home with one device, with its
// usual times.
func BenchmarkAnnouncements(b *testing.B) {
	p := netns.New(b, "home0", "192.0.2.1/24", "192.0.2.2/24")
	serve(b, p, "192.0.2.2", "sonos.xml", "LOCATION: http://192.0.2.2/desc.xml\nUSN: uuid:a::b")
	for b.Loop() {
		n := 0
		err := New(&road{}, func(netip.Addr) bool { return true }).Discover(b.Context(), p.Link, func(lan.Sighting) { n++ })
		if err != nil || n != 1 {
			b.Fatalf("%d sightings, %v", n, err)
		}
	}
}

// TestBoot: an announcement and an answer tell how often the device has started.
func TestBoot(t *testing.T) {
	for _, first := range []string{"NOTIFY * HTTP/1.1\r\nNTS: ssdp:alive\r\nNT: upnp:rootdevice", "HTTP/1.1 200 OK\r\nST: upnp:rootdevice"} {
		s, ok := Hear([]byte(first + "\r\nUSN: uuid:1::upnp:rootdevice\r\nBootID.UPnP.org: 42\r\n\r\n"))
		if !ok || s.Heard[Boot] != "42" {
			t.Errorf("%q: %v, %v", first, s.Heard, ok)
		}
	}
}
