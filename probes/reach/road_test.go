package reach

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// loopback is a road whose scope has been opened to this machine itself, which
// NewScope never does.
func loopback(t *testing.T) *Road {
	t.Helper()
	was := home
	home = func(netip.Addr) bool { return true }
	t.Cleanup(func() { home = was })
	return NewRoad(scopeOf("127.0.0.0/8"), Options{})
}

func endpoint(t *testing.T, addr net.Addr, transport lan.Transport) lan.Endpoint {
	t.Helper()
	ap := netip.MustParseAddrPort(addr.String())
	return lan.Endpoint{Addr: ap.Addr(), Transport: transport, Port: ap.Port()}
}

func TestNothingIsWrittenToPrintPorts(t *testing.T) {
	r := loopback(t)
	l, err := net.Listen("tcp", "127.0.0.77:9100")
	if err != nil {
		t.Skipf("port 9100 is in use: %v", err)
	}
	defer l.Close()
	heard := make(chan int, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		b, _ := io.ReadAll(c)
		heard <- len(b)
	}()
	c, err := r.Dial(t.Context(), endpoint(t, l.Addr(), lan.TCP))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write([]byte("GET / HTTP/1.1\r\n\r\n")); !errors.Is(err, probes.ErrNeverWrite) {
		t.Errorf("write: %v", err)
	}
	_ = c.Close()
	if n := <-heard; n != 0 {
		t.Errorf("the printer got %d bytes", n)
	}
	ep := endpoint(t, l.Addr(), lan.TCP)
	ep.TLS = true
	if _, err := r.Dial(t.Context(), ep); !errors.Is(err, probes.ErrNeverWrite) {
		t.Errorf("TLS: %v", err)
	}
}

func TestNeverWrite(t *testing.T) {
	for port, want := range map[uint16]bool{9099: false, 9100: true, 9107: true, 9116: true, 9117: false, 515: true, 631: false, 37777: true, 80: false} {
		if NeverWrite(lan.TCP, port) != want {
			t.Errorf("port %d", port)
		}
	}
}

func TestHTTPStaysWithTheDevice(t *testing.T) {
	r := loopback(t)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("somebody else was asked") }))
	defer elsewhere.Close()
	device := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		http.Redirect(w, req, elsewhere.URL, http.StatusFound)
	}))
	defer device.Close()
	ep := endpoint(t, device.Listener.Addr(), lan.TCP)
	ep.TLS = true
	for _, url := range []string{probes.URL(ep, "/"), elsewhere.URL, "http://printer.example/"} {
		resp, err := r.HTTP(ep).Get(url)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusFound {
			t.Errorf("%s: %s", url, resp.Status)
		}
	}
	if n, _ := r.Count(); n != 3 {
		t.Errorf("%d connections counted", n)
	}
}

func TestPlaceIsGivenBack(t *testing.T) {
	r := loopback(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r.Know(lan.Device{Addresses: []netip.Addr{netip.MustParseAddr("127.0.0.1")}, Kind: "plug"})
	for range 3 { // a fragile device takes one at a time
		c, err := r.Dial(t.Context(), endpoint(t, l.Addr(), lan.TCP))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		_ = c.Close()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	c, err := r.Dial(ctx, endpoint(t, l.Addr(), lan.TCP))
	if err != nil {
		t.Fatal(err)
	}
	_ = c.SetReadDeadline(time.Now().Add(time.Hour))
	cancel() // ends the dialling, not the connection
	if _, err := c.Write([]byte("x")); err != nil {
		t.Errorf("a connection ended with the context of its dial: %v", err)
	}
	_ = c.Close()
}

func TestAsk(t *testing.T) {
	r := loopback(t)
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	go func() {
		b := make([]byte, 64)
		for {
			n, from, err := pc.ReadFrom(b)
			if err != nil {
				return
			}
			if string(b[:n]) == "who" {
				_, _ = pc.WriteTo([]byte("me"), from)
			}
		}
	}()
	answer, err := r.Ask(t.Context(), endpoint(t, pc.LocalAddr(), lan.UDP), []byte("who"))
	if err != nil || string(answer) != "me" {
		t.Errorf("%q, %v", answer, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 600*time.Millisecond)
	defer cancel()
	if _, err := r.Ask(ctx, endpoint(t, pc.LocalAddr(), lan.UDP), []byte("silence")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silence is %v", err)
	}
	r.answer = time.Millisecond // counts from the sending, whatever time the caller has
	if _, err := r.Ask(t.Context(), endpoint(t, pc.LocalAddr(), lan.UDP), []byte("silence")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("silence without a deadline is %v", err)
	}
}

// TestAnswerFromAnotherPort: at some ports an answer of the device itself counts
// wherever it comes from, and nobody else's does.
func TestAnswerFromAnotherPort(t *testing.T) {
	for addr, want := range map[string]string{"127.0.0.69": "yes", "127.0.0.70": ""} {
		r := loopback(t)
		r.answer = 300 * time.Millisecond
		pc, err := net.ListenPacket("udp", "127.0.0.69:69")
		if err != nil {
			t.Skipf("port 69 cannot be had: %v", err)
		}
		other, err := net.ListenPacket("udp", addr+":0")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			if _, from, err := pc.ReadFrom(make([]byte, 64)); err == nil {
				_, _ = other.WriteTo([]byte("yes"), from)
			}
		}()
		answer, err := r.Ask(t.Context(), endpoint(t, pc.LocalAddr(), lan.UDP), []byte("who"))
		if string(answer) != want {
			t.Errorf("%q from %s, %v; want %q", answer, addr, err, want)
		}
		_, _ = pc.Close(), other.Close()
	}
}

func TestMet(t *testing.T) {
	r := loopback(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ep := endpoint(t, l.Addr(), lan.TCP)
	for n := range 3 {
		if got := r.Met(ep); got != n {
			t.Errorf("met %d times, want %d", got, n)
		}
		c, err := r.Dial(t.Context(), ep)
		if err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
		ep.TLS = false
	}
	ep.Port++
	if r.Met(ep) != 0 {
		t.Error("another port counts too")
	}
}

func TestOutOfScopeIsNeverDialled(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := NewRoad(scopeOf("192.168.1.0/24"), Options{})
	ep := endpoint(t, l.Addr(), lan.TCP)
	if _, err := r.Dial(t.Context(), ep); !errors.Is(err, probes.ErrScope) {
		t.Errorf("dial: %v", err)
	}
	if _, err := r.HTTP(ep).Get(probes.URL(ep, "/")); !errors.Is(err, probes.ErrScope) {
		t.Errorf("http: %v", err)
	}
	ep.Transport = lan.UDP
	if _, err := r.Ask(t.Context(), ep, []byte("x")); !errors.Is(err, probes.ErrScope) {
		t.Errorf("ask: %v", err)
	}
	// Even past the first question, the kernel is never given the address.
	if err := r.dialer(time.Second).Control("tcp", "203.0.113.1:80", nil); !errors.Is(err, probes.ErrScope) {
		t.Errorf("control: %v", err)
	}
}
