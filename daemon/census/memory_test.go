package census

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// later is the time of a second sweep.
const later = 3 * 24 * 3600

func TestADeviceKeepsItsID(t *testing.T) {
	hap := being("hap:a1:b2:c3:d4:e5:f6")
	for name, c := range map[string]struct {
		before, now lan.Sighting
		same        bool
	}{
		"a new address": {
			say("arp", "br-lan", 0, macA, "192.168.1.10"), say("arp", "br-lan", later, macA, "192.168.1.99"), true},
		"a new private hardware address, the same identity": {
			say("arp", "br-lan", 0, "da:00:00:00:00:01", "192.168.1.10", hap), say("arp", "br-lan", later, "da:00:00:00:00:02", "192.168.1.11", hap), true},
		"cable instead of Wi-Fi, the same identity": {
			say("arp", "br-lan", 0, macA, "192.168.1.10", hap), say("arp", "br-lan", later, macB, "192.168.1.11", hap), true},
		"the same identity under another name": {
			say("arp", "br-lan", 0, macA, "192.168.1.10", hap, named("hall")), say("arp", "br-lan", later, macB, "192.168.1.11", hap, named("attic")), false},
		"an identity that only somebody else said": {
			say("arp", "br-lan", 0, macA, "192.168.1.10", hap), say("arp", "br-lan", later, macB, "192.168.1.11"), false},
		"a new private hardware address and nothing else": {
			say("arp", "br-lan", 0, "da:00:00:00:00:01", "192.168.1.10"), say("arp", "br-lan", later, "da:00:00:00:00:02", "192.168.1.10"), false},
		"without a hardware address, the next hour": {
			say("arp", "br-lan", 0, macA, "192.168.1.10"), say("knock", "br-lan", 3600, "", "192.168.1.10"), true},
		"without a hardware address, days later": {
			say("arp", "br-lan", 0, macA, "192.168.1.10"), say("knock", "br-lan", later, "", "192.168.1.10"), false},
		"never a hardware address": {
			say("knock", "br-lan", 0, "", "192.168.1.10"), say("knock", "br-lan", later, "", "192.168.1.10"), true},
		"by hardware address alone": {
			say("arp", "br-lan", 0, macA, "192.168.1.10"), say("wifi", "br-lan", later, macA, ""), true},
	} {
		t.Run(name, func(t *testing.T) {
			known := folded(nil, nil, []lan.Sighting{c.before})
			now := folded(known, nil, []lan.Sighting{c.now})
			if len(known) != 1 || len(now) != 1 || (known[0].ID == now[0].ID) != c.same {
				t.Errorf("%+v\nthen %+v", known, now)
			}
		})
	}
}

func TestMemoryOutlastsASilentSweep(t *testing.T) {
	hap := being("hap:a1:b2:c3:d4:e5:f6")
	known := folded(nil, nil, []lan.Sighting{say("arp", "br-lan", 0, "da:00:00:00:00:01", "192.168.1.10", hap)})
	// A sweep in which it said nothing, then one after a change of address.
	Conclude(&known[0], nil)
	known = folded(known, nil, []lan.Sighting{say("arp", "br-lan", 3600, "da:00:00:00:00:01", "192.168.1.10")})
	Conclude(&known[0], nil)
	now := folded(known, nil, []lan.Sighting{say("arp", "br-lan", later, "da:00:00:00:00:02", "192.168.1.10", hap)})
	if now[0].ID != known[0].ID || !bondBy(now[0], "outlives addresses") {
		t.Errorf("%+v", now)
	}
	f := factOf(t, now[0], lan.FieldIdentity, "hap:a1:b2:c3:d4:e5:f6")
	if !f.FirstSeen.Equal(at) || !f.LastSeen.Equal(at.Add(later*time.Second)) || !now[0].FirstSeen.Equal(at) {
		t.Errorf("%+v of a device first seen %s", f, now[0].FirstSeen)
	}
}

func TestInterfacesStayTogether(t *testing.T) {
	udn := being("udn:2fac1234-31f8-11b4-a222-08002b34c003")
	both := []lan.Sighting{say("arp", "br-lan", 0, macA, "192.168.1.10", udn), say("arp", "br-lan", 0, macB, "192.168.1.11", udn)}
	known := folded(nil, nil, both)
	// One of them alone, then the other, then both without a word.
	known = folded(known, nil, []lan.Sighting{say("arp", "br-lan", 60, macA, "192.168.1.10")})
	known = folded(known, nil, []lan.Sighting{say("arp", "br-lan", 120, macB, "192.168.1.11")})
	known = folded(known, nil, []lan.Sighting{say("arp", "br-lan", 180, macA, "192.168.1.10"), say("arp", "br-lan", 180, macB, "192.168.1.11")})
	if len(known) != 1 || known[0].ID != idA || len(known[0].MACs) != 2 || !bondBy(known[0], "earlier sweeps") {
		t.Errorf("%+v", known)
	}
}

