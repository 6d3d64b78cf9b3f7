package wsd

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/ipv4"
	"golang.org/x/net/ipv6"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/probetest/netns"
)

func TestMain(m *testing.M) { netns.Main(m) }

// road is a Reach that dials for real and counts.
type road struct {
	probes.Reach
	dials atomic.Int32
	err   error
}

func (r *road) HTTP(ep lan.Endpoint) *http.Client {
	return probes.Pinned(ep, func(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
		r.dials.Add(1)
		if r.err != nil {
			return nil, r.err
		}
		var d net.Dialer
		return d.DialContext(ctx, "tcp", ep.AddrPort().String())
	})
}

// serve makes p a device that gives each Probe the answers, and metadata on
// port 5357. It hands out the questions heard.
func serve(t *testing.T, p *netns.Peer, six bool, answers ...string) (questions, posts chan string) {
	t.Helper()
	var conn net.PacketConn
	var web net.Listener
	var err error
	p.Do(func() {
		i, _ := net.InterfaceByName("eth0")
		if six {
			if conn, err = net.ListenPacket("udp6", "[::]:3702"); err == nil {
				err = ipv6.NewPacketConn(conn).JoinGroup(i, &net.UDPAddr{IP: net.ParseIP("ff02::c")})
			}
		} else if conn, err = net.ListenPacket("udp4", "239.255.255.250:3702"); err == nil {
			err = ipv4.NewPacketConn(conn).JoinGroup(i, &net.UDPAddr{IP: net.IPv4(239, 255, 255, 250)})
		}
		if err == nil {
			web, err = net.Listen("tcp", ":5357")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	questions, posts = make(chan string, 64), make(chan string, 64)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /meta", func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		posts <- string(b)
		fmt.Fprint(w, printer)
	})
	server := &http.Server{Handler: mux}
	go server.Serve(web)
	go func() {
		buf := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			questions <- string(buf[:n])
			for _, a := range answers {
				conn.WriteTo([]byte(a), from)
			}
		}
	}()
	t.Cleanup(func() { server.Close(); conn.Close() })
	return questions, posts
}

// discover runs s over link, by "identity types" of what it sees.
func discover(t *testing.T, s source, link lan.Link) map[string]lan.Sighting {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	seen := map[string]lan.Sighting{}
	if err := s.Discover(ctx, link, func(s lan.Sighting) { seen[s.ID+" "+s.Heard[lan.WSDTypes]] = s }); err != nil {
		t.Fatal(err)
	}
	return seen
}

var quick = asking{again: 200 * time.Millisecond, until: time.Second}

func TestDiscover(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	questions, posts := serve(t, p, false,
		answer("urn:uuid:AAAA", "wsdp:Device wprt:PrintDeviceType", "", "http://192.0.2.2:5357/meta"),
		answer("urn:uuid:BBBB", "dn:NetworkVideoTransmitter", "onvif://www.onvif.org/name/IPC%20One", "http://192.0.2.2/onvif/device_service"),
		answer("urn:uuid:CCCC", "wsdp:Device", "", "http://192.0.2.1:5357/meta"),
		answer("urn:uuid:DDDD", "wsdp:Device", "", ""),
		hello,
	)
	r := &road{}
	asked := 0
	s := New(r, func(a netip.Addr) bool { asked++; return true }).(source)
	s.ask = quick
	seen := discover(t, s, p.Link)

	got := seen["wsd:aaaa Device PrintDeviceType PrinterServiceType"]
	if got.Heard["wsd.ModelName"] != "DCP-L2530DW" || got.Heard["wsd.FirmwareVersion"] != "1.72" || fmt.Sprint(got.Names, got.Endpoints) != "[Brother DCP-L2530DW] [tcp/192.0.2.2:5357]" {
		t.Errorf("the printer is %+v", got)
	}
	if got.Source != "wsd" || got.Link != "home0" || got.Addr.String() != "192.0.2.2" || got.At.IsZero() || got.Claim {
		t.Errorf("the printer is %+v", got)
	}
	for key, v := range got.Heard {
		if strings.Contains(v, "E78098C9N123456") {
			t.Errorf("the serial number is kept under %s", key)
		}
	}
	if got := seen["wsd:bbbb NetworkVideoTransmitter"]; got.Heard[OnvifName] != "IPC One" || fmt.Sprint(got.Endpoints) != "[tcp/192.0.2.2:80]" {
		t.Errorf("the camera is %+v", got)
	}
	if got := seen[" "]; !strings.Contains(got.Heard[Refused], "192.0.2.1:5357") || got.ID != "" || len(got.Names)+len(got.Endpoints) > 0 {
		t.Errorf("an answer for another device: %+v", got)
	}
	if got := seen["wsd:dddd Device"]; len(got.Endpoints) > 0 || got.Heard[Refused] != "" {
		t.Errorf("without addresses: %+v", got)
	}
	if len(seen) != 4 || r.dials.Load() != 1 || asked != 1 {
		t.Errorf("%d sightings, %d dials, asked about %d", len(seen), r.dials.Load(), asked)
	}
	if post := <-posts; !strings.Contains(post, "<wsa:To>urn:uuid:aaaa</wsa:To>") || !strings.Contains(post, "transfer/Get<") {
		t.Errorf("posted %s", post)
	}
	heard := map[string]int{}
	for len(questions) > 0 {
		q := <-questions
		kind, _ := Parse([]byte(q))
		if kind != "Probe" {
			t.Errorf("asked %s", q)
		}
		heard[q]++
	}
	if len(heard) != 3 {
		t.Errorf("%d different questions", len(heard))
	}
	for q, n := range heard {
		if n != 2 {
			t.Errorf("asked %d times: %s", n, q)
		}
	}
}

