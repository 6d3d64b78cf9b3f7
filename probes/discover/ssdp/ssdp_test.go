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
			answer{"http://192.168.1.1:49000/igddesc.xml", "FRITZ!Box 7590 UPnP/1.0 AVM", "uuid:7580"}, true},
		{"HTTP/1.0 200 OK\nlocation:http://h/\n  Server : a\tb\nUsn:uuid:1", answer{"http://h/", "a b", "uuid:1"}, true},
		{"HTTP/1.1 200 OK", answer{}, true},
		{"NOTIFY * HTTP/1.1\r\nLOCATION: http://x/\r\n", answer{}, false},
		{"HTTP/1.1 404 Not Found\r\n", answer{}, false},
		{"", answer{}, false},
	} {
		if got, ok := parse([]byte(c.text)); got != c.want || ok != c.ok {
			t.Errorf("%q: %+v, %t", c.text, got, ok)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nLOCATION: http://192.168.1.1:49000/a?b#c\r\nUSN: uuid:1::x\r\nSERVER: \xff\x00\r\n\r\n"))
	device := netip.MustParseAddr("192.168.1.1")
	f.Fuzz(func(t *testing.T, b []byte) {
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
	h := &heard{link: link, allow: func(a netip.Addr) bool { return a != banned }, devices: map[netip.Addr]*device{}}
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
	if n := len(h.sorted()[0].locations); n != perDevice {
		t.Errorf("one device has %d places", n)
	}
}

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
func serve(t *testing.T, p *netns.Peer, addr, sampleName string, answers ...string) (questions chan string) {
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
	mux.HandleFunc("GET /desc.xml", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
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
	s.ask = asking{wait: 1, again: 100 * time.Millisecond, until: 300 * time.Millisecond}
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
	if fmt.Sprint(bridge.Names, bridge.Endpoints) != "[Hue Bridge (192.168.1.62)] [tcp/192.0.2.2:80]" {
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

func TestIPv6OnlyLink(t *testing.T) {
	link := lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("fe80::/64")}}
	if err := New(nil, nil).Discover(context.Background(), link, nil); err != nil {
		t.Error(err)
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
}

// nobody is a Reach at whose addresses there is nobody: a dial fails as unheard,
// after the kernel's three seconds.
type nobody struct {
	probes.Reach
	fails error
}

func (n nobody) HTTP(ep lan.Endpoint) *http.Client {
	return probes.Pinned(ep, func(ctx context.Context, _ lan.Endpoint) (net.Conn, error) {
		select {
		case <-time.After(3 * time.Second):
			return nil, &net.OpError{Op: "dial", Err: n.fails}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	})
}

// TestForgedAnswers: hundreds of answers from addresses where nobody is neither
// make devices nor hold the sweep up.
func TestForgedAnswers(t *testing.T) {
	for fails, want := range map[syscall.Errno]int{syscall.EHOSTUNREACH: 0, syscall.ECONNREFUSED: 8} {
		synctest.Test(t, func(t *testing.T) {
			count := func(n int) (seen int) {
				var all []*device
				for i := range n {
					a := netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})
					all = append(all, &device{addr: a, locations: []string{"http://" + a.String() + "/"}})
				}
				var mu sync.Mutex
				source{reach: nobody{fails: fails}}.fetchAll(t.Context(), all, func(lan.Sighting) {
					mu.Lock()
					defer mu.Unlock()
					seen++
				})
				return seen
			}
			if got := count(8); got != want {
				t.Errorf("%v: %d of 8 seen, want %d", fails, got, want)
			}
			start := time.Now()
			count(maxDevices)
			if took := time.Since(start); took > enough {
				t.Errorf("%v: took %v", fails, took)
			}
			time.Sleep(3 * time.Second) // for the dials that net/http leaves behind
		})
	}
}
