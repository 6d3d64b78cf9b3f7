package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/daemon/sweep"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestTooLateForTheSweep: one that turned up when all ports had been asked is among a
// sweep's devices, and is inspected all the same, right after it.
func TestTooLateForTheSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.work = func(_ context.Context, talk sweep.Talk) (lan.Sweep, error) {
			s := lan.Sweep{Started: time.Now(), Touch: lan.Ask, Devices: family().Devices}
			for _, d := range s.Devices {
				talk.Device(d)
			}
			time.Sleep(time.Minute)
			late, ok := l.by(newMAC)
			if !ok {
				t.Error("the newcomer is not shown while the sweep goes on")
			}
			s.Finished, s.Devices = time.Now(), append(s.Devices, late)
			return s, nil
		}
		stop := l.live(t)
		defer stop()
		if err := l.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(50)})
		time.Sleep(time.Minute)
		if got := l.seen(); len(got) != 1 || len(got[0].Only) != 1 || got[0].Only[0].MACs[0] != newMAC {
			t.Errorf("after the sweep %d visits: %+v", len(got), got)
		}
	})
}

// TestInspectionNotKept: what could not be written down is looked at again, less and
// less often, until it is; the owner's wish stays the owner's.
func TestInspectionNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.memory.err = errors.New("no space left on device")
		stop := l.live(t)
		defer stop()
		if err := l.Inspect("plug"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		tries := len(l.seen())
		if tries < 3 || tries > 6 {
			t.Errorf("%d tries in ten minutes", tries)
		}
		l.memory.mu.Lock()
		l.memory.err = nil
		l.memory.mu.Unlock()
		time.Sleep(17 * time.Minute)
		got := l.seen()
		if d, _ := l.by(plugMAC); d.Model != "looked at" || len(got) != tries+1 || !got[tries].Asked["plug"] {
			t.Errorf("%d tries more, and it is %+v", len(got)-tries, d)
		}
	})
}

// TestNowhereToAsk: one whose only address may be meant for another is not looked at;
// the owner is told why, and how many nobody asked for were so.
func TestNowhereToAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.memory.latest.Devices[0].Addresses = l.memory.latest.Devices[2].Addresses
		l.memory.latest.Devices[2].Suffered.At = time.Now().Add(-time.Hour)
		l.reopen(t, lan.Ask)
		stop := l.live(t)
		defer stop()
		if err := l.Inspect("plug"); err == nil || !strings.Contains(err.Error(), "another device has its address") {
			t.Errorf("the owner is told %v", err)
		}
		if n := l.errands.missed(); n != 0 {
			t.Errorf("%d are missed before one is", n)
		}
		l.errands.add(errand{id: "plug"}, time.Now())
		time.Sleep(10 * time.Second)
		notes := strings.Join(l.Sweep().Notes, " ")
		if len(l.seen()) != 0 || !strings.Contains(notes, "with the addresses of others: 1 times") {
			t.Errorf("%d visits, notes %q", len(l.seen()), notes)
		}
	})
}

// TestBackAfterNews: what came of a device while it was looked at in vain is not lost:
// the owner's wish is due at once, the newest words are kept, and who finds no room is
// counted.
func TestBackAfterNews(t *testing.T) {
	now := time.Now()
	word := func(id string) lan.Sighting { return lan.Sighting{Source: "arp", ID: id} }
	for _, asked := range []bool{false, true} {
		l := newErrands()
		l.add(errand{id: "x", heard: []lan.Sighting{word("old")}}, now)
		taken := l.take(now)
		taken[0].tries = 4
		var news []lan.Sighting
		for i := range maxOfOne - 1 {
			news = append(news, word(fmt.Sprint(i)))
		}
		l.add(errand{id: "x", asked: asked, heard: append(news, word("new"))}, now)
		l.back(taken, true, now)
		e := l.list[0]
		if len(l.list) != 1 || e.asked != asked || asked != e.due.Equal(now) || e.tries != 5 {
			t.Errorf("asked %t: due after %v, tries %d, %d on the list", asked, e.due.Sub(now), e.tries, len(l.list))
		}
		if len(e.heard) != maxOfOne || e.heard[maxOfOne-1].ID != "new" {
			t.Errorf("asked %t: kept %+v", asked, e.heard)
		}
	}
	l := newErrands()
	l.add(errand{id: "x"}, now)
	taken := l.take(now)
	for i := range maxErrands {
		l.add(errand{id: fmt.Sprint(i)}, now)
	}
	if l.back(taken, true, now); l.missed() != 1 || len(l.list) != maxErrands {
		t.Errorf("%d missed, %d on the list", l.missed(), len(l.list))
	}
}

// TestRenamedNewcomer: one that turns out to be somebody else by its first look is
// asked the rest under its new name.
func TestRenamedNewcomer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.Home.o.Visitor = func(ctx context.Context, v Visit, talk sweep.Talk) (lan.Sweep, error) {
			s, err := l.visit(ctx, v, talk)
			for i := range s.Devices {
				s.Devices[i].ID, s.Devices[i].Kind = "renamed", "camera"
			}
			return s, err
		}
		l.den.open(t)
		stop := l.live(t)
		defer stop()
		l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(50)})
		time.Sleep(time.Hour)
		got := l.seen()
		if len(got) != 2 || got[1].Only[0].ID != "renamed" || got[1].First["renamed"] || !slices.Contains(got[1].Only[0].MACs, newMAC) {
			t.Errorf("%d visits: %+v", len(got), got)
		}
	})
}
