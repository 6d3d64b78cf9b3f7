package probetest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// tell says something on the device's port and waits until it hangs up, or has
// taken it.
func tell(t *testing.T, n *LoopbackNet, port uint16, words string) {
	t.Helper()
	c, err := net.Dial("tcp", n.Endpoint(lan.TCP, port).AddrPort().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, words); err != nil {
		t.Fatal(err)
	}
	_ = c.(*net.TCPConn).CloseWrite()
	_, _ = io.Copy(io.Discard, c)
}

// TestBytesThatKill: a GET is all that it understands, and only where it speaks
// HTTP.
func TestBytesThatKill(t *testing.T) {
	for _, tt := range []struct {
		port  uint16
		words string
		dies  bool
	}{
		{80, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", false},
		{80, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", true},
		{80, "\x16\x03\x01\x00\x10hello\r\n\r\n", true},
		{80, "", false},
		{23, "", false},
		{23, "x", true},
	} {
		r, n := start(t, load(t, "beken-module"))
		tell(t, n, tt.port, tt.words)
		if c := r.Counters(); c.Crashed != tt.dies {
			t.Errorf("%q on %d: dies %t", tt.words, tt.port, c.Crashed)
		}
	}
}

// TestPaper: a printer prints whatever comes.
func TestPaper(t *testing.T) {
	r, n := start(t, load(t, "hp-print-server"))
	tell(t, n, 9100, "")
	tell(t, n, 9999, "@PJL")
	tell(t, n, 515, "x")
	if c := r.Counters(); c.Printed != 5 || c.Crashed {
		t.Errorf("%d bytes printed, dead %t", c.Printed, c.Crashed)
	}
}

// TestBurst: as many questions as it bears leave it be, one more does not.
func TestBurst(t *testing.T) {
	d := *load(t, "espressif-module")
	d.Fragile = &Fragile{Burst: 3, Away: 1}
	r, n := start(t, &d)
	for i := range 4 {
		if c := r.Counters(); c.Reboots != 0 {
			t.Fatalf("after %d questions it started anew", i)
		}
		tell(t, n, 6668, "")
	}
	for range 1000 { // it counts in a goroutine of its own
		if r.Counters().Reboots == 1 {
			return
		}
		resp, err := http.Get("http://" + n.Endpoint(lan.TCP, 80).AddrPort().String())
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	t.Error("it bears everything")
}

func TestFragileChecks(t *testing.T) {
	for _, tt := range []struct {
		fragile Fragile
		want    string
	}{
		{Fragile{AtOnce: 1}, ""}, {Fragile{Bytes: true}, ""}, {Fragile{Burst: 9, Away: 100}, ""},
		{Fragile{}, "above 0"}, {Fragile{AtOnce: -1, Bytes: true}, "above 0"}, {Fragile{Burst: 9}, "away_ms"}, {Fragile{Burst: 9, Away: 1e6}, "away_ms"},
	} {
		if got := fmt.Sprint(tt.fragile.check()); (got == "<nil>") != (tt.want == "") || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %s", tt.fragile, got)
		}
	}
}