func TestTwoRememberedDevicesTurnOutToBeOne(t *testing.T) {
	known := folded(nil, nil, three())
	known[0].FirstSeen = at.Add(-time.Hour)
	udn := being("udn:2fac1234-31f8-11b4-a222-08002b34c003")
	now := folded(known, nil, []lan.Sighting{
		say("arp", "br-lan", later, macA, "192.168.1.10", udn), say("arp", "br-lan", later, macB, "192.168.1.11", udn)})
	if who(now) != "A=a b" {
		t.Fatal(who(now))
	}
	if !slices.ContainsFunc(now[0].Bonds, func(b lan.Bond) bool { return b.One == idA && b.Other == idB }) {
		t.Errorf("nothing says what became of the other: %+v", now[0].Bonds)
	}
}

func TestSwapBetweenTwoSweeps(t *testing.T) {
	known := folded(nil, nil, three())
	now := folded(known, nil, []lan.Sighting{
		say("arp", "br-lan", later, macA, "192.168.1.11"), say("arp", "br-lan", later, macB, "192.168.1.10")})
	if having(t, now, "192.168.1.11").ID != idA || having(t, now, "192.168.1.10").ID != idB {
		t.Error(who(now))
	}
}

func TestForgersDoNotDisplaceTheKnown(t *testing.T) {
	// The highest addresses of all would be the first to go.
	const high = "fc:ff:ff:ff:ff:ff"
	home := say("arp", "br-lan", 0, high, "192.168.255.250")
	known := folded(nil, nil, []lan.Sighting{home})
	flood := []lan.Sighting{home}
	for i := range 2 * maxDevices {
		flood = append(flood, say("arp", "br-lan", 1, fmt.Sprintf("00:01:02:03:%02x:%02x", i>>8, i&255), fmt.Sprintf("10.0.%d.%d", i>>8, i&255)))
	}
	list := folded(known, nil, flood)
	if d, ok := wearing(list, high); len(list) != maxDevices || !ok || d.ID != known[0].ID {
		t.Errorf("among %d devices: %v %+v", len(list), ok, d)
	}
	slices.Reverse(flood)
	if got := folded(known, nil, flood); who(got) != who(list) {
		t.Error("which forgers are kept depends on the order they came in")
	}
}

func TestKnownAreNotChanged(t *testing.T) {
	known := folded(nil, nil, three(named("x")))
	before := fmt.Sprintf("%+v", known)
	for _, d := range folded(known, told("merge "+idA+" "+idB), three(named("y"))) {
		Conclude(&d, []lan.Fact{fact("vendor", "Acme", "upnp", .9)})
		d.Heard.Set("a", "b")
	}
	if got := fmt.Sprintf("%+v", known); got != before {
		t.Errorf("%s\nwas %s", got, before)
	}
}

// TestSufferingIsRemembered: a device that suffered is known to have wherever it
// turns up again, under whichever of its marks.
func TestSufferingIsRemembered(t *testing.T) {
	first, last := lan.Suffering{At: time.Unix(1, 0), Sign: "first"}, lan.Suffering{At: time.Unix(2, 0), Sign: "last"}
	hap := being("hap:a1:b2:c3:d4:e5:f6")
	known := folded(nil, nil, []lan.Sighting{say("arp", "br-lan", 0, macA, "192.168.1.10", hap), say("arp", "br-lan", 0, macB, "192.168.1.11")})
	for name, c := range map[string]struct {
		heard []lan.Sighting
		want  string
	}{
		"at another address":  {[]lan.Sighting{say("arp", "br-lan", later, macA, "192.168.1.99")}, known[0].ID},
		"by its identity":     {[]lan.Sighting{say("arp", "br-lan", later, "00:11:22:33:44:98", "192.168.1.99", hap)}, known[0].ID},
		"as one with another": {[]lan.Sighting{say("arp", "br-lan", later, macA, "192.168.1.10", hap), say("arp", "br-lan", later, macB, "192.168.1.11", hap)}, "last"},
		"somebody else":       {[]lan.Sighting{say("arp", "br-lan", later, "00:11:22:33:44:99", "192.168.1.10")}, "none"},
	} {
		for i := range known { // whoever of the two suffered last
			known[i].Suffered, known[1-i].Suffered = first, last
			want := map[string]lan.Suffering{known[0].ID: known[0].Suffered, "last": last}[c.want]
			if now := folded(known, nil, c.heard); len(now) != 1 || now[0].Suffered != want {
				t.Errorf("%s: %+v", name, now)
			}
		}
	}
	known[0].Suffered, known[1].Suffered = first, last
	one := Unite(known, []lan.Decision{{What: Merge, Device: known[0].ID, Value: known[1].ID}})
	if len(one) != 1 || one[0].Suffered != last {
		t.Errorf("made one by the owner: %+v", one)
	}
}
