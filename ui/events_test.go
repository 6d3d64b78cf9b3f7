package ui

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// page reads the events of a live server.
type page struct {
	t    *testing.T
	resp *http.Response
	in   *bufio.Scanner
}

func watchPage(t *testing.T, ctx context.Context, url string) *page {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", url+"/api/v1/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return &page{t, resp, bufio.NewScanner(resp.Body)}
}

// next is the next progress. None has an id.
func (p *page) next() (got lan.Progress) {
	p.t.Helper()
	id, what := "", ""
	for p.in.Scan() {
		line := p.in.Text()
		if v, ok := strings.CutPrefix(line, "id: "); ok {
			id = v
		}
		if v, ok := strings.CutPrefix(line, "event: "); ok {
			what = v
		}
		if line == "" {
			id = ""
		}
		if v, ok := strings.CutPrefix(line, "data: "); ok {
			if err := json.Unmarshal([]byte(v), &got); err != nil {
				p.t.Fatal(err)
			}
			if id != "" || what != "progress" {
				p.t.Errorf("a progress is %q with id %q", what, id)
			}
			return got
		}
	}
	p.t.Fatalf("the events ended: %v", p.in.Err())
	return got
}

func TestEvents(t *testing.T) {
	house := newHouse(t)
	srv := httptest.NewServer(newPublic(t, house))
	t.Cleanup(srv.Close)
	p := watchPage(t, t.Context(), srv.URL)
	if kind := p.resp.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/event-stream") {
		t.Errorf("content type %q", kind)
	}
	if !p.in.Scan() || p.in.Text() != "retry: 3000" {
		t.Errorf("first line %q", p.in.Text())
	}
	if got := p.next(); got.Running {
		t.Errorf("first event: %+v", got)
	}
	<-house.watching
	house.tell(lan.Progress{Running: true, Phase: "ports", Devices: 3, Message: "a\nb\n\nevent: evil"})
	if got := p.next(); got.Devices != 3 || got.Message != "a\nb\n\nevent: evil" {
		t.Errorf("second event: %+v", got)
	}
}

func TestEventsSeats(t *testing.T) {
	house := newHouse(t)
	srv := httptest.NewServer(newPublic(t, house))
	t.Cleanup(srv.Close)
	for range maxListeners {
		watchPage(t, t.Context(), srv.URL)
		<-house.watching
	}
	if p := watchPage(t, t.Context(), srv.URL); p.resp.StatusCode != 503 || p.resp.Header.Get("Retry-After") == "" {
		t.Errorf("listener %d: %s", maxListeners+1, p.resp.Status)
	}
	if n := house.watched(); n != maxListeners {
		t.Errorf("%d watchers for %d listeners", n, maxListeners)
	}
}

// tape is a ResponseWriter that keeps what was written.
type tape struct {
	*httptest.ResponseRecorder
	mu sync.Mutex
}

func (p *tape) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ResponseRecorder.Write(b)
}

func (p *tape) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.Body.String()
}

// onTape runs events in a bubble of made-up time until leave.
func onTape(t *testing.T, m *home) (p *tape, leave func()) {
	ctx, stop := context.WithCancel(t.Context())
	r := httptest.NewRequest("GET", "/api/v1/events", nil).WithContext(ctx)
	r.Host = "127.0.0.1"
	r.Header.Set("Cookie", m.cookie)
	p = &tape{ResponseRecorder: httptest.NewRecorder()}
	done := make(chan struct{})
	go func() { defer close(done); m.h.ServeHTTP(p, r) }()
	synctest.Wait()
	return p, func() { stop(); <-done }
}

func TestEventsPace(t *testing.T) {
	m := let(t)
	synctest.Test(t, func(t *testing.T) {
		m.house.watching = make(chan struct{}, 8)
		p, leave := onTape(t, m)
		for i := range 1000 { // a second of a busy sweep
			m.house.tell(lan.Progress{Running: true, Probes: i})
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Second)
		if n := strings.Count(p.text(), "event: progress"); n < 3 || n > 7 {
			t.Errorf("%d events in a second", n)
		}
		if !strings.Contains(p.text(), `"probes":999`) {
			t.Error("the last progress was lost")
		}
		time.Sleep(time.Minute)
		if n := strings.Count(p.text(), ": still here"); n != 4 {
			t.Errorf("%d heartbeats in a minute and 2 s, want 4", n)
		}
		leave()
		if n := m.house.watched(); n != 0 {
			t.Errorf("%d watchers after the request ended", n)
		}
	})
}

// TestEventsEndWithSession: whoever logs out stops seeing.
func TestEventsEndWithSession(t *testing.T) {
	m := let(t)
	synctest.Test(t, func(t *testing.T) {
		m.house.watching = make(chan struct{}, 8)
		_, leave := onTape(t, m)
		m.ask("POST", "/api/v1/logout", "", 200)
		time.Sleep(heartbeat + time.Second)
		synctest.Wait()
		if n := m.house.watched(); n != 0 {
			t.Errorf("%d watchers after the log-out", n)
		}
		leave()
	})
}
