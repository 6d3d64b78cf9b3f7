package store

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestRecentOutlives: what was kept as a line is there after a power cut, once, also when
// the database is read back from an older snapshot, and the lines go with everything else.
func TestRecentOutlives(t *testing.T) {
	s, c, o := home(t)
	stand(t, s, "dev-001", lan.Online, day0)
	ids := mustAppend(t, s, event(1, day0), event(2, day0))
	c.now = day0.Add(time.Hour)
	stand(t, s, "dev-001", lan.Offline, c.now)
	lines, err := os.ReadFile(o.Path + recentMark)
	if err != nil || strings.Count(string(lines), "\n") != 3 {
		t.Fatalf("%d lines, %v", strings.Count(string(lines), "\n"), err)
	}
	for _, lost := range []bool{false, true} {
		s.closeRecent()
		s.db.Close() // without what is held
		if lost {
			os.Remove(o.Path)
		}
		s = mustOpen(t, o)
		if got := numbers(t, s, "", 0, 9); len(got) != 2 || got[0] != ids[1].ID-zeroth {
			t.Errorf("lost %t: events %d", lost, got)
		}
		if got := lately(t, s, "dev-001", 1); got != "60" {
			t.Errorf("lost %t: it was here for %s minutes", lost, got)
		}
		if err := os.WriteFile(o.Path+recentMark, lines, 0o600); err != nil { // compacting it failed
			t.Fatal(err)
		}
	}
	if err := s.Erase(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(o.Path + recentMark); len(left) > 0 || err != nil {
		t.Errorf("after erasing: %s, %v", left, err)
	}
}

// TestRecentFails: where there is no journal for lines the database takes it at once.
func TestRecentFails(t *testing.T) {
	s, _, o := home(t)
	s.closeRecent()
	stand(t, s, "dev-001", lan.Online, day0)
	mustAppend(t, s, event(1, day0))
	s.db.Close()
	s = mustOpen(t, o)
	if got := latest(t, s).Devices[0].Presence.State; got != lan.Online || len(numbers(t, s, "", 0, 9)) != 1 {
		t.Errorf("it stands %q", got)
	}
}

// TestFatEvent: an event over the bound costs itself only.
func TestFatEvent(t *testing.T) {
	s, _, _ := home(t)
	fat := event(2, day0)
	fat.Words = strings.Repeat("x", maxEvent)
	if kept := mustAppend(t, s, event(1, day0), fat, event(3, day0)); len(kept) != 2 || kept[1].ID != kept[0].ID+1 {
		t.Errorf("kept %+v", kept)
	}
}

// TestWrongClock: by a time far from the last one nothing is thrown out and nobody was
// seen earlier than known; after a week it is the time.
func TestWrongClock(t *testing.T) {
	for _, wrong := range []time.Time{time.Unix(0, 0).UTC(), days(4000)} {
		s, c, _ := home(t)
		stand(t, s, "dev-001", lan.Online, day0)
		mustAppend(t, s, event(1, day0))
		c.now = wrong
		stand(t, s, "dev-001", lan.Offline, wrong)
		mustCommit(t, s, sweepAt(wrong, lan.Listen, device(2)))
		c.now = day0.Add(2 * time.Hour)
		mustCommit(t, s, sweepAt(c.now, lan.Ask, device(2)))
		got := latest(t, s)
		if len(got.Devices) != 2 || len(numbers(t, s, "", 0, 9)) != 1 || !got.Devices[1].LastSeen.Equal(c.now) {
			t.Errorf("by %s: %d devices, last seen %s", wrong, len(got.Devices), got.Devices[1].LastSeen)
		}
		if got := lately(t, s, "dev-001", 1); !strings.HasPrefix(got, "0") && got != "120" {
			t.Errorf("by %s: here for %s", wrong, got)
		}
		pass(t, s, c, 100)
		if got := latest(t, s); len(got.Devices) != 0 {
			t.Errorf("after 100 days there are %d devices", len(got.Devices))
		}
	}
	s, c, _ := home(t)
	c.now = days(200) // switched off for that long
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(3)))
	if got := latest(t, s); len(got.Devices) != 3 {
		t.Errorf("at once %d devices are left, want 3", len(got.Devices))
	}
	pass(t, s, c, 207)
	if got := latest(t, s); len(got.Devices) != 1 {
		t.Errorf("a week later %d devices are left, want 1", len(got.Devices))
	}
}

// TestSnapshotRests: after one failed the next is not tried the next minute.
func TestSnapshotRests(t *testing.T) {
	s, c, o := home(t)
	if err := os.Mkdir(o.Path+".snapshot.new", 0o700); err != nil {
		t.Fatal(err)
	}
	c.now = day0.Add(7 * time.Hour)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(1))) // tries and fails
	before := s.nextTry
	c.now = c.now.Add(time.Minute)
	if err := s.SnapshotIfDue(); err != nil || before.IsZero() {
		t.Errorf("tried again after a minute: %v, %s", err, before)
	}
	os.Remove(o.Path + ".snapshot.new")
	c.now = c.now.Add(snapshotRetry)
	if err := s.SnapshotIfDue(); err != nil || s.unsaved {
		t.Errorf("not tried again: %v", err)
	}
}
