package ui

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// home is a dashboard with a door, a clock and a browser's cookie.
type home struct {
	t      *testing.T
	h      http.Handler
	house  *fakeHouse
	door   *fakeDoor
	clock  *hand
	log    *strings.Builder
	cookie string
	known  string // the cookie of a browser that was let in before
}

func newHome(t *testing.T, kept string) *home {
	t.Helper()
	m := &home{t: t, house: newHouse(t), door: &fakeDoor{kept: kept}, clock: &hand{at: noon}, log: &strings.Builder{}}
	var err error
	m.h, err = New(Options{
		House: m.house, Door: m.door, Version: "9.8.7", Now: m.clock.now,
		Log: slog.New(slog.NewTextHandler(m.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// ask sends one request of our own page, keeps the cookie it gets and checks
// the status.
func (m *home) ask(method, path, body string, want int) *httptest.ResponseRecorder {
	m.t.Helper()
	w := visit(m.h, method, path, "192.168.1.1", body,
		"Origin", "http://192.168.1.1", "Content-Type", "application/json", "Cookie", m.cookie+"; "+m.known)
	if w.Code != want {
		m.t.Fatalf("%s %s: %d %s, want %d", method, path, w.Code, w.Body, want)
	}
	for _, c := range w.Result().Cookies() {
		if c.Name == cookieName {
			m.cookie = c.Name + "=" + c.Value
		} else {
			m.known = c.Name + "=" + c.Value
		}
	}
	return w
}

func (m *home) standing() string {
	m.t.Helper()
	var s standing
	if err := json.Unmarshal(m.ask("GET", "/api/v1/session", "", 200).Body.Bytes(), &s); err != nil {
		m.t.Fatal(err)
	}
	return s.State
}

const enter = `{"password":"` + password + `"}`

func TestFirstRun(t *testing.T) {
	m := newHome(t, "")
	if got := m.standing(); got != "setup" {
		t.Fatalf("state %q, want setup", got)
	}
	m.ask("GET", "/api/v1/state", "", 401)
	m.ask("POST", "/api/v1/login", enter, 409)
	m.ask("POST", "/api/v1/setup", `{"code":"`+code+`","password":"elevenchars"}`, 400)
	m.ask("POST", "/api/v1/setup", `{"code":"`+code+`","password":"`+strings.Repeat("x", maxPassword+1)+`"}`, 400)
	w := m.ask("POST", "/api/v1/setup", `{"code":"wrong","password":"`+password+`"}`, 403)
	if want := "That is not the code from the log."; !strings.Contains(w.Body.String(), want) {
		t.Errorf("answer %s does not say %q", w.Body, want)
	}
	m.ask("POST", "/api/v1/setup", `{"code":"`+code+`","password":"`+password+`"}`, 429)
	if m.door.Locked() {
		t.Fatal("a try inside the back-off reached the door")
	}
	m.clock.move(time.Second)
	m.ask("POST", "/api/v1/setup", `{"code":"`+code+`","password":"`+password+`"}`, 200)
	if got := m.standing(); got != "open" {
		t.Errorf("state %q after setting the password, want open", got)
	}
	m.ask("GET", "/api/v1/state", "", 200)
	m.ask("POST", "/api/v1/setup", `{"code":"`+code+`","password":"somebody else's"}`, 409)
	if strings.Contains(m.log.String(), password) {
		t.Error("the password stands in the log")
	}
}

func TestLogin(t *testing.T) {
	m := newHome(t, password)
	if got := m.standing(); got != "login" {
		t.Fatalf("state %q, want login", got)
	}
	w := m.ask("POST", "/api/v1/login", `{"password":"not it at all"}`, 403)
	if strings.Contains(w.Body.String(), "hash") || m.cookie != "" {
		t.Errorf("a wrong password got %s and cookie %q", w.Body, m.cookie)
	}
	w = m.ask("POST", "/api/v1/login", enter, 429)
	if w.Header().Get("Retry-After") != "1" || m.door.checks != 1 {
		t.Errorf("Retry-After %q after %d checks, want 1 and 1", w.Header().Get("Retry-After"), m.door.checks)
	}
	m.clock.move(time.Second)
	w = m.ask("POST", "/api/v1/login", enter, 200)
	c := w.Result().Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.MaxAge != 0 {
		t.Errorf("cookie %+v", c)
	}
	m.ask("GET", "/api/v1/state", "", 200)
	m.ask("POST", "/api/v1/login", `{"password":"not it at all"}`, 403) // at once: it is known now
	if w = m.ask("POST", "/api/v1/login", enter, 429); w.Header().Get("Retry-After") != "1" {
		t.Errorf("Retry-After %q for the first wrong one since, want 1", w.Header().Get("Retry-After"))
	}
	m.clock.move(12 * time.Hour)
	m.ask("GET", "/api/v1/state", "", 401)
	m.ask("POST", "/api/v1/login", enter, 200)
	old := m.cookie
	m.ask("POST", "/api/v1/logout", "", 200)
	m.cookie = old
	m.ask("GET", "/api/v1/state", "", 401)
}

// TestStrangers asks for everything without a session: only the name of the
// product may come out.
func TestStrangers(t *testing.T) {
	m := newHome(t, password)
	for _, c := range []struct{ method, path, body string }{
		{"GET", "state", ""}, {"GET", "devices/nas", ""}, {"GET", "events", ""},
		{"POST", "sweep", ""}, {"DELETE", "sweep", ""},
		{"POST", "decisions", `{"device":"nas","what":"name","value":"x"}`}, {"PUT", "touch", `{"touch":"listen"}`},
		{"PUT", "grants", `{"allow":true}`},
	} {
		m.ask(c.method, "/api/v1/"+c.path, c.body, 401)
	}
	if m.house.started+m.house.cancelled+len(m.house.decisions)+len(m.house.grants) > 0 || m.house.touch != 2 {
		t.Error("a stranger changed something")
	}
	w := m.ask("GET", "/api/v1/session", "", 200)
	if got, want := strings.TrimSpace(w.Body.String()), `{"product":"homesweep","state":"login"}`; got != want {
		t.Errorf("a stranger reads %s, want %s", got, want)
	}
}

func TestPublic(t *testing.T) {
	house := newHouse(t)
	h := newPublic(t, house)
	own := []string{"Origin", "http://127.0.0.1", "Content-Type", "application/json"}
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "state", "", 200}, {"POST", "sweep", "", 202}, {"DELETE", "sweep", "", 202},
		{"PUT", "touch", `{"touch":"listen"}`, 403}, {"PUT", "grants", `{"allow":true}`, 403}, {"POST", "decisions", `{"device":"nas","what":"name","value":"x"}`, 403},
		{"POST", "setup", `{"code":"x","password":"` + password + `"}`, 409}, {"POST", "login", enter, 409},
	} {
		if w := visit(h, c.method, "/api/v1/"+c.path, "127.0.0.1", c.body, own...); w.Code != c.want {
			t.Errorf("%s %s: %d, want %d", c.method, c.path, w.Code, c.want)
		}
	}
	if len(house.decisions)+len(house.grants) > 0 || house.touch != 2 {
		t.Error("a visitor changed a setting")
	}
}

func TestNewWants(t *testing.T) {
	if _, err := New(Options{Public: true}); err == nil {
		t.Error("no House, no error")
	}
	if _, err := New(Options{House: newHouse(t)}); err == nil {
		t.Error("no Door, no error")
	}
}
