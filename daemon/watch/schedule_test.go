package watch

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestDue: the next sweep is due a period after the last one, over a restart too;
// what was missed is made up for by one, not at once, and quiet hours are kept.
func TestDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is midnight
		for name, c := range map[string]struct {
			last     time.Duration // ago; 0: never
			quiet    lan.Hours
			from, to time.Duration
		}{
			"never swept":       {0, lan.Hours{}, first, first},
			"just now":          {time.Minute, lan.Hours{}, 59 * time.Minute, 65 * time.Minute},
			"an outage":         {50 * time.Hour, lan.Hours{}, first, first + spread},
			"a wrong clock":     {-50 * time.Hour, lan.Hours{}, time.Hour, time.Hour},
			"awake for minutes": {50 * time.Hour, lan.Hours{From: "23:58", To: "23:55"}, 23*time.Hour + 55*time.Minute, 23*time.Hour + 58*time.Minute},
			"at night":          {50 * time.Hour, lan.Hours{From: "22:30", To: "07:00"}, 7 * time.Hour, 7*time.Hour + spread},
			"never, at night":   {0, lan.Hours{From: "22:30", To: "07:00"}, 7 * time.Hour, 7*time.Hour + spread},
			"before the night":  {time.Minute, lan.Hours{From: "00:30", To: "05:00"}, 5 * time.Hour, 5*time.Hour + spread},
		} {
			for range 5 {
				h := newHouse(t)
				h.o.Quiet = lan.Hours(c.quiet)
				if c.last != 0 {
					h.memory.latest.Started = time.Now().Add(-c.last)
					h.memory.latest.Finished = h.memory.latest.Started
				}
				o := h.o
				o.Now = func() time.Time { return time.Now().UTC() }
				var err error
				if h.Home, err = Open(o); err != nil {
					t.Fatal(err)
				}
				now := time.Now().UTC()
				if got := h.due(now).Sub(now); got < c.from || got > c.to {
					t.Errorf("%s: due in %v, want %v to %v", name, got, c.from, c.to)
				}
			}
		}
	})
}

// TestOneAfterAnOutage: days off make one sweep, and the owner's own comes at once
// even in quiet hours.
func TestOneAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t)
		h.memory.latest.Finished = time.Now().Add(-100 * time.Hour)
		h.reopen(t)
		stop := h.run(t)
		time.Sleep(time.Hour)
		if n := len(h.starts()); n != 1 {
			t.Errorf("%d sweeps in the first hour", n)
		}
		hour := func(d time.Duration) string { return time.Now().Add(d).Format("15:04") }
		if err := h.SetSchedule(lan.Schedule{Hours: 2, Quiet: lan.Hours{From: hour(-time.Hour), To: hour(8 * time.Hour)}}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Hour)
		if n := len(h.starts()); n != 1 {
			t.Errorf("%d sweeps in quiet hours", n-1)
		}
		if err := h.Start(); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if n := len(h.starts()); n != 2 {
			t.Error("the owner's own sweep waits")
		}
		time.Sleep(24 * time.Hour)
		stop()
		if n := len(h.starts()); n < 9 || n > 14 {
			t.Errorf("%d sweeps after the quiet hours", n)
		}
	})
}

// TestSettingsAreKept at once and over a restart; nonsense is refused in plain words.
func TestSettingsAreKept(t *testing.T) {
	h := newHouse(t)
	choices := func() ([]lan.LinkChoice, error) {
		return []lan.LinkChoice{{Link: lan.Link{Name: "br-lan"}}, {Link: lan.Link{Name: "br-guest"}}}, nil
	}
	h.Home.o.Choices = choices
	want := lan.Schedule{Hours: 12, Quiet: lan.Hours{From: "22:30", To: "07:00"}}
	for _, err := range []error{h.SetSchedule(want), h.SetLinks([]string{"br-lan", "br-guest", "br-lan"}), h.SetContact("Anna, 0171 555")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	h.reopen(t)
	if got := h.Schedule(); got != want || fmt.Sprint(h.Chosen()) != "[br-guest br-lan]" || h.Contact() != "Anna, 0171 555" {
		t.Errorf("after a restart %+v, %v, %q", got, h.Chosen(), h.Contact())
	}
	h.Home.o.Choices = choices
	for says, err := range map[string]error{
		"from 1 to 168":        h.SetSchedule(lan.Schedule{Hours: 0}),
		"is not from 1":        h.SetSchedule(lan.Schedule{Hours: 169}),
		"no time of the day":   h.SetSchedule(lan.Schedule{Hours: 6, Quiet: lan.Hours{From: "25:00", To: "x"}}),
		`"eth9" is no link`:    h.SetLinks([]string{"eth9"}),
		"longer than 160":      h.SetContact(strings.Repeat("x", 161)),
		"cannot be chosen now": func() error { h.Home.o.Choices = nil; return h.SetLinks(nil) }(),
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
	h.journal.full = true
	if err := h.SetSchedule(lan.Schedule{Hours: 1}); err == nil || h.Schedule() != want {
		t.Errorf("not kept and yet in force: %v", err)
	}
}
