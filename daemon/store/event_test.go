package store

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

func event(n int, at time.Time) lan.Event {
	return lan.Event{At: at, What: lan.ServiceOpened, Device: fmt.Sprintf("dev-%03d", n%3), Name: "Thing", Service: "tcp/80", Words: fmt.Sprintf("Event %d.", n)}
}

func mustAppend(t *testing.T, s *Store, list ...lan.Event) []lan.Event {
	t.Helper()
	kept, err := s.AppendEvents(list)
	if err != nil {
		t.Fatal(err)
	}
	return kept
}

func numbers(t *testing.T, s *Store, device string, before uint64, limit int) (list []uint64) {
	t.Helper()
	if before > 0 {
		before += zeroth
	}
	found, err := s.Events(device, before, limit)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		list = append(list, e.ID-zeroth)
	}
	return list
}

// zeroth is the number before that of the first event of a memory made at day0.
var zeroth = uint64(day0.Unix())

func TestEvents(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	for n := range 9 {
		if kept := mustAppend(t, s, event(n, day0)); len(kept) != 1 || kept[0].ID != zeroth+uint64(n+1) {
			t.Fatalf("event %d is kept as %+v", n, kept)
		}
	}
	s.Close()
	s = mustOpen(t, o)
	for _, c := range []struct {
		device string
		before uint64
		limit  int
		want   []uint64
	}{
		{"", 0, 3, []uint64{9, 8, 7}}, {"", 7, 2, []uint64{6, 5}}, {"", 1, 9, nil}, {"", 99, 2, []uint64{9, 8}}, {"", 0, 0, nil},
		{"dev-001", 0, 9, []uint64{8, 5, 2}}, {"dev-001", 8, 1, []uint64{5}}, {"dev", 0, 9, nil}, {"tcp/80", 0, 9, nil},
	} {
		if got := numbers(t, s, c.device, c.before, c.limit); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q before %d, at most %d: %d, want %d", c.device, c.before, c.limit, got, c.want)
		}
	}
}

// TestEventsGo: events go when they are old or too many, and no number comes twice.
func TestEventsGo(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	var list []lan.Event
	for n := range lan.MaxEvents {
		list = append(list, event(n, day0))
	}
	mustAppend(t, s, list...)
	c.now = days(1)
	mustAppend(t, s, event(0, c.now), event(1, c.now))
	if got := numbers(t, s, "", 0, 2*lan.MaxEvents); len(got) != lan.MaxEvents || got[len(got)-1] != 3 {
		t.Errorf("%d events, the oldest is %d", len(got), got[len(got)-1])
	}
	pass(t, s, c, 90)
	c.now = c.now.Add(time.Hour)
	mustCommit(t, s, numbered(1))
	if got := numbers(t, s, "", 0, 9); !reflect.DeepEqual(got, []uint64{lan.MaxEvents + 2, lan.MaxEvents + 1}) {
		t.Errorf("after 90 days: %d", got)
	}
	pass(t, s, c, 200)
	mustCommit(t, s, numbered(2))
	if kept := mustAppend(t, s, event(0, c.now)); kept[0].ID != zeroth+lan.MaxEvents+3 {
		t.Errorf("after all have gone the next is number %d", kept[0].ID)
	}
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	lost := mustAppend(t, s, event(0, c.now))[0].ID
	s.Close()
	os.Remove(o.Path)
	s = mustOpen(t, o)
	if kept := mustAppend(t, s, event(0, c.now)); kept[0].ID <= lost {
		t.Errorf("number %d was used before", kept[0].ID)
	}
	if got := numbers(t, s, "", 0, 9); len(got) != 2 {
		t.Errorf("read back: %d", got)
	}
}

// TestNumbersAfterRestore: a line that was left over does not take back the numbers that
// are left out because they may have been told.
func TestNumbersAfterRestore(t *testing.T) {
	for _, before := range [][]lan.Event{nil, {event(0, day0)}} { // in the copy
		s, _, o := home(t)
		mustAppend(t, s, before...)
		if err := s.Snapshot(); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, s, event(1, day0))
		left, err := os.ReadFile(o.Path + recentMark)
		if err != nil {
			t.Fatal(err)
		}
		lost := mustAppend(t, s, event(2, day0))[0].ID
		s.Close()
		os.Remove(o.Path)
		if err := os.WriteFile(o.Path+recentMark, left, 0o600); err != nil {
			t.Fatal(err)
		}
		s = mustOpen(t, o)
		numbers(t, s, "", 0, 9) // which has the line come into the database
		if kept := mustAppend(t, s, event(3, day0)); kept[0].ID <= lost {
			t.Errorf("%d events in the copy: number %d was told before, as far as %d", len(before), kept[0].ID, lost)
		}
	}
}

