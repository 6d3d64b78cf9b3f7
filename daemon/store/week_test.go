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
// what goes to lasting storage. With the live database in memory, as on routers, that
// is at most 1 MB a day; on a computer's disk it is more, and is printed.
func TestSteadyWeek(t *testing.T) {
	for name, inMemory := range map[string]bool{"live database on a disk": false, "in memory": true} {
		c := &clock{day0}
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
		if !inMemory {
			lived = 48 * 2 // a disk takes its time
		}
		for half := range lived {
			c.now = day0.Add(time.Duration(half) * 30 * time.Minute)
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
		u := o.Meter.Upkeep()
		t.Logf("%s: %d KB a day, of them snapshots %d KB; the database has %d KB", name, u.FlashDay/1000, s.written*48/int64(lived)/1000, s.Usage().Size/1000)
		if u.FlashDay == 0 || inMemory && u.FlashDay > 1_000_000 {
			t.Errorf("%s: %d bytes a day", name, u.FlashDay)
		}
		s.Close()
	}
}