func TestDiscoverIPv6(t *testing.T) {
	p := netns.New(t, "home0", "fe80::1/64", "fe80::2/64")
	serve(t, p, true, answer("urn:uuid:AAAA", "wsdp:Device", "", "http://[fe80::2]:5357/meta http://192.0.2.2:5357/meta"))
	s := New(&road{}, func(netip.Addr) bool { return true }).(source)
	s.ask = quick
	seen := discover(t, s, p.Link)
	got := seen["wsd:aaaa Device PrinterServiceType"]
	if got.Addr.String() != "fe80::2" || got.Heard["wsd.ModelName"] != "DCP-L2530DW" || fmt.Sprint(got.Endpoints) != "[tcp/[fe80::2]:5357]" {
		t.Errorf("%+v", seen)
	}
}

func TestDiscoverEndsWithContext(t *testing.T) {
	p := netns.New(t, "home0", "192.0.2.1/24", "192.0.2.2/24")
	serve(t, p, false, answer("urn:uuid:AAAA", "wsdp:Device", "", ""))
	ctx, cancel := context.WithCancel(t.Context())
	s := New(&road{}, func(netip.Addr) bool { cancel(); return true }).(source)
	s.ask = asking{again: time.Hour, until: time.Hour}
	n := 0
	if err := s.Discover(ctx, p.Link, func(lan.Sighting) { n++ }); err != nil || n != 1 {
		t.Errorf("%d sightings, %v", n, err)
	}
}

func TestNoAddress(t *testing.T) {
	if err := New(nil, nil).Discover(t.Context(), lan.Link{Name: "home0"}, nil); err != nil {
		t.Error(err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	banned := netip.MustParseAddr("10.0.0.7")
	h := &heard{
		link:  lan.Link{Prefixes: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/16")}},
		allow: func(a netip.Addr) bool { return a != banned }, devices: map[netip.Addr]*device{},
	}
	from := netip.MustParseAddr("10.0.0.1")
	for range maxDevices + 10 {
		for n := range 2 * perDevice {
			h.answer(from, []byte(answer(fmt.Sprintf("urn:uuid:%d", n), "d:Device", "", "")))
		}
		from = from.Next()
	}
	if len(h.devices) != maxDevices || h.devices[banned] != nil || len(h.sorted()[0].matches) != perDevice {
		t.Errorf("%d devices, %d matches", len(h.devices), len(h.sorted()[0].matches))
	}
	clear(h.devices)
	h.answer(netip.MustParseAddr("10.1.0.1"), []byte(answer("urn:uuid:1", "d:Device", "", "")))
	h.answer(netip.MustParseAddr("10.0.0.1"), []byte(hello))
	if len(h.devices) > 0 {
		t.Errorf("an answer from elsewhere, or none, made %d devices", len(h.devices))
	}
}

// TestKnownByIPv4: what answers at two addresses is asked for its metadata once.
func TestKnownByIPv4(t *testing.T) {
	r := &road{err: probes.ErrScope}
	thing := func(addr string) *device {
		return &device{addr: netip.MustParseAddr(addr), matches: []match{{id: "wsd:a", xaddrs: []string{"http://" + strings.Replace("["+addr+"]", "[192.0.2.2]", "192.0.2.2", 1) + ":5357/"}}}}
	}
	var mu sync.Mutex
	var refused []string
	source{reach: r}.fetchAll(t.Context(), []*device{thing("192.0.2.2"), thing("fe80::2")}, func(s lan.Sighting) {
		mu.Lock()
		defer mu.Unlock()
		refused = append(refused, s.Heard[Refused])
	})
	if r.dials.Load() != 1 || len(refused) != 2 {
		t.Errorf("%d dials, refused %q", r.dials.Load(), refused)
	}
}
