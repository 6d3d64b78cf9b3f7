package identify

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// loopback is a Reach to real sockets, which stand in for a device's ports, with
// the manners that the device is due.
type loopback struct {
	ports    map[uint16]string // where each really is
	gap      time.Duration
	accepted atomic.Int32

	mu   sync.Mutex
	next time.Time
}

func (l *loopback) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	l.mu.Lock()
	wait := time.Until(l.next)
	l.next = time.Now().Add(max(wait, 0) + l.gap)
	l.mu.Unlock()
	<-time.After(wait)
	return new(net.Dialer).DialContext(ctx, "tcp", l.ports[ep.Port])
}

func (l *loopback) Ask(context.Context, lan.Endpoint, []byte) ([]byte, error) {
	return nil, probes.ErrScope
}

func (l *loopback) HTTP(ep lan.Endpoint) *http.Client { return probes.Pinned(ep, l.Dial) }

// serve plays at a free port in place of port.
func (l *loopback) serve(t *testing.T, port uint16, play script) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.ports[port] = ln.Addr().String()
	var playing sync.WaitGroup
	playing.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			l.accepted.Add(1)
			playing.Go(func() { play(conn); conn.Close() })
		}
	})
	t.Cleanup(func() { ln.Close(); playing.Wait() })
}

// TestSevenPorts: a host like many a camera's recorder, the last two of its
// seven ports silent, over real sockets and with the gaps of a careful device.
func TestSevenPorts(t *testing.T) {
	if testing.Short() {
		t.Skip("a silent port costs real seconds")
	}
	t.Parallel()
	manners := lan.Normal.Manners(lan.Careful)
	l := &loopback{ports: map[uint16]string{}, gap: manners.Gap}
	places := make(chan struct{}, manners.AtOnce)
	want := map[uint16]string{
		22: "ssh dropbear 2012.55", 23: "telnet", 80: "http lighttpd 1.4.69", 554: "rtsp Hipcam RealServer V1.0",
		8080: "http Router Webserver", 37777: "dahua-dvr", 49152: lan.Unknown,
	}
	for port, play := range map[uint16]script{
		22: sshd("SSH-2.0-dropbear_2012.55\r\n", oldOffer), 23: telnetd("\r\nlogin: "), 80: replies(page),
		554: replies(rtspOptions, rtsp401), 8080: replies(loginPage), 37777: mum, 49152: mum,
	} {
		l.serve(t, port, play)
	}
	start := time.Now()
	var asking sync.WaitGroup
	var mu sync.Mutex
	got := map[uint16]string{}
	for port := range want {
		places <- struct{}{}
		asking.Go(func() {
			defer func() { <-places }()
			began := time.Now()
			svc, err := Service(context.Background(), l, at(port), 2)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			t.Logf("port %d: %s in %v", port, words(svc), time.Since(began).Round(time.Millisecond))
			got[port] = words(svc)
		})
	}
	asking.Wait()
	t.Logf("%d connections in %v", l.accepted.Load(), time.Since(start).Round(time.Millisecond))
	for port, name := range want {
		if got[port] != name {
			t.Errorf("port %d is %q, want %q", port, got[port], name)
		}
	}
	if n := l.accepted.Load(); n > 14 {
		t.Errorf("%d connections", n)
	}
}
