package ui

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// knock is a log-in from an address, with the cookies given.
func knock(m *home, remote, body, cookies string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/api/v1/login", strings.NewReader(body))
	r.Host, r.RemoteAddr = "192.168.1.1", remote
	for k, v := range map[string]string{"Origin": "http://192.168.1.1", "Content-Type": "application/json", "Cookie": cookies} {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	m.h.ServeHTTP(w, r)
	return w
}

const guess = `{"password":"not it at all"}`

// TestBehindProxy: where all come from one address, one who guesses slows nobody
// down who was let in before, and is not forgiven when somebody else is right.
func TestBehindProxy(t *testing.T) {
	m, proxy := newHome(t, password), "192.168.1.2:4711"
	m.ask("POST", "/api/v1/login", enter, 200)
	for range 5 {
		knock(m, proxy, guess, "")
		m.clock.move(longestWait)
	}
	if w := knock(m, proxy, guess, ""); w.Code != 403 {
		t.Fatal(w.Code)
	}
	if w := knock(m, proxy, enter, ""); w.Code != 429 {
		t.Errorf("a stranger in the back-off: %d", w.Code)
	}
	for _, forged := range []string{knownCookie + "=", knownCookie + "=AAAA", knownCookie + "=" + strings.Repeat("A", 64), m.known + "A", m.known[:len(m.known)-2] + "AA"} {
		if w := knock(m, proxy, enter, forged); w.Code != 429 {
			t.Errorf("the cookie %q: %d", forged, w.Code)
		}
	}
	if w := knock(m, proxy, enter, m.known); w.Code != 200 || len(w.Result().Cookies()) != 1 {
		t.Errorf("a browser that is known: %d, %v", w.Code, w.Result().Cookies())
	}
	m.clock.move(longestWait)
	if w := knock(m, proxy, enter, ""); w.Code != 200 {
		t.Fatal(w.Code)
	}
	knock(m, proxy, guess, "")
	if w := knock(m, proxy, guess, ""); w.Header().Get("Retry-After") != "8" {
		t.Errorf("after another's success a guess costs %q s", w.Header().Get("Retry-After"))
	}
	again := newHome(t, password) // a cookie of another secret
	knock(again, proxy, guess, m.known)
	if w := knock(again, proxy, enter, ""); w.Code != 429 {
		t.Errorf("a cookie that we did not make has a bucket of its own: %d", w.Code)
	}
}

// TestPasswordRace: who knew the password that was replaced while it was looked at
// gets no session.
func TestPasswordRace(t *testing.T) {
	for path, body := range map[string]string{"POST login": enter, "PUT password": `{"old":"` + password + `","new":"four dry cats sleeping"}`} {
		m := let(t)
		m.door.meanwhile = func() { m.door.epoch++ } // homesweep passwd at the router
		method, path, _ := strings.Cut(path, " ")
		was := m.cookie
		if w := m.ask(method, "/api/v1/"+path, body, 409); m.cookie != was || len(w.Result().Cookies()) != 0 {
			t.Errorf("%s gave %v", path, w.Result().Cookies())
		}
		m.ask("GET", "/api/v1/state", "", 401)
	}
}

// TestPolledPage: a page that only asks is logged out after 12 hours; one that is
// opened again or used is not, for 30 days.
func TestPolledPage(t *testing.T) {
	m := let(t)
	for range 12*6 - 1 {
		m.clock.move(10 * time.Minute)
		m.ask("GET", "/api/v1/state", "", 200)
		m.ask("GET", "/api/v1/events-log", "", 200)
	}
	m.clock.move(10 * time.Minute)
	m.ask("GET", "/api/v1/state", "", 401)
	m.ask("POST", "/api/v1/login", enter, 200)
	for day := range 30 {
		for range 4 {
			if m.standing() != "open" {
				t.Fatalf("closed on day %d", day)
			}
			m.clock.move(6 * time.Hour)
		}
	}
	if m.standing() != "login" {
		t.Error("open after 30 days")
	}
}

// TestLogBounded: what strangers do fills no log.
func TestLogBounded(t *testing.T) {
	m := newHome(t, password)
	for range 500 {
		visit(m.h, "GET", "/", "evil.example", "")
		m.clock.move(10 * time.Millisecond)
	}
	if n := strings.Count(m.log.String(), "foreign host"); n != mostLines {
		t.Errorf("%d lines", n)
	}
	m.clock.move(linesAgain)
	visit(m.h, "GET", "/", "evil.example", "")
	if !strings.Contains(m.log.String(), fmt.Sprint("left_out=", 500-mostLines)) {
		t.Errorf("not said how much was left out: %s", m.log)
	}
	srv := Server(m.h)
	if srv.ErrorLog == nil {
		t.Fatal("the server writes to standard error")
	}
	for range 100 {
		srv.ErrorLog.Printf("http: TLS handshake error from 192.168.1.9:4: %s", "EOF\n\x1b[2J")
	}
	if n := strings.Count(m.log.String(), "TLS handshake"); n != mostLines || strings.Contains(m.log.String(), "\x1b") {
		t.Errorf("%d lines of the server", n)
	}
}

// TestSentence: an error is shown as a sentence without paths.
func TestSentence(t *testing.T) {
	full := &fs.PathError{Op: "write", Path: "/etc/homesweep/journal.jsonl", Err: errors.New("no space left on device")}
	for _, c := range []struct {
		err  error
		want string
	}{
		{errors.New("a sweep is under way already"), "A sweep is under way already."},
		{errors.New(" "), "It did not work."},
		{fmt.Errorf("the password could not be kept: %w", full), "The password could not be kept: no space left on device."},
		{errors.Join(errors.New("the data are still there"), full), "The data are still there\nno space left on device."},
		{fmt.Errorf("not kept: %w", &os.LinkError{Op: "rename", Old: "/a/b", New: "/a/c", Err: errors.New("read-only file system")}), "Not kept: read-only file system."},
	} {
		if got := sentence(c.err); got != c.want {
			t.Errorf("%q becomes %q", c.err, got)
		}
	}
}
