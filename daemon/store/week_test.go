package store

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/homesweep/homesweep/daemon/meter"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestSteadyWeek lives a week with 100 devices, a sweep every six hours, thirty things
// that come and go each day, written down every half hour, and a few events; it counts
// what goes to lasting storage: at most 1 MB a day, with the live database on a disk and
// with it in memory, as on routers.
func TestSteadyWeek(t *testing.T) {
	for name, inMemory := range map[string]bool{"live database on a disk": false, "in memory": true} {
		c := &clock{day0.Add(12 * time.Hour)} // midnight
		began := c.now
		o := options(t, c)
		o.Meter = meter.New(c.Now)
		o.Fallback = filepath.Join(t.TempDir(), "run")
		o.InMemory = inMemory
		s := mustOpen(t, o)
		var all []lan.Device
		for i := range 100 {
			all = append(all, device(i, finding("telnet-open", lan.Pass), finding("default-login", lan.Pass), finding("firmware-outdated", lan.Fail), finding("weak-tls", lan.NotTested)))
		}
		lived := 48 * 7
		for half := range lived {
			c.now = began.Add(time.Duration(half) * 30 * time.Minute)
			if half%12 == 0 {
				for i := range all {
					all[i].LastSeen = c.now.Add(-time.Duration(i) * time.Second)
				}
				mustCommit(t, s, sweepAt(c.now, lan.Ask, all...))
			}
			if half%3 != 2 { // two things move in an hour and a half
				id, state := all[half/6%40].ID, []lan.State{lan.Online, lan.Away}[half%2]
				stand(t, s, id, state, c.now)
				mustAppend(t, s, event(half, c.now))
			}
			if err := s.SnapshotIfDue(); err != nil {
				t.Fatal(err)
			}
		}
		c.now = began.AddDate(0, 0, 7)
		u := o.Meter.Upkeep()
		t.Logf("%s: %d KB a day, of them snapshots %d KB; the database has %d KB", name, u.FlashDay/1000, s.written*48/int64(lived)/1000, s.Usage().Size/1000)
		if u.FlashDay == 0 || u.FlashDay > 1_000_000 {
			t.Errorf("%s: %d bytes a day", name, u.FlashDay)
		}
		s.Close()
	}
}
