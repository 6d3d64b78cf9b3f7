package watch

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestFlood: forged hardware addresses cost a bounded number of inspections and
// places, and the owner is told.
func TestFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		stop := l.live(t)
		defer stop()
		for i := range 5000 {
			l.ear.hear("lan0", lan.Sighting{MAC: lan.MAC{2, 1, 1, 1, byte(i >> 8), byte(i)}, Addr: at4(byte(10 + i%200))})
			time.Sleep(100 * time.Millisecond)
		}
		looked := 0
		for _, v := range l.seen() {
			looked += len(v.Only)
		}
		if most := burst + int(500*time.Second/refill) + 1; looked == 0 || looked > most {
			t.Errorf("%d devices were inspected, at most %d may be", looked, most)
		}
		if n := len(l.strangers.all); n > maxStrangers {
			t.Errorf("%d strangers are remembered", n)
		}
		if notes := strings.Join(l.Sweep().Notes, " "); !strings.Contains(notes, "More unknown devices came at once") {
			t.Errorf("notes %q", notes)
		}
	})
}

// TestInspect: the owner's wish comes at once, and what stands against it is said.
func TestInspect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.memory.latest.Devices[2].Suffered.At = time.Now().Add(-time.Hour)
		l.memory.latest.Devices[3].Self = true
		l.reopen(t, lan.Ask)
		if err := l.Decide(lan.Decision{Device: "phone", What: "do-not-probe", Value: "yes"}); err != nil {
			t.Fatal(err)
		}
		stop := l.live(t)
		defer stop()
		for id, says := range map[string]string{"x": "not on the list", "phone": "leave this device alone", "bare": "did not bear", "router": "does not look at itself"} {
			if err := l.Inspect(id); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v", id, err)
			}
		}
		for range 2 { // again at once, though it was looked at just now
			if err := l.Inspect("plug"); err != nil {
				t.Fatal(err)
			}
			time.Sleep(4 * time.Second)
		}
		if got := l.seen(); len(got) != 2 || len(got[0].Only) != 1 || !got[0].Skip["phone"] {
			t.Errorf("visits %+v", got)
		}
		if err := l.SetTouch(lan.Listen); err != nil {
			t.Fatal(err)
		}
		if err := l.Inspect("plug"); err == nil || !strings.Contains(err.Error(), "only listens") {
			t.Errorf("while only listening: %v", err)
		}
	})
}

// TestOneAtATime: a sweep that the owner starts ends the inspection under way and
// looks at that device itself; a newcomer of a sweep's time is looked at after it.
func TestOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.work = func(_ context.Context, talk sweep.Talk) (lan.Sweep, error) {
			s := lan.Sweep{Started: time.Now(), Touch: lan.Ask}
			time.Sleep(time.Minute)
			s.Finished, s.Devices = time.Now(), family().Devices
			for _, d := range s.Devices {
				talk.Device(d)
			}
			return s, nil
		}
		stop := l.live(t)
		defer stop()
		if err := l.Inspect("plug"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		asked := time.Now()
		if err := l.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		if begun := l.starts(); len(begun) != 1 || !begun[0].Equal(asked) {
			t.Fatalf("asked at %v, begun %v", asked, begun)
		}
		if err := l.Inspect("plug"); err == nil || !strings.Contains(err.Error(), "under way") {
			t.Errorf("%v", err)
		}
		l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(50)})
		time.Sleep(2 * time.Second)
		if _, ok := l.by(newMAC); !ok || len(l.seen()) != 1 {
			t.Errorf("while the sweep goes on: shown %v, %d visits", ok, len(l.seen()))
		}
		time.Sleep(time.Minute)
		if got := l.seen(); len(got) != 2 || len(got[1].Only) != 1 || got[1].Only[0].MACs[0] != newMAC {
			t.Errorf("after it: %s", fmt.Sprint(got))
		}
	})
}
