package ui

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// crier is a house that tells of each event at once.
type crier struct {
	*fakeHouse
	told chan lan.Event
}

func (c crier) Happenings(ctx context.Context, see func(lan.Event)) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-c.told:
			see(e)
		}
	}
}

// happen keeps an event, and tells of it.
func (c crier) happen(e lan.Event) {
	c.mu.Lock()
	c.log = append([]lan.Event{e}, c.log...)
	c.mu.Unlock()
	c.told <- e
}

// TestHappenings: a page hears of an event at once, and after a break of those
// that it missed, once each and in order.
func TestHappenings(t *testing.T) {
	house := crier{newHouse(t), make(chan lan.Event)}
	house.log = []lan.Event{{ID: 40, What: lan.DeviceJoined, Words: "It joined."}}
	srv := httptest.NewServer(newPublic(t, house))
	t.Cleanup(srv.Close)
	hear := func(lastID string, want ...string) {
		t.Helper()
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		r, err := http.NewRequestWithContext(ctx, "GET", srv.URL+"/api/v1/events", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Last-Event-ID", lastID)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		<-house.watching
		in := bufio.NewScanner(resp.Body)
		for len(want) > 0 {
			if want[0] == "now" {
				house.happen(lan.Event{ID: house.log[0].ID + 1, What: lan.PortMapped, Words: "A port\nwas opened."})
				want = want[1:]
			}
			if !in.Scan() {
				t.Fatalf("the stream ended before %q: %v", want, in.Err())
			}
			if line := in.Text(); strings.HasPrefix(line, "id: ") {
				if line != want[0] {
					t.Fatalf("after %q: %q, want %q", lastID, line, want[0])
				}
				want = want[1:]
			}
		}
		if in.Scan(); in.Text() == "event: happening" && in.Scan() {
			var e lan.Event
			if err := json.Unmarshal([]byte(strings.TrimPrefix(in.Text(), "data: ")), &e); err != nil || e.Words != "A port\nwas opened." {
				t.Errorf("it carries %s: %v", in.Text(), err)
			}
		}
	}
	hear("", "id: 40", "now", "id: 41", "now", "id: 42")
	hear("40", "id: 41", "id: 42")
	hear("42", "id: 42", "now", "id: 43")
	hear("9000", "id: 43") // of a memory that is lost
	hear("'; evil", "id: 43")
}

// TestResumeBounded: who was away for long hears the newest 200 of it.
func TestResumeBounded(t *testing.T) {
	m := let(t)
	m.house.log = nil
	for id := range 1000 {
		m.house.log = append([]lan.Event{{ID: uint64(id + 1), What: lan.DeviceJoined}}, m.house.log...)
	}
	synctest.Test(t, func(t *testing.T) {
		m.house.watching = make(chan struct{}, 8)
		w := &tape{ResponseRecorder: httptest.NewRecorder()}
		ctx, stop := context.WithCancel(t.Context())
		r := httptest.NewRequest("GET", "/api/v1/events", nil).WithContext(ctx)
		r.Host = "127.0.0.1"
		r.Header.Set("Cookie", m.cookie)
		r.Header.Set("Last-Event-ID", "3")
		done := make(chan struct{})
		go func() { defer close(done); m.h.ServeHTTP(w, r) }()
		synctest.Wait()
		stop()
		<-done
		if n := strings.Count(w.text(), "event: happening"); n != fullPage || !strings.Contains(w.text(), "id: 1000\n") || strings.Contains(w.text(), "id: 800\n") {
			t.Errorf("%d events caught up on", n)
		}
	})
}

// TestEventsWithoutMemory: where nothing is written down, the progress comes.
func TestEventsWithoutMemory(t *testing.T) {
	house := newHouse(t)
	srv := httptest.NewServer(newPublic(t, struct{ House }{house}))
	t.Cleanup(srv.Close)
	p := watchPage(t, t.Context(), srv.URL)
	if got := p.next(); got.Running {
		t.Errorf("%+v", got)
	}
	<-house.watching
}

// TestComingsAndGoings: neither the stream nor the list tells when somebody's
// phone came home, not even by where the event stands among others.
func TestComingsAndGoings(t *testing.T) {
	m := let(t)
	m.house.log = nil
	for i, kind := range []lan.Kind{"phone", "camera", "computer", "unknown"} {
		for j, what := range lan.Happenings() {
			m.house.log = append(m.house.log, lan.Event{ID: uint64(1000 - i*20 - j), At: noon, What: what, Kind: kind, Device: "d"})
		}
	}
	untold := []lan.Happening{lan.DeviceBack, lan.DeviceGone, lan.DeviceRenewed, lan.AddressChanged, lan.ServiceOpened}
	list := get[eventPage](m, "/api/v1/events-log?limit=200").Events
	if len(list) != 4*len(lan.Happenings())-2*5 {
		t.Errorf("%d events of %d", len(list), len(m.house.log))
	}
	for _, e := range list {
		if e.Kind.Personal() && (slices.Contains(untold, e.What) || !e.At.Equal(noon.Truncate(24*60*60*1e9))) {
			t.Errorf("told of a %s: %s at %v", e.Kind, e.What, e.At)
		}
	}
	paged, before := []lan.Event{}, "0"
	for range 100 {
		page := get[eventPage](m, "/api/v1/events-log?limit=3&before="+before).Events
		paged = append(paged, page...)
		if len(page) < 3 {
			break
		}
		b, err := json.Marshal(page[2].ID)
		if err != nil {
			t.Fatal(err)
		}
		before = string(b)
	}
	if !slices.EqualFunc(paged, list, func(a, b lan.Event) bool { return a.ID == b.ID }) {
		t.Errorf("page by page there are %d events, at once %d", len(paged), len(list))
	}
	phone := slices.IndexFunc(m.house.sweep.Devices, func(d lan.Device) bool { return d.Kind == "phone" })
	id := m.house.sweep.Devices[phone].ID
	m.house.days = map[string][]lan.Day{id: {{Date: "2026-11-22", Minutes: 77, Seen: true}}, "nas": {{Date: "2026-11-22", Minutes: 77, Seen: true}}}
	if got := get[dayList](m, "/api/v1/devices/"+id+"/days").Days; len(got) != 1 || got[0].Minutes != 0 || !got[0].Seen {
		t.Errorf("days of a phone: %+v", got)
	}
	if got := get[dayList](m, "/api/v1/devices/nas/days").Days; got[0].Minutes != 77 {
		t.Errorf("days of a NAS: %+v", got)
	}
}

// TestHappeningOnce: what has been told is not told again with each progress.
func TestHappeningOnce(t *testing.T) {
	m := let(t)
	m.house.log = []lan.Event{{ID: 7, What: lan.DeviceJoined}}
	synctest.Test(t, func(t *testing.T) {
		m.house.watching = make(chan struct{}, 8)
		p, leave := onTape(t, m)
		m.house.log = []lan.Event{{ID: 8, What: lan.DeviceJoined}, {ID: 7, What: lan.DeviceJoined}}
		for i := range 3 {
			m.house.tell(lan.Progress{Running: true, Probes: i})
			time.Sleep(time.Minute)
		}
		leave()
		if n := strings.Count(p.text(), "event: happening"); n != 1 {
			t.Errorf("told %d times", n)
		}
	})
}
