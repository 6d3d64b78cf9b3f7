package watch

import (
	"net/netip"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestForgedAddress: a frame with another's address in it aims no inspection at it:
// neither one of somebody known nor one of a stranger, and what a visit is told says
// nothing of it.
func TestForgedAddress(t *testing.T) {
	victims := map[string]func(l *lodge, d *lan.Device){
		"resting":      func(_ *lodge, d *lan.Device) { d.Suffered.At = time.Now().Add(-time.Hour) },
		"fragile":      func(_ *lodge, d *lan.Device) { d.Kind = "bulb" },
		"do-not-probe": func(*lodge, *lan.Device) {},
		"anybody":      func(*lodge, *lan.Device) {},
	}
	for name, make := range victims {
		for _, forger := range []lan.MAC{phoneMAC, newMAC} {
			synctest.Test(t, func(t *testing.T) {
				l := newLodge(t, lan.Ask)
				make(l, &l.memory.latest.Devices[2])
				l.memory.latest.Devices[2].MACs = []lan.MAC{{0, 8, 8, 8, 8, 8}}
				l.reopen(t, lan.Ask)
				victim := l.memory.latest.Devices[2]
				l.here[victim.ID] = true
				if name == "do-not-probe" {
					decide(t, l.house, lan.Decision{Device: victim.ID, What: name, Value: "yes"})
				}
				stop := l.live(t)
				defer stop()
				l.ear.hear("lan0", lan.Sighting{MAC: victim.MACs[0], Addr: victim.Addresses[0]})
				time.Sleep(time.Minute)
				before := len(l.seen())
				l.ear.hear("lan0", lan.Sighting{MAC: forger, Addr: victim.Addresses[0]})
				time.Sleep(time.Second)
				l.ear.hear("lan0", lan.Sighting{MAC: forger, Addr: at4(77)}) // its own
				time.Sleep(40 * time.Minute)
				own := false
				for _, v := range l.seen()[before:] {
					for _, d := range v.Only {
						own = own || slices.Contains(d.Addresses, at4(77))
						if d.ID != victim.ID && slices.Contains(d.Addresses, victim.Addresses[0]) {
							t.Errorf("%s, by %s: the visit goes to %v", name, forger, d.Addresses)
						}
					}
					if slices.ContainsFunc(v.Heard, func(s lan.Sighting) bool { return s.MAC == forger && s.Addr == victim.Addresses[0] }) {
						t.Errorf("%s, by %s: the visit is told %v", name, forger, v.Heard)
					}
				}
				if !own {
					t.Errorf("%s: the forger %s itself is never looked at", name, forger)
				}
			})
		}
	}
}

// TestLentAddress: who has the address of one that is gone is looked at there.
func TestLentAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		l.memory.latest.Devices[3].Presence = lan.Presence{State: lan.Offline, Since: time.Now().Add(-time.Hour)}
		l.reopen(t, lan.Ask)
		stop := l.live(t)
		defer stop()
		l.ear.hear("lan0", lan.Sighting{MAC: newMAC, Addr: at4(254)})
		time.Sleep(10 * time.Second)
		if got := l.seen(); len(got) != 1 || !slices.Contains(got[0].Only[0].Addresses, at4(254)) {
			t.Errorf("%+v", got)
		}
	})
}

// TestLeftAlone: to the addresses of whom the owner wants left alone nothing is sent,
// nor to those at which it was heard since; nor to those of one that rests, save where
// another was before it.
func TestLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLodge(t, lan.Ask)
		now := time.Now()
		list := l.memory.latest.Devices
		list[1].Identity = []lan.Fact{{Field: lan.FieldAddress, Value: "192.0.2.2", FirstSeen: now.Add(-48 * time.Hour)}}
		list[2].Suffered.At = now.Add(-time.Hour)
		list[2].Identity = []lan.Fact{
			{Field: lan.FieldAddress, Value: "192.0.2.2", FirstSeen: now.Add(-2 * time.Hour)}, // the phone's
			{Field: lan.FieldAddress, Value: "192.0.2.3", FirstSeen: now.Add(-2 * time.Hour)},
		}
		list[2].Addresses = []netip.Addr{at4(2), at4(3)}
		l.reopen(t, lan.Ask)
		decide(t, l.house, lan.Decision{Device: "plug", What: "do-not-probe", Value: "yes"})
		for _, last := range []byte{66, 254} { // its own, and the router's
			l.Home.hear(lan.Sighting{Source: "arp", At: now, Link: "lan0", MAC: plugMAC, Addr: at4(last)})
		}
		want := []netip.Addr{at4(1), netip.MustParseAddr("fe80::1"), at4(66)}
		if got := l.LeftAlone(nil); !slices.Equal(got, want) {
			t.Errorf("by the owner's word %v, want %v", got, want)
		}
		if got := l.LeftAlone(l.Known()); !slices.Equal(got, append(want, at4(3))) {
			t.Errorf("with who rests %v", got)
		}
	})
}
