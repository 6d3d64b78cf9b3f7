package store

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

func stand(t *testing.T, s *Store, id string, state lan.State, since time.Time) {
	t.Helper()
	if err := s.CommitPresence(map[string]lan.Presence{id: {State: state, Since: since, At: since, By: "arp"}}); err != nil {
		t.Fatal(err)
	}
}

// lately are the last n days in short: minutes, "-" for unseen.
func lately(t *testing.T, s *Store, id string, n int) string {
	t.Helper()
	list, err := s.Days(id)
	if err != nil || len(list) != 90 || list[89].Date != s.o.Now().Format(time.DateOnly) {
		t.Fatalf("%d days, %v", len(list), err)
	}
	var words []string
	for _, d := range list[90-n:] {
		word := "-"
		if d.Seen {
			word = fmt.Sprint(d.Minutes)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// pass lets the days go by until that one, with a commit of those
// who are seen each week.
func pass(t *testing.T, s *Store, c *clock, until int, seen ...lan.Device) {
	t.Helper()
	for c.now.Before(days(until)) {
		c.now = earlier(c.now.AddDate(0, 0, 7), days(until))
		if err := s.CommitDevices(lan.Sweep{Started: c.now, Finished: c.now, Devices: seen}); err != nil {
			t.Fatal(err)
		}
	}
}

// home is a store with a camera and a phone, met at day0, which is noon.
func home(t *testing.T) (*Store, *clock, Options) {
	c := &clock{day0}
	o := options(t, c)
	s := mustOpen(t, o)
	phone := device(2)
	phone.Kind = "phone"
	mustCommit(t, s, sweepAt(day0, lan.Ask, device(1), phone))
	return s, c, o
}

// TestDays goes through a few days of a camera, and of a phone whose times are
// rounded.
func TestDays(t *testing.T) {
	s, c, _ := home(t)
	if got := lately(t, s, "dev-001", 2); got != "- 0" {
		t.Errorf("met by a sweep only: %s", got)
	}
	stand(t, s, "dev-001", lan.Online, day0)
	stand(t, s, "dev-002", lan.Online, day0.Truncate(24*time.Hour))
	c.now = day0.Add(30 * time.Minute)
	if got := lately(t, s, "dev-001", 1); got != "30" {
		t.Errorf("here for half an hour: %s", got)
	}
	stand(t, s, "dev-001", lan.Offline, days(2)) // over midnight twice
	stand(t, s, "dev-002", lan.Away, days(2).Truncate(24*time.Hour))
	c.now = days(5).Add(time.Hour)
	stand(t, s, "dev-001", lan.Online, days(4).Add(11*time.Hour+30*time.Minute))
	if got := lately(t, s, "dev-001", 7); got != "- 720 1440 720 - 30 780" {
		t.Errorf("camera: %s", got)
	}
	if got := lately(t, s, "dev-002", 7); got != "- 0 0 0 - - -" {
		t.Errorf("phone: %s", got)
	}
	if list, err := s.Days("nobody"); list != nil || err != nil {
		t.Errorf("of nobody: %v, %v", list, err)
	}
}

// TestDaysOverRestart: the time in which homesweep did not run is nobody's, whether it
// was told to stop or not, and the clock may be wrong at its start.
func TestDaysOverRestart(t *testing.T) {
	for _, wrong := range []time.Time{time.Unix(0, 0).UTC(), days(4000)} {
		for want, told := range map[int]bool{60: false, 90: true} {
			s, c, o := home(t)
			stand(t, s, "dev-001", lan.Online, day0)
			c.now = day0.Add(time.Hour)
			mustCommit(t, s, sweepAt(c.now, lan.Ask, device(1)))
			c.now = day0.Add(90 * time.Minute)
			if told {
				if err := s.Settle(); err != nil {
					t.Fatal(err)
				}
			}
			s.Close()
			c.now = wrong // until the router knows the time
			s = mustOpen(t, o)
			s.Close()
			c.now = days(3)
			s = mustOpen(t, o)
			c.now = days(3).Add(10 * time.Minute)
			if got := lately(t, s, "dev-001", 4); got != fmt.Sprintf("%d - - 10", want) {
				t.Errorf("by %s, told %t: %s", wrong, told, got)
			}
		}
	}
}

// TestDaysClockAhead: a sweep by a clock that is ahead costs no days, at the next start or
// the one after.
func TestDaysClockAhead(t *testing.T) {
	s, c, o := home(t)
	stand(t, s, "dev-001", lan.Online, day0)
	c.now = days(4000)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(2)))
	c.now = days(9)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(1)))
	s.Close()
	for _, at := range []time.Time{days(4100), days(9).Add(time.Hour)} {
		c.now = at
		s = mustOpen(t, o)
		s.Close()
	}
	s = mustOpen(t, o)
	c.now = days(9).Add(2 * time.Hour)
	if got, want := lately(t, s, "dev-001", 10), "720"+strings.Repeat(" 1440", 8)+" 780"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestDaysCountedAhead: what an earlier homesweep counted by a clock that was years ahead
