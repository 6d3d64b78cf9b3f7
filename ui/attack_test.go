package ui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// fortress is a dashboard as it is served, with a browser that has logged in.
type fortress struct {
	*home
	url     string
	browser http.Client
}

func newFortress(t *testing.T) *fortress {
	t.Helper()
	f := &fortress{home: let(t)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := Server(f.h)
	go srv.Serve(Crowd(l))
	t.Cleanup(func() { srv.Close() })
	f.url = "http://" + l.Addr().String()
	f.browser.Timeout = 20 * time.Second
	f.browser.Transport = &http.Transport{DisableKeepAlives: true}
	t.Cleanup(f.browser.CloseIdleConnections)
	return f
}

// answers wants the first page's data within a generous while, and says how long
// it took.
func (f *fortress) answers(under string) {
	f.t.Helper()
	began := time.Now()
	if code := f.send("GET", "/api/v1/state", nil, nil); code != 200 {
		f.t.Fatalf("under %s the owner gets %d", under, code)
	}
	f.t.Logf("under %s the owner has the state after %d ms", under, time.Since(began).Milliseconds())
}

// send is a request of the owner's browser with headers of choice; 0 is a
// connection that was closed.
func (f *fortress) send(method, path string, body io.Reader, headers map[string]string) int {
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.url+path, body)
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Cookie", f.cookie)
	for k, v := range headers {
		if r.Header.Set(k, v); k == "Host" {
			r.Host = v
		}
	}
	resp, err := f.browser.Do(r)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode
}

