package identify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// endless writes words again and again until the other side hangs up.
func endless(words string) script {
	return func(c net.Conn) {
		go io.Copy(io.Discard, c)
		for {
			if _, err := io.WriteString(c, words); err != nil {
				return
			}
		}
	}
}

// drips writes words one byte every tenth of a second.
func drips(words string) script {
	return func(c net.Conn) {
		go io.Copy(io.Discard, c)
		for i := range words {
			<-time.After(100 * time.Millisecond) // of the bubble's clock
			if _, err := c.Write([]byte{words[i]}); err != nil {
				return
			}
		}
	}
}

// then asks to be asked first.
func then(play script) script {
	return func(c net.Conn) {
		closesOn(c)
		play(c)
	}
}

func TestServiceSurvives(t *testing.T) {
	junk := string(bytes.Repeat([]byte{0, 0xfe, 0x80, '\n', '"'}, 900))
	huge := "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n<title>Big</title>"
	for _, tt := range []struct {
		name   string
		port   uint16
		script script
		want   string
	}{
		{"tarpit", 80, mum, "unknown"},
		{"hangs up at once", 80, hangsUp, "unknown"},
		{"endless banner", 80, endless("la la la "), "unknown"},
		{"endless telnet", 23, endless("\xff\xfd\x18tick\r\n"), "telnet"},
		{"endless ftp lines", 21, endless("220-more\r\n"), "ftp"},
		{"endless ssh line", 22, then(endless("SSH-2.0-")), "unknown"},
		{"ssh without an end", 22, endless("SSH-2.0-x"), "ssh"},
		{"binary junk", 80, says(junk), "unknown"},
		{"junk for an answer", 80, then(says(junk)), "unknown"},
		{"slow drip of a greeting", 22, drips("SSH-2.0-dropbear_2022.83\r\n"), "ssh dropbear 2022.83"},
		{"slow drip of a page", 80, then(drips(page + strings.Repeat(" ", 1000))), "http"}, // half a version is none
		{"flood of header lines", 80, then(endless("HTTP/1.1 200 OK\r\nX-A: b\r\n")), "http"},
		{"giant header", 80, then(says("HTTP/1.1 200 OK\r\nServer: a/1\r\nX: " + strings.Repeat("x", 1<<20) + "\r\n\r\n")), "http a 1"},
		{"100 MB page", 80, then(func(c net.Conn) { io.WriteString(c, huge); endless(strings.Repeat(" ", 4096))(c) }), "http"},
		{"endless rtsp", 554, then(endless("RTSP/1.0 200 OK\r\nX: y\r\n")), "rtsp"},
		{"rtsp body without end", 554, then(endless("RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n")), "rtsp"},
		{"endless continue", 80, then(endless("HTTP/1.1 100 Continue\r\n\r\n")), "http"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &device{scripts: []script{tt.script}}
			svc, took, err := identifyIn(t, d, at(tt.port), 2)
			if err != nil {
				t.Fatal(err)
			}
			if got := words(svc); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if took > maxTurn {
				t.Errorf("took %v, at most %v", took, maxTurn)
			}
			for k, v := range svc.Heard {
				if len(v) > lan.MaxRaw {
					t.Errorf("%s has %d bytes", k, len(v))
				}
			}
		})
	}
}

// TestScriptInTitle: a stranger's markup stays text.
func TestScriptInTitle(t *testing.T) {
	d := &device{scripts: []script{replies("HTTP/1.1 200 OK\r\n\r\n<title><script>alert(1)</script></title>")}}
	svc, _, err := identifyIn(t, d, at(80), 2)
	if err != nil || svc.Heard[lan.HTTPTitle] != "<script>alert(1)</script>" {
		t.Errorf("title %q, error %v", svc.Heard[lan.HTTPTitle], err)
	}
}

// TestServiceCancelled: the end of the sweep is the end of the talk, whoever is
// waiting for an answer.
func TestServiceCancelled(t *testing.T) {
	for _, port := range []uint16{80, 554, 1883} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			start := time.Now()
			d := &device{scripts: []script{mum}}
			svc, err := Service(ctx, d, at(port), 2)
			d.playing.Wait()
			if took := time.Since(start); err != nil || svc.Name != lan.Unknown || took > time.Second {
				t.Errorf("port %d: %v, %v after %v", port, svc.Name, err, took)
			}
		})
	}
}

// TestServiceResetAtOnce: a wrapper or a full device accepts and resets before
// the dial returns. The port is open all the same, in TLS or not.
func TestServiceResetAtOnce(t *testing.T) {
	reset := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNRESET)}
	refused := &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	for _, port := range []uint16{22, 80, 443, 7547} {
		d := &device{scripts: []script{mum}, refuse: reset}
		svc, err := Service(t.Context(), d, at(port), 2)
		if err != nil || svc.Name != lan.Unknown || svc.Port != port || len(d.dialled) > 2 {
			t.Errorf("port %d: %+v after %d dials, %v", port, svc, len(d.dialled), err)
		}
		d.refuse = refused
		if _, err := Service(t.Context(), d, at(port), 2); err == nil {
			t.Errorf("port %d: a refusal is taken for open", port)
		}
	}
}

// onlyListens is a road that never hand-shakes and writes nothing, as below
// touch "ask".
type onlyListens struct{ *device }

func (o onlyListens) Dial(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
	if ep.TLS {
		return nil, fmt.Errorf("%w: %s", probes.ErrNeverWrite, ep)
	}
	conn, err := o.device.Dial(ctx, ep)
	return onlyHeard{conn}, err
}

type onlyHeard struct{ net.Conn }

func (onlyHeard) Write([]byte) (int, error) { return 0, probes.ErrNeverWrite }

// TestServiceOnlyListenedTo: a port known for TLS is open whether or not a
// handshake is allowed, and one connection is enough to see it.
func TestServiceOnlyListenedTo(t *testing.T) {
	for _, connections := range []int{1, 2} {
		synctest.Test(t, func(t *testing.T) {
			d := &device{scripts: []script{hangsUp}}
			svc, err := Service(t.Context(), onlyListens{d}, at(443), connections)
			d.playing.Wait()
			if err != nil || svc.Port != 443 || len(d.dialled) != 1 {
				t.Errorf("%+v after %d dials, %v", svc, len(d.dialled), err)
			}
		})
	}
}

// TestServiceGreetsWhereTLSIs: where no handshake may be written, the greeting
// is still listened to.
func TestServiceGreetsWhereTLSIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &device{scripts: []script{says("SSH-2.0-dropbear_2022.83\r\n")}}
		svc, err := Service(t.Context(), onlyListens{d}, at(443), 2)
		d.playing.Wait()
		if err != nil || words(svc) != "ssh dropbear 2022.83" || len(d.dialled) != 1 || len(d.wrote) > 0 {
			t.Errorf("%+v after %d dials, %v", svc, len(d.dialled), err)
		}
	})
}
