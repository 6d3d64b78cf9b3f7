package probetest

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// patience is how long a test waits for an answer that must come.
const patience = 20 * time.Second

// dial connects to the device's TCP port.
func dial(t testing.TB, n *LoopbackNet, port uint16) net.Conn {
	t.Helper()
	ep := n.Endpoint(lan.TCP, port)
	c, err := net.DialTimeout("tcp4", ep.AddrPort().String(), patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c
}

// client is the pinned client that a sweep uses.
func client(n *LoopbackNet, port uint16, wrapped bool) (*http.Client, lan.Endpoint) {
	ep := n.Endpoint(lan.TCP, port)
	ep.TLS = wrapped
	return probes.Pinned(ep, func(ctx context.Context, ep lan.Endpoint) (net.Conn, error) {
		d := &net.Dialer{Timeout: patience}
		if ep.TLS {
			return (&tls.Dialer{NetDialer: d, Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(ctx, "tcp4", ep.AddrPort().String())
		}
		return d.DialContext(ctx, "tcp4", ep.AddrPort().String())
	}), ep
}

// get asks for path and gives the answer with its body read.
func get(t testing.TB, n *LoopbackNet, port uint16, path string, header ...string) (*http.Response, string) {
	t.Helper()
	c, ep := client(n, port, false)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, probes.URL(ep, path), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// talk holds a scripted conversation: each odd word is waited for, each even
// one is sent.
func talk(t testing.TB, c net.Conn, script ...string) {
	t.Helper()
	in := bufio.NewReader(c)
	for i, word := range script {
		if i%2 == 1 {
			if _, err := io.WriteString(c, word); err != nil {
				t.Fatalf("sending %q: %v", word, err)
			}
			continue
		}
		var heard strings.Builder
		for !strings.HasSuffix(heard.String(), word) {
			b, err := in.ReadByte()
			if err != nil {
				t.Fatalf("waiting for %q: %v after %q", word, err, heard.String())
			}
			heard.WriteByte(b)
		}
	}
}

// atEnd waits until the device has closed the connection.
func atEnd(t testing.TB, c net.Conn) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Fatalf("the device does not close: %v", err)
	}
}

// device is a small one of its own making.
func device(t testing.TB, listeners, rest string, files ...string) *Device {
	t.Helper()
	dir := fstest.MapFS{"device.json": {Data: []byte(`{"name":"x","mac":"00:14:d1:00:00:01",
"truth":{"kind":"camera"},"problems":[],"no_problems":[],"source":"built from the test",` + rest + `
"open":[` + openOf(listeners) + `],"listeners":[` + listeners + `]}`)}}
	for i := 0; i+1 < len(files); i += 2 {
		dir[files[i]] = &fstest.MapFile{Data: []byte(files[i+1])}
	}
	d, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// openOf lists a port for each listener on one, 80 first and then 81 …
func openOf(listeners string) string {
	var open []string
	for _, port := range []string{"80", "81", "82"} {
		if strings.Contains(listeners, `"port":`+port) {
			open = append(open, `{"transport":"tcp","port":`+port+`}`)
		}
	}
	return strings.Join(open, ",")
}
