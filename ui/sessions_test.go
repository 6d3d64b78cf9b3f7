package ui

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// hand is a clock that a test moves.
type hand struct {
	mu sync.Mutex
	at time.Time
}

func (h *hand) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hand) move(by time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(by)
}

func TestSessionIdle(t *testing.T) {
	clock := &hand{at: noon}
	s := newSessions(clock.now, func() uint64 { return 0 })
	id := s.start(0)
	for range 3 {
		clock.move(11 * time.Hour)
		if !s.use(id) {
			t.Fatal("closed although in use")
		}
	}
	clock.move(11 * time.Hour)
	if !s.open(id) {
		t.Fatal("closed before its time")
	}
	clock.move(time.Hour) // looking on, as events do, was no use
	if s.use(id) || s.open(id) {
		t.Error("open after 12 idle hours")
	}
	id = s.start(0)
	for range 30*24/6 - 1 {
		clock.move(6 * time.Hour)
		if !s.use(id) {
			t.Fatal("closed within 30 days although in use")
		}
	}
	clock.move(6 * time.Hour)
	if s.use(id) {
		t.Error("open after 30 busy days")
	}
}

// TestSessionEpoch: who proved an earlier password gets no session.
func TestSessionEpoch(t *testing.T) {
	epoch := uint64(3)
	s := newSessions((&hand{at: noon}).now, func() uint64 { return epoch })
	id := s.start(3)
	if epoch++; s.start(3) != "" || s.open(id) || s.start(4) == "" {
		t.Error("a session of a password that is no more")
	}
}

func TestSessionBounds(t *testing.T) {
	clock := &hand{at: noon}
	s := newSessions(clock.now, func() uint64 { return 0 })
	ids := map[string]bool{}
	first := s.start(0)
	for range maxSessions {
		clock.move(time.Minute)
		s.use(first)
		ids[s.start(0)] = true
	}
	if len(ids) != maxSessions {
		t.Errorf("%d different ids in %d", len(ids), maxSessions)
	}
	if len(s.used) != maxSessions || !s.open(first) {
		t.Errorf("%d sessions kept, want %d with the busiest among them", len(s.used), maxSessions)
	}
	for id := range ids {
		if len(id) != 43 { // 32 bytes in base64
			t.Fatalf("id of %d characters", len(id))
		}
	}
	s.end(first)
	if s.use(first) || s.use("") {
		t.Error("open after its end, or without an id")
	}
}

func TestBackOff(t *testing.T) {
	clock := &hand{at: noon}
	tr := newTries(clock.now)
	me, other := "192.168.1.5/32", "192.168.1.6/32"
	for i, want := range []time.Duration{1, 2, 4, 8, 8, 8, 8, 8, 8, 8, 8, 8} {
		want *= time.Second
		if wait := tr.begin(me); wait != 0 {
			t.Fatalf("try %d: told to wait %v", i, wait)
		}
		if wait := tr.begin(me); wait != want {
			t.Fatalf("after try %d: wait %v, want %v", i, wait, want)
		}
		clock.move(want)
	}
	if wait := tr.begin(other); wait != 0 {
		t.Errorf("somebody else waits %v", wait)
	}
	clock.move(longestWait)
	tr.begin(me)
	tr.forgive(me)
	if wait := tr.begin(me); wait != 0 {
		t.Errorf("wait %v after the right password", wait)
	}
	if wait := tr.begin(me); wait != longestWait {
		t.Errorf("the right password forgave those before it: wait %v", wait)
	}
	tr.begin("third")
	tr.forgive("third")
	if _, kept := tr.by["third"]; kept {
		t.Error("who was never wrong is kept")
	}
}

func TestBackOffForgets(t *testing.T) {
	clock := &hand{at: noon}
	tr := newTries(clock.now)
	for i := range 1000 {
		tr.begin(fmt.Sprint("10.0.", i>>8, ".", i&255))
		clock.move(time.Millisecond)
	}
	if len(tr.by) != maxTriers {
		t.Errorf("%d addresses kept, want %d", len(tr.by), maxTriers)
	}
	clock.move(forgetAfter + longestWait + time.Second)
	tr.begin("10.1.1.1/32")
	if len(tr.by) != 1 {
		t.Errorf("%d addresses kept after a quiet while, want 1", len(tr.by))
	}
}

// TestTryOrigin: on the link each address counts for itself, from afar an IPv6
// network as one.
func TestTryOrigin(t *testing.T) {
	for remote, want := range map[string]string{
		"192.168.1.5:4711":          "192.168.1.5/32",
		"[::ffff:192.168.1.5]:4711": "192.168.1.5/32",
		"[fd00:1:2:3:4:5:6:7]:1":    "fd00:1:2:3:4:5:6:7/128",
		"[fd00:1:2:4:4:5:6:7]:1":    "fd00:1:2:4::/64",
		"[fe80::1%br-lan]:1":        "fe80::1/128",
		"@":                         "invalid Prefix",
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.TCPAddr{IP: net.ParseIP("fd00:1:2:3::1"), Port: 80})))
		r.RemoteAddr = remote
		if got := fmt.Sprint(origin(r)); got != want {
			t.Errorf("%s counts as %s, want %s", remote, got, want)
		}
	}
}
