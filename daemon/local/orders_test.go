package local

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// servant is a house, and a door, that does as it is told.
type servant struct {
	fixed
	done []string
	err  error
}

func (s *servant) Start() error           { s.done = append(s.done, "sweep"); return s.err }
func (s *servant) Inspect(d string) error { s.done = append(s.done, "inspect "+d); return s.err }
func (s *servant) Erase() error           { s.done = append(s.done, "erase"); return s.err }
func (s *servant) Set(pw string) error    { s.done = append(s.done, "password "+pw); return s.err }
func (s *servant) Ticket(time.Time) string {
	s.done = append(s.done, "ticket")
	return "a-ticket"
}

// TestOrders: each order reaches the one who does it, and a refusal comes back in
// its own words.
func TestOrders(t *testing.T) {
	able := &servant{fixed: house()}
	dir := t.TempDir()
	serveAs(t, &Server{State: dir, House: able, Door: able})
	c := NewClient(dir)
	orders := []func() error{
		func() error { return c.Sweep(t.Context()) }, func() error { return c.Inspect(t.Context(), "d-cam") },
		func() error { return c.SetPassword(t.Context(), "three wet dogs") }, func() error { return c.Erase(t.Context()) },
	}
	for i, order := range orders {
		if err := order(); err != nil {
			t.Errorf("order %d: %v", i, err)
		}
	}
	if ticket, err := c.Ticket(t.Context()); err != nil || ticket.Ticket != "a-ticket" {
		t.Errorf("ticket %q, %v", ticket.Ticket, err)
	}
	if got := strings.Join(able.done, ", "); got != "sweep, inspect d-cam, password three wet dogs, erase, ticket" {
		t.Errorf("done: %s", got)
	}
	able.err = errors.New("a sweep is under way already")
	for i, order := range orders {
		if err := order(); err == nil || err.Error() != "a sweep is under way already" {
			t.Errorf("order %d: %v", i, err)
		}
	}
	var unable Server
	unable.House, unable.Now = house(), time.Now
	for _, path := range []string{"/sweep", "/inspect", "/erase", "/password", "/ticket"} {
		w := httptest.NewRecorder()
		unable.routes().ServeHTTP(w, httptest.NewRequest("POST", path, nil))
		if w.Code != http.StatusConflict {
			t.Errorf("%s of a daemon that cannot: %d", path, w.Code)
		}
		w = httptest.NewRecorder()
		unable.routes().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %d", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	unable.routes().ServeHTTP(w, httptest.NewRequest("POST", "/sweep", strings.NewReader(`{"device":"`+strings.Repeat("x", maxOrder)+`"}`)))
	if w.Code != http.StatusBadRequest {
		t.Errorf("an order without end: %d", w.Code)
	}
}

// TestExport is the whole sweep with what is concluded, and no hour of a phone.
func TestExport(t *testing.T) {
	dir := t.TempDir()
	serveAs(t, &Server{State: dir, House: house(), Conclude: func(s lan.Sweep) lan.Sweep { s.Tool = "concluded"; return s }})
	s, err := NewClient(dir).Export(t.Context())
	if err != nil || s.Tool != "concluded" || len(s.Devices) != 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	if !s.Devices[0].LastSeen.Equal(noon) || s.Devices[1].LastSeen.Equal(noon) {
		t.Errorf("seen at %v and %v", s.Devices[0].LastSeen, s.Devices[1].LastSeen)
	}
}