// does not keep the days from being counted.
func TestDaysCountedAhead(t *testing.T) {
	s, c, o := home(t)
	stand(t, s, "dev-001", lan.Online, day0)
	lately(t, s, "dev-001", 1)
	err := s.update(func(tx *bolt.Tx) error {
		var seen sight
		err := get(tx.Bucket(seenBucket), []byte("dev-001"), &seen)
		seen.Today = today{Date: "2037-10-14", Minutes: 720, Counted: days(4000)}
		long := history{Last: "2037-10-13", Days: []int{1440, 1440}}
		return errors.Join(err, putJSON(tx.Bucket(seenBucket), []byte("dev-001"), seen, maxDevice),
			putJSON(tx.Bucket(daysBucket), []byte("dev-001"), long, maxEvent))
	})
	if err != nil {
		t.Fatal(err)
	}
	c.now = days(1)
	mustCommit(t, s, sweepAt(c.now, lan.Ask, device(1)))
	s.Close()
	s = mustOpen(t, o)
	c.now = days(1).Add(time.Hour)
	if got := lately(t, s, "dev-001", 3); got != "- 720 780" {
		t.Errorf("got %s", got)
	}
}

// TestDaysWithoutCourse: a memory from before the clock was watched loses no days by a
// start in 1970.
func TestDaysWithoutCourse(t *testing.T) {
	s, c, o := home(t)
	stand(t, s, "dev-001", lan.Online, day0)
	c.now = day0.Add(time.Hour)
	if err := s.Settle(); err != nil {
		t.Fatal(err)
	}
	if err := s.update(func(tx *bolt.Tx) error { return tx.Bucket(metaBucket).Delete(clockKey) }); err != nil {
		t.Fatal(err)
	}
	s.Close()
	c.now = time.Unix(0, 0).UTC()
	s = mustOpen(t, o)
	s.Close()
	c.now = days(1)
	s = mustOpen(t, o)
	if got := lately(t, s, "dev-001", 2); got != "60 0" {
		t.Errorf("got %s", got)
	}
}

// TestDaysBounded: 90 days are kept, and a longer stay is counted for those.
func TestDaysBounded(t *testing.T) {
	s, c, _ := home(t)
	stand(t, s, "dev-001", lan.Online, day0)
	pass(t, s, c, 200, device(1))
	stand(t, s, "dev-001", lan.Offline, c.now)
	c.now = days(200).Add(time.Hour)
	list, err := s.Days("dev-001")
	if err != nil || len(list) != 90 || list[0].Minutes != 1440 || list[89].Minutes != 720 {
		t.Errorf("%d days, %v", len(list), err)
	}
	c.now = days(500)
	if got := lately(t, s, "dev-001", 2); got != "- -" {
		t.Errorf("long after: %s", got)
	}
}

// TestHereWithoutWrites: a device that stays costs no writes.
func TestHereWithoutWrites(t *testing.T) {
	s, c, _ := home(t)
	stand(t, s, "dev-001", lan.Online, day0)
	if err := s.Snapshot(); err != nil {
		t.Fatal(err)
	}
	before := s.Usage().Flash
	for i := range 50 {
		c.now = day0.Add(time.Duration(i) * time.Hour)
		lately(t, s, "dev-001", 3)
	}
	if s.unsaved || s.Usage().Flash != before {
		t.Errorf("%d bytes were written", s.Usage().Flash-before)
	}
}

// TestDaysInItsZone: a day is the home's, summer time or not.
func TestDaysInItsZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("this machine knows no time zones")
	}
	var h history
	h.add(time.Date(2026, 10, 24, 12, 0, 0, 0, berlin), time.Date(2026, 10, 26, 1, 0, 0, 0, berlin), false)
	if h.Last != "2026-10-26" || fmt.Sprint(h.Days) != "[720 1440 60]" {
		t.Errorf("%+v", h)
	}
}

// TestDaysWithoutMidnight: where the clocks skip midnight, the day begins at one.
func TestDaysWithoutMidnight(t *testing.T) {
	for name, date := range map[string]string{
		"Atlantic/Azores": "2026-03-29", "America/Havana": "2026-03-08", "America/Santiago": "2026-09-06", "Africa/Cairo": "2026-04-24",
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Skip("this machine knows no time zones")
		}
		noon, err := time.ParseInLocation(time.DateOnly+" 15", date+" 12", zone)
		if err != nil {
			t.Fatal(err)
		}
		var h history
		h.add(noon.Add(-24*time.Hour), noon.Add(23*time.Hour), false)
		if last := noon.Add(23 * time.Hour).Format(time.DateOnly); h.Last != last || len(h.Days) != 3 || h.Days[1] != 23*60 {
			t.Errorf("%s: %+v", name, h)
		}
	}
}

// TestDaysOfGuest: of what hides its hardware address and was not recognised only
// the day is kept, and what was kept of a camera that turns out so is rounded.
func TestDaysOfGuest(t *testing.T) {
	s, c, _ := home(t)
	guest := device(3)
	guest.Kind = lan.Unknown
	mustCommit(t, s, sweepAt(day0, lan.Ask, guest))
	for _, id := range []string{"dev-001", "dev-003"} {
		stand(t, s, id, lan.Online, day0)
	}
	c.now = day0.Add(30 * time.Minute)
	if was, got := lately(t, s, "dev-001", 1), lately(t, s, "dev-003", 1); was != "30" || got != "0" {
		t.Errorf("here for half an hour: camera %s, guest %s", was, got)
	}
	for _, id := range []string{"dev-001", "dev-003"} {
		stand(t, s, id, lan.Away, c.now)
	}
	unsure := device(1)
	unsure.Kind = lan.Unknown
	mustCommit(t, s, sweepAt(c.now, lan.Ask, unsure))
	if was, got := lately(t, s, "dev-001", 1), lately(t, s, "dev-003", 1); was != "0" || got != "0" {
		t.Errorf("kept: no camera %s, guest %s", was, got)
	}
}
