package probetest

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// A print port counts every byte, and says nothing.
func TestRawCountsEveryByte(t *testing.T) {
	r, n := start(t, load(t, "brother-mfc-j5320dw"))
	dial(t, n, 9100).Close()
	c := dial(t, n, 515)
	fmt.Fprint(c, "\x02lp\n")
	_ = c.(*net.TCPConn).CloseWrite()
	atEnd(t, c)
	r.Close()
	got := r.Counters()
	if p := got.Ports["tcp/9100"]; p.BytesRead != 0 || p.Writes != 0 {
		t.Errorf("9100 was only connected to, but counts %+v", p)
	}
	if p := got.Ports["tcp/515"]; p.Connections != 1 || p.BytesRead != 4 || p.Writes == 0 {
		t.Errorf("515 was sent 4 bytes, but counts %+v", p)
	}
}

func TestTarpitDripsAndCloseEndsIt(t *testing.T) {
	r, n := start(t, load(t, "hostile"))
	c := dial(t, n, 22)
	one := make([]byte, 1)
	if _, err := io.ReadFull(c, one); err != nil || one[0] != 'S' {
		t.Fatalf("first byte %q, %v", one, err)
	}
	r.Close() // must not wait for the tarpit's minutes
	atEnd(t, c)
}

func TestEndlessBanner(t *testing.T) {
	r, n := start(t, load(t, "hostile"))
	c := dial(t, n, 21)
	fmt.Fprint(c, "QUIT\r\n")
	if got, err := io.CopyN(io.Discard, c, 1<<20); err != nil {
		t.Fatalf("after %d bytes: %v", got, err)
	}
	c.Close()
	r.Close()
	if got := r.Counters().Ports["tcp/21"].Connections; got != 1 {
		t.Errorf("connections = %d, want 1", got)
	}
}

func TestHostileRedirectsElsewhere(t *testing.T) {
	_, n := start(t, load(t, "hostile"))
	resp, _ := get(t, n, 80, "/")
	if resp.StatusCode != 302 || !strings.HasPrefix(resp.Header.Get("Location"), "http://198.51.100.23") {
		t.Errorf("%s to %q", resp.Status, resp.Header.Get("Location"))
	}
	if !strings.Contains(resp.Header.Get("Server"), "<script>") {
		t.Errorf("Server %q", resp.Header.Get("Server"))
	}
}

func TestFragileDiesOfTooMany(t *testing.T) {
	d := load(t, "shelly-plus-plug-s")
	t.Run("one at a time", func(t *testing.T) {
		r, n := start(t, d)
		if resp, _ := get(t, n, 80, "/shelly"); resp.StatusCode != 200 {
			t.Errorf("GET /shelly = %s", resp.Status)
		}
		if got := r.Counters(); got.Crashed || got.AtOnce != 1 {
			t.Errorf("counters %+v", got)
		}
	})
	t.Run("at once", func(t *testing.T) {
		r, n := start(t, d)
		first := dial(t, n, 80)
		for range d.Fragile.AtOnce {
			// The last of them may find the device dead already.
			if c, err := net.Dial("tcp4", n.Endpoint(lan.TCP, 80).AddrPort().String()); err == nil {
				defer c.Close()
			}
		}
		atEnd(t, first)
		if got := r.Counters(); !got.Crashed || got.AtOnce <= d.Fragile.AtOnce {
			t.Errorf("counters %+v", got)
		}
		if c, err := net.Dial("tcp4", n.Endpoint(lan.TCP, 80).AddrPort().String()); err == nil {
			c.Close()
			t.Error("a dead device still accepts")
		}
	})
}

func TestRate(t *testing.T) {
	var r rate
	at := time.Unix(1, 0)
	for i, tt := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {100 * time.Millisecond, 2}, {999 * time.Millisecond, 3}, {1000 * time.Millisecond, 3}, {5 * time.Second, 1}} {
		if got := r.within(at.Add(tt.after)); got != tt.want {
			t.Errorf("connection %d: %d within a second, want %d", i, got, tt.want)
		}
	}
}

func TestLoopbackMapsEachPortOnce(t *testing.T) {
	n := Loopback()
	ln, err := n.Listen("tcp4", "127.0.0.1:80")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	if _, err := n.Listen("tcp4", "127.0.0.1:80"); err == nil {
		t.Error("port 80 is given twice")
	}
	if _, err := n.Listen("tcp4", "nonsense"); err == nil {
		t.Error("listens on nonsense")
	}
	if real, ok := n.Port(lan.TCP, 80); !ok || real == 0 {
		t.Errorf("port 80 is %d, %v", real, ok)
	}
	if ep := n.Endpoint(lan.UDP, 80); ep.Port != 0 {
		t.Errorf("udp/80 is %v", ep)
	}
}