// TestAttackOrigins: what another site makes the owner's browser send is refused,
// cookie or not.
func TestAttackOrigins(t *testing.T) {
	f := newFortress(t)
	json := func(h map[string]string) map[string]string { h["Content-Type"] = "application/json"; return h }
	for name, c := range map[string]struct {
		method, path, body string
		headers            map[string]string
		want               int
	}{
		"DNS rebinding":                {"GET", "/api/v1/state", "", map[string]string{"Host": "evil.example"}, 421},
		"DNS rebinding, a write":       {"POST", "/api/v1/sweep", "", map[string]string{"Host": "evil.example", "Origin": "http://evil.example"}, 421},
		"another site's post":          {"POST", "/api/v1/erase", `{"word":"delete"}`, json(map[string]string{"Origin": "http://evil.example"}), 403},
		"a form without Origin":        {"POST", "/api/v1/erase", `{"word":"delete"}`, json(map[string]string{"Sec-Fetch-Site": "cross-site"}), 403},
		"a write that says not whence": {"POST", "/api/v1/erase", `{"word":"delete"}`, json(map[string]string{}), 403},
		"a form as plain text":         {"POST", "/api/v1/erase", `{"word":"delete"}`, map[string]string{"Origin": f.url, "Content-Type": "text/plain"}, 415},
		"figures from a script":        {"GET", "/metrics", "", map[string]string{"Sec-Fetch-Site": "same-site"}, 403},
		"a sandboxed frame":            {"PUT", "/api/v1/password", `{}`, json(map[string]string{"Origin": "null"}), 403},
	} {
		if got := f.send(c.method, c.path, strings.NewReader(c.body), c.headers); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
	if f.house.started+f.house.erased > 0 {
		t.Error("something was done")
	}
	f.answers("requests from elsewhere")
}

// TestAttackPaths: no path leads out of the packed files.
func TestAttackPaths(t *testing.T) {
	f := newFortress(t)
	for _, path := range []string{
		"/../ui.go", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/....//etc/passwd", "/static/../ui.go", "/packed/app.js.gz",
		"/.well-known/../../etc/passwd", "/..%5c..%5cetc%5cpasswd", "/app.js%00.txt", "/app.js/", "//etc/passwd", "/api/v1/devices/..%2f..%2fstate", "/api/v1/devices/%2e%2e",
	} {
		u := &url.URL{Opaque: path}
		conn, err := net.Dial("tcp", strings.TrimPrefix(f.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s\r\nConnection: close\r\n\r\n", u.Opaque, f.cookie)
		answer, err := io.ReadAll(io.LimitReader(conn, 1<<20))
		conn.Close()
		line, _, _ := bytes.Cut(answer, []byte("\r\n"))
		if err != nil || bytes.Contains(line, []byte(" 200 ")) || bytes.Contains(answer, []byte("root:")) || bytes.Contains(answer, []byte("package ui")) {
			t.Errorf("%s: %s, %v", path, line, err)
		}
	}
	f.answers("paths that lead nowhere")
}

// TestAttackFixation: a session id that somebody else chose is never opened.
func TestAttackFixation(t *testing.T) {
	m := newHome(t, password)
	const planted = cookieName + "=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	m.door.ticket = "a ticket"
	for path, body := range map[string]string{"login": enter, "ticket": `{"ticket":"a ticket"}`} {
		m.cookie = planted
		m.ask("POST", "/api/v1/"+path, body, 200)
		if m.cookie == planted {
			t.Errorf("%s kept the id that was there before", path)
		}
		m.ask("GET", "/api/v1/state", "", 200)
		fresh := m.cookie
		m.cookie = planted
		m.ask("GET", "/api/v1/state", "", 401)
		m.cookie = fresh
		m.ask("POST", "/api/v1/login", enter, 200)
		m.cookie = fresh // the id from before a log-in is dead after it
		m.ask("GET", "/api/v1/state", "", 401)
	}
}

// TestAttackPasswords: a thousand wrong passwords in a row reach the door a few
// times, and its owner, elsewhere, is let in at once.
func TestAttackPasswords(t *testing.T) {
	m := newHome(t, password)
	slow := 0
	for i := range 1000 {
		w := visit(m.h, "POST", "/api/v1/login", "192.168.1.1", fmt.Sprintf(`{"password":"guess number %d"}`, i), "Origin", "http://192.168.1.1", "Content-Type", "application/json")
		if w.Code != 403 && w.Code != 429 {
			t.Fatalf("guess %d: %d", i, w.Code)
		}
		if w.Code == 429 {
			slow++
		}
		m.clock.move(10 * time.Millisecond) // 10 s in all: 1 + 2 + 4 + 8
	}
	if m.door.checks > 4 || slow < 996 {
		t.Errorf("%d of a thousand guesses in ten seconds reached the door", m.door.checks)
	}
	m.clock.move(longestWait) // never a lock-out, not even for that address
	m.ask("POST", "/api/v1/login", enter, 200)
}

// zeros is a body without end.
type zeros struct{ read atomic.Int64 }

func (z *zeros) Read(p []byte) (int, error) {
	clear(p)
	z.read.Add(int64(len(p)))
	return len(p), nil
}

// TestAttackUpload: a gigabyte is not taken in anywhere.
func TestAttackUpload(t *testing.T) {
	f := newFortress(t)
	for path, kind := range map[string]string{"/api/v1/decisions": "application/json", "/api/v1/alerts": "application/json", knowledgePath: "application/octet-stream", "/": "text/plain", "/api/v1/sweep": "text/plain"} {
		body := &zeros{}
		code := f.send("POST", path, io.LimitReader(body, 1<<30), map[string]string{"Origin": f.url, "Content-Type": kind})
		if code != 0 && (code < 400 && path != "/api/v1/sweep" || code >= 500) {
			t.Errorf("%s: %d", path, code)
		}
		if n := body.read.Load(); n > 64<<20 { // what the kernel's own queues take, and the bound
			t.Errorf("%s took in %d bytes", path, n)
		}
	}
	f.answers("an upload of a gigabyte")
}

// TestAttackSlow: ten thousand connections that send a byte and wait, from ten
// addresses, hold few places, and none that the owner wants.
func TestAttackSlow(t *testing.T) {
	f := newFortress(t)
	most := 10_000
	var fds syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &fds); err == nil {
		most = min(most, int(min(fds.Cur, 1<<20))/2-200) // both ends are ours
	}
	if testing.Short() {
		most = min(most, 2000)
	}
	var open []net.Conn
	defer func() {
		for _, c := range open {
			c.Close()
		}
	}()
	for i := range most {
		d := net.Dialer{Timeout: 10 * time.Second, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%10))}}
		c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(f.url, "http://"))
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		_, _ = c.Write([]byte("G")) // where it was closed at once, that fails
		open = append(open, c)
	}
	f.answers(fmt.Sprintf("%d slow connections", most))
}

// TestAttackEvents: pages that watch, more than there are seats for, are told to
// come again, and the rest works on.
func TestAttackEvents(t *testing.T) {
	f := newFortress(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	full := 0
	for i := range 40 {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%8))}}
		tr := &http.Transport{DialContext: d.DialContext}
		defer tr.CloseIdleConnections()
		r, err := http.NewRequestWithContext(ctx, "GET", f.url+"/api/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", f.cookie)
		resp, err := tr.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.StatusCode == 503 {
			full++
		}
	}
	if full != 40-maxListeners {
		t.Errorf("%d of 40 were told to come again, want %d", full, 40-maxListeners)
	}
	f.answers("a flood of watching pages")
}
