package watch

import (
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// count counts the events of a kind, and those of them that are nobody's in particular.
func (l *lodge) count(what lan.Happening) (all, homes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.told {
		if e.What == what {
			all++
			if e.Device == "" {
				homes++
			}
		}
	}
	return all, homes
}

// TestFloodIsOneEvent: half a day of forged hardware addresses leaves room for all else in
// the chronicle, and is told as what it is.
func TestFloodIsOneEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		stop := l.live(t)
		defer stop()
		for i := range 12 * 60 {
			l.ear.hear("lan0", lan.Sighting{MAC: lan.MAC{2, 1, 1, 1, byte(i >> 8), byte(i)}, Addr: at4(byte(10 + i%200))})
			time.Sleep(time.Minute)
		}
		all, crowds := l.count(lan.DeviceJoined)
		if most := maxJoined + 24 + 2; all > most || crowds < 1 || crowds > 2 {
			t.Errorf("%d were told to have joined, at most %d may; %d times that there are many", all, most, crowds)
		}
	})
}

// TestTellsOnce that a device joined of which nothing is heard but its hardware
// address, however often it falls silent in between.
func TestTellsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		stop := l.live(t)
		defer stop()
		for i := range 20 {
			for _, mac := range []lan.MAC{newMAC, {0, 0x55, 0, 0, 0, 2}} { // each makes the other's silence noticed
				l.ear.hear("lan0", lan.Sighting{MAC: mac, Names: []string{fmt.Sprint(i)}})
				time.Sleep(20 * time.Minute)
			}
		}
		if all, _ := l.count(lan.DeviceJoined); all != 2 {
			t.Errorf("told %d times", all)
		}
	})
}

// TestJoinsAgain: one that was forgotten and comes after days is news again, once.
func TestJoinsAgain(t *testing.T) {
	n := newNewcomers()
	now := time.Now()
	joined := []lan.Event{{What: lan.DeviceJoined, Device: "d-1"}}
	for i, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Hour, 0}, {toldFor - time.Minute, 0}, {toldFor - time.Minute, 0}, {90 * 24 * time.Hour, 1}, {time.Hour, 0}} {
		now = now.Add(c.after)
		if got := len(n.sift(joined, now)); got != c.want {
			t.Errorf("joining %d: told %d times, want %d", i+1, got, c.want)
		}
	}
}

// TestGreetsNowAndThen: a flood of words costs a bounded number of looks at the whole
// home, and the first in a while is taken in at once.
func TestGreetsNowAndThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		var greeted atomic.Int64
		links := l.Home.o.Links
		l.Home.o.Links = func() ([]lan.Link, error) { greeted.Add(1); return links() }
		stop := l.live(t)
		defer stop()
		before := greeted.Load()
		for i := range 3000 {
			l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Names: []string{fmt.Sprint(i)}})
			time.Sleep(100 * time.Millisecond)
		}
		if n := int(greeted.Load() - before); n < 20 || n > greetings+int(5*time.Minute/greetEvery)+60 {
			t.Errorf("greeted %d times in five minutes", n)
		}
		time.Sleep(time.Minute)
		other := lan.MAC{0, 0x55, 0, 0, 0, 2}
		l.ear.hear("lan0", lan.Sighting{MAC: other, Addr: at4(50)})
		time.Sleep(time.Second)
		if _, ok := l.by(other); !ok {
			t.Error("one that comes after it is not shown within a second")
		}
	})
}

// TestWhoeverSaysMuch is listened to all the same: neither its own words nor another
// device's addresses fill up what is remembered.
func TestWhoeverSaysMuch(t *testing.T) {
	r := newRoll(time.Now())
	list := family().Devices
	list[0].Heard = lan.Heard{lan.SSDPServer: "first"}
	r.muster(list, time.Now())
	looked := func(s lan.Sighting) bool {
		s.Link = "lan0"
		n, _, _ := r.hear(s, time.Now())
		return n.looked
	}
	for i := range 3 * maxSaid {
		if !looked(lan.Sighting{MAC: plugMAC, Heard: lan.Heard{lan.SSDPServer: fmt.Sprint(i)}}) {
			t.Fatalf("its %d. word is not new", i)
		}
	}
	if n := len(r.said.all["plug"]); n > maxSaid {
		t.Errorf("%d words are remembered", n)
	}
	for i := range 3000 {
		addr := netip.AddrFrom4([4]byte{192, 168, byte(i >> 8), byte(i)})
		if !looked(lan.Sighting{MAC: plugMAC, Addr: addr}) || looked(lan.Sighting{MAC: plugMAC, Addr: addr}) {
			t.Fatalf("its %d. address is not new, or new twice", i)
		}
	}
	if !looked(lan.Sighting{MAC: phoneMAC, Addr: at4(99)}) {
		t.Error("another's new address is missed")
	}
	if n := len(r.said.at["plug"]); n > maxHaunts {
		t.Errorf("%d addresses are remembered", n)
	}
	if r.muster(nil, time.Now()); len(r.said.at) > 0 {
		t.Error("those of who is forgotten are remembered")
	}
}

// TestGuestsPhone: one that was not recognised and hides its hardware address may be
// somebody's; nobody is told when it comes and goes, and it is kept by the day.
func TestGuestsPhone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(9*time.Hour + 17*time.Minute)
		l := newLodge(t, lan.Look)
		l.memory.latest.Devices[1].Kind = lan.Unknown
		l.reopen(t, lan.Look)
		stop := l.live(t)
		l.ear.hear("lan0", lan.Sighting{MAC: phoneMAC})
		time.Sleep(40 * time.Minute)
		l.is(t, map[string]lan.State{"phone": lan.Away})
		l.ear.hear("lan0", lan.Sighting{MAC: phoneMAC})
		time.Sleep(time.Minute)
		stop()
		for _, e := range l.told {
			if e.Device == "phone" && (e.What == lan.DeviceGone || e.What == lan.DeviceBack) {
				t.Errorf("told %+v", e)
			}
		}
		for _, stands := range l.memory.stands {
			if p, ok := stands["phone"]; ok && p.Since.In(time.Local).Format(time.TimeOnly) != "00:00:00" {
				t.Errorf("kept %+v", p)
			}
		}
	})
}
