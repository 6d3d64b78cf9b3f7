package store

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/journal"
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

// TestRecentUnreadable: a journal of lines that cannot be read is put aside, with what can
// be read of it kept, and the memory opens all the same.
func TestRecentUnreadable(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(path string) error
		want  int // events that are kept
	}{
		"lines of another shape": {func(path string) error {
			j, err := journal.Open(path)
			if err == nil {
				err = j.Append(recentKind, "what a later homesweep writes")
				j.Close()
			}
			return err
		}, 1},
		"too large":   {func(path string) error { return os.WriteFile(path, make([]byte, 5<<20), 0o600) }, 0},
		"not a file":  {func(path string) error { os.Remove(path); return os.Mkdir(path, 0o700) }, 0},
		"in the way":  {func(path string) error { return os.WriteFile(path, []byte("no line\n"), 0o600) }, 0},
		"nothing odd": {func(string) error { return nil }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, o := home(t)
			mustAppend(t, s, event(1, day0))
			s.closeRecent()
			s.db.Close() // without what is held
			if err := c.spoil(o.Path + recentMark); err != nil {
				t.Fatal(err)
			}
			s = mustOpen(t, o)
			mustAppend(t, s, event(2, day0))
			if s.recent == nil || len(s.held) != 1 || len(numbers(t, s, "", 0, 9)) != c.want+1 {
				t.Errorf("lines go on %t, events %d", s.recent != nil, numbers(t, s, "", 0, 9))
			}
			if err := s.Erase(); err != nil {
				t.Error(err)
			}
			if left, _ := filepath.Glob(o.Path + recentMark + ".*"); len(left) > 0 {
				t.Errorf("after erasing there is %q", left)
			}
		})
	}
}

// TestRecentIsDiscreet: nothing in the file tells at what time of the day somebody left.
func TestRecentIsDiscreet(t *testing.T) {
	s, c, o := home(t)
	c.now = day0.Add(5*time.Hour + 37*time.Minute)
	stand(t, s, "dev-002", lan.Away, day0.Truncate(24*time.Hour))
	lines, err := os.ReadFile(o.Path + recentMark)
	times := regexp.MustCompile(`\d\dT\d\d:[^"]*"`).FindAllString(string(lines), -1)
	if err != nil || len(times) == 0 {
		t.Fatalf("%s, %v", lines, err)
	}
	for _, at := range times {
		if at != `01T00:00:00Z"` {
			t.Errorf("there is a time of %s in %s", at, lines)
		}
	}
}

// TestRecentOfGoodTime: what was kept by the right clock counts, though the clock is wrong
// when it comes into the database; by a wrong one it does not.
func TestRecentOfGoodTime(t *testing.T) {
	for _, wrong := range []bool{false, true} {
		s, c, o := home(t)
		stand(t, s, "dev-001", lan.Online, day0)
		if wrong {
			c.now = days(4000)
		}
		stand(t, s, "dev-001", lan.Offline, day0.Add(time.Hour))
		s.closeRecent()
		s.db.Close()
		if c.now = time.Unix(0, 0).UTC(); wrong {
			c.now = day0.Add(time.Hour)
		}
		s = mustOpen(t, o)
		c.now = day0.Add(2 * time.Hour)
		if got, want := lately(t, s, "dev-001", 1), map[bool]string{false: "60", true: "0"}[wrong]; got != want {
			t.Errorf("wrong %t: here for %s, want %s", wrong, got, want)
		}
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

// TestFirstStartIn1970: a clock that was never set is not believed, so the right time is
// at once, and what was met meanwhile stays.
func TestFirstStartIn1970(t *testing.T) {
	c := &clock{time.Unix(0, 0).UTC()}
	o := options(t, c)
	s := mustOpen(t, o)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(1), device(2), device(3)))
	stand(t, s, "dev-002", lan.Online, c.now)
	stand(t, s, "dev-003", lan.Online, c.now)
	c.now = day0
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1), device(3)))
	stand(t, s, "dev-001", lan.Online, day0)
	stand(t, s, "dev-002", lan.Offline, day0)
	c.now = day0.Add(3 * time.Hour)
	stand(t, s, "dev-001", lan.Offline, c.now)
	if got := lately(t, s, "dev-001", 2); got != "- 180" {
		t.Errorf("it was here for %s", got)
	}
	if got := lately(t, s, "dev-003", 2); got != "- 180" {
		t.Errorf("here since 1970 and seen at noon, it was here for %s", got)
	}
	if got := lately(t, s, "dev-002", 2); got != "- 0" {
		t.Errorf("here since 1970, it was here for %s", got)
	}
	pass(t, s, c, 89, device(1))
	if got := latest(t, s); len(got.Devices) != 3 {
		t.Errorf("after 89 days %d devices are left, want 3", len(got.Devices))
	}
	pass(t, s, c, 100, device(1))
	if got := latest(t, s); len(got.Devices) != 1 {
		t.Errorf("after 100 days %d devices are left, want 1", len(got.Devices))
	}
}

// TestTrialOverRestart: a start in 1970 does not begin the trial of a new time anew.
func TestTrialOverRestart(t *testing.T) {
	s, c, _ := home(t)
	for _, at := range []time.Time{days(200), time.Unix(0, 0).UTC(), time.Unix(60, 0).UTC(), days(208)} {
		c.now = at
		mustCommit(t, s, sweepAt(c.now, lan.Ask, device(3)))
	}
	if got := latest(t, s); len(got.Devices) != 1 {
		t.Errorf("a week later %d devices are left, want 1", len(got.Devices))
	}
}

// TestMetAhead: a device met by a clock that was ahead goes in time, too.
func TestMetAhead(t *testing.T) {
	s, c, _ := home(t)
	c.now = days(4000)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(3)))
	c.now = days(1)
	pass(t, s, c, 89, device(1))
	if got := latest(t, s); len(got.Devices) != 3 {
		t.Errorf("after 89 days %d devices are left, want 3", len(got.Devices))
	}
	pass(t, s, c, 110, device(1))
	if got := latest(t, s); len(got.Devices) != 1 {
		t.Errorf("after 110 days %d devices are left, want 1", len(got.Devices))
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
