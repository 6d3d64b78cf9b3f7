package meter

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestDays: each day is counted by itself, the average is of the week before, and a
// new process goes on.
func TestDays(t *testing.T) {
	now, spent := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), time.Duration(0)
	open := func() *Meter {
		m := New(func() time.Time { return now })
		m.spent = func() time.Duration { return spent }
		return m
	}
	m := open()
	for day := range 10 {
		m.Wrote(100)
		m.Wrote(int64(day))
		spent += time.Second
		if u := m.Upkeep(); u.FlashToday != int64(100+day) || u.CPUToday != 1 || u.RSS == 0 {
			t.Errorf("day %d: %+v", day, u)
		}
		kept := m.Count()
		m2 := open()
		m2.Wrote(5) // what is written before the count is read back
		m2.Resume(kept)
		if u := m2.Upkeep(); u.FlashToday != int64(105+day) || u.FlashDay != m.Upkeep().FlashDay {
			t.Errorf("day %d, after a restart: %+v", day, u)
		}
		now = now.Add(24 * time.Hour)
		m3 := open()
		m3.Resume(kept)
		if u := m3.Upkeep(); u.FlashToday != 0 || u.FlashDay == 0 {
			t.Errorf("day %d, restarted the day after: %+v", day, u)
		}
	}
	if u := m.Upkeep(); u.FlashToday != 0 || u.FlashDay < 100 || u.FlashDay > 110 {
		t.Errorf("in the end: %+v", u)
	}
	for _, bad := range []Count{{}, {Day: "x", Days: 99}, {Day: "x", Sum: -1}} {
		if m.Resume(bad); m.Count().Days != 7 {
			t.Errorf("it believed %+v", bad)
		}
	}
	var none *Meter
	none.Wrote(1)
	none.Resume(Count{Day: "x"})
	if none.Count() != (Count{}) {
		t.Error("nobody counted")
	}
}

func TestResident(t *testing.T) {
	path := filepath.Join(t.TempDir(), "statm")
	for text, pages := range map[string]int64{"900 12 3 4 0 5 0\n": 12, "": 0, "1": 0, "1 x": 0, "1 -": 0} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := resident(path); got != pages*int64(os.Getpagesize()) {
			t.Errorf("%q: %d bytes", text, got)
		}
	}
}

// TestClock: a router that starts in 1970 goes on with its day when it is told the
// time, and a clock that is put back, or comes right, ends no day.
func TestClock(t *testing.T) {
	epoch, noon := time.Unix(0, 0).UTC(), time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	kept := Count{Day: "2026-11-23", Today: 100, Days: 1, Sum: 1000}
	for name, c := range map[string]struct {
		clock  []time.Time // one byte is written at each
		resume Count
		want   Count
	}{
		"restarted in 1970":              {[]time.Time{epoch, noon}, kept, Count{"2026-11-23", 102, 1, 1000}},
		"in 1970 until the day after":    {[]time.Time{epoch, noon.AddDate(0, 0, 1)}, kept, Count{"2026-11-24", 1, 2, 1101}},
		"the first start of all":         {[]time.Time{epoch, noon, noon}, Count{}, Count{"2026-11-23", 3, 0, 0}},
		"put back and right again":       {[]time.Time{noon, noon.AddDate(0, 0, -3), noon.AddDate(0, 0, -3)}, kept, Count{"2026-11-20", 103, 1, 1000}},
		"back to 1970 and right again":   {[]time.Time{noon, epoch, noon}, kept, Count{"2026-11-23", 103, 1, 1000}},
		"kept in 1970":                   {[]time.Time{noon}, Count{Day: "1970-01-01", Today: 7}, Count{"2026-11-23", 8, 0, 0}},
		"a day later by a clock in 1970": {[]time.Time{epoch, epoch.AddDate(0, 0, 1)}, Count{}, Count{"1970-01-01", 2, 0, 0}},
	} {
		now := c.clock[0]
		m := New(func() time.Time { return now })
		m.Wrote(1)
		m.Resume(c.resume)
		for _, now = range c.clock[1:] {
			m.Wrote(1)
		}
		if got := m.Count(); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
