package ui

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

// TestCrowdObserves: who waits for an answer is at work, through TLS too.
func TestCrowdObserves(t *testing.T) {
	g, _, _ := newSquare(t).come("10.0.0.1")
	wrapped := tls.Server(g, &tls.Config{})
	for _, c := range []struct {
		state http.ConnState
		busy  bool
	}{{http.StateNew, false}, {http.StateActive, true}, {http.StateIdle, false}} {
		if observe(wrapped, c.state); g.busy != c.busy {
			t.Errorf("in state %v it is at work: %t", c.state, g.busy)
		}
	}
	if other, _ := net.Pipe(); guestOf(other) != nil || introduce(t.Context(), wrapped).Value(guestKey{}) != g {
		t.Error("a stranger's connection is taken for a guest, or a guest's is not")
	}
}

// TestCrowdServed: the server tells the crowd who has a session, and who waits for
// an answer.
func TestCrowdServed(t *testing.T) {
	m := let(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := Crowd(l).(*bounded)
	srv := &httptest.Server{Listener: c, Config: Server(m.h)}
	srv.Start()
	t.Cleanup(srv.Close)
	here := netip.MustParsePrefix("127.0.0.1/32")
	known := func() bool { c.mu.Lock(); defer c.mu.Unlock(); return c.friend(here) }
	ask := func(cookie string) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+"/api/v1/state", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Cookie", cookie)
		resp, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if ask("homesweep=guess"); known() {
		t.Error("a stranger is a friend")
	}
	if ask(m.cookie); !known() {
		t.Error("who has a session is a stranger")
	}
	if p := Server(m.h).Protocols; !p.HTTP1() || p.HTTP2() || p.UnencryptedHTTP2() {
		t.Errorf("it speaks %v", p)
	}
}

// TestCrowdStalled: who sends the head of a log-in and never all of its body keeps
// nobody else of its network out.
func TestCrowdStalled(t *testing.T) {
	m := newHome(t, password)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := Crowd(l).(*bounded)
	srv := &httptest.Server{Listener: c, Config: Server(m.h)}
	active := make(chan struct{}, 2*maxFromOne)
	srv.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		if observe(conn, state); state == http.StateActive {
			active <- struct{}{}
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	for range maxFromOne {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
		<-active
	}
	resp, err := srv.Client().Get(srv.URL + "/api/v1/session")
	if err != nil {
		t.Fatal("the next is kept out: ", err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 {
		t.Errorf("%d, %v", resp.StatusCode, err)
	}
}