// TestEventsAllOrNothing: of many at once none is kept where not all can be.
func TestEventsAllOrNothing(t *testing.T) {
	c := &clock{day0}
	o := options(t, c)
	o.MaxSize = 256 << 10
	s := mustOpen(t, o)
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1)))
	fat := event(1, day0)
	fat.Words = strings.Repeat("x", maxEvent-512)
	for range maxRecent - 1 {
		mustAppend(t, s, fat)
	}
	if kept, err := s.AppendEvents(slices.Repeat([]lan.Event{fat}, 3*eventsInLine)); err == nil {
		t.Fatalf("%d events are kept beyond the bound", len(kept))
	}
	if len(s.held) != maxRecent-1 {
		t.Errorf("%d lines are kept, want %d", len(s.held), maxRecent-1)
	}
}

// TestRepeated: what flaps by nature is said once a day, all else each time.
func TestRepeated(t *testing.T) {
	s := mustOpen(t, options(t, &clock{day0}))
	for what, want := range map[lan.Happening]int{lan.SecondDHCP: 2, lan.PortMapped: 2, lan.ServiceOpened: 3} {
		n := 0
		for _, at := range []time.Time{day0, day0.Add(time.Hour), days(2)} {
			n += len(mustAppend(t, s, lan.Event{At: at, What: what, Device: "d"}))
		}
		if n != want {
			t.Errorf("%s was said %d times, want %d", what, n, want)
		}
	}
}

// TestTurnsOutPersonal: when a device turns out to be somebody's phone, what was kept
// of its comings and goings is rounded.
func TestTurnsOutPersonal(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	guest := device(1)
	guest.Kind, guest.Confidence = "unknown", 0.1
	mustCommit(t, s, sweepAt(day0, lan.Ask, guest))
	for i, state := range []lan.State{lan.Online, lan.Away, lan.Online} {
		stand(t, s, "dev-001", state, day0.Add(time.Duration(i)*time.Hour))
	}
	mustAppend(t, s, lan.Event{At: c.now, What: lan.DeviceJoined, Device: "dev-001"}, lan.Event{At: c.now, What: lan.DeviceGone, Device: "dev-001"}, event(2, c.now))
	c.now = day0.Add(6 * time.Hour)
	guest.Kind, guest.Confidence = "phone", 0.9
	mustCommit(t, s, sweepAt(c.now, lan.Ask, guest))
	list, err := s.Events("dev-001", 0, 9)
	if err != nil || len(list) != 1 || list[0].What != lan.DeviceJoined || !list[0].At.Equal(day0.Truncate(24*time.Hour)) {
		t.Errorf("events %+v, %v", list, err)
	}
	if list, err := s.Events("dev-002", 0, 9); err != nil || len(list) != 1 || !list[0].At.Equal(day0) {
		t.Errorf("events of another %+v, %v", list, err)
	}
	_ = s.view(func(tx *bolt.Tx) error {
		if raw := string(tx.Bucket(seenBucket).Get([]byte("dev-001"))); !strings.Contains(raw, `"today":{"date":"2026-11-01","counted":"2026-11-01T00:00:00Z"}`) {
			t.Errorf("its days are kept as %s", raw)
		} else if !strings.Contains(raw, `"since":"2026-11-01T00:00:00Z","by":"arp","at":"2026-11-01T00:00:00Z"`) {
			t.Errorf("how it stands is kept as %s", raw)
		}
		return nil
	})
}

// TestNewcomerIsPersonal: that a phone joined is told before it is known for one.
func TestNewcomerIsPersonal(t *testing.T) {
	c := &clock{day0}
	s := mustOpen(t, options(t, c))
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(2)))
	c.now = day0.Add(6 * time.Hour)
	mustAppend(t, s, lan.Event{At: c.now, What: lan.DeviceJoined, Device: "dev-001"})
	guest := device(1)
	guest.Kind, guest.Confidence = "phone", 0.9
	mustCommit(t, s, sweepAt(c.now, lan.Ask, guest))
	if list, err := s.Events("dev-001", 0, 9); err != nil || len(list) != 1 || !list[0].At.Equal(day0.Truncate(24*time.Hour)) {
		t.Errorf("events %+v, %v", list, err)
	}
}
