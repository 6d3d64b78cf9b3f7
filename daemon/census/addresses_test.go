package census

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestProxyARP(t *testing.T) {
	list := takeHouse(house()).Devices()
	proxy, ok := wearing(list, "00:26:5a:00:00:01")
	if !ok || len(proxy.Addresses) != 1 || proxy.Addresses[0] != addr("192.168.1.2") || proxy.Heard["arp.proxy"] != "240" {
		t.Errorf("%+v", proxy)
	}
	for _, d := range list {
		for _, a := range d.Addresses {
			if addr("192.168.1.149").Less(a) && a.Less(addr("192.168.1.190")) {
				t.Errorf("%s is there only by a proxy's word, and became a device", a)
			}
		}
	}
	// By arp's word, a few are enough.
	few := []lan.Sighting{say("arp", "br-lan", 1, macA, "", saying("arp.proxy", "200"))}
	for i := range 2 * crowd {
		few = append(few, say("neigh", "br-lan", 1, macA, fmt.Sprintf("192.168.1.%d", 10+i)))
	}
	if got := take(few); len(got) != 1 || len(got[0].Addresses) != 0 {
		t.Errorf("%+v", got)
	}
	// Without arp's own count: more addresses than any device has.
	var many []lan.Sighting
	for i := range 2 * maxAddrs {
		many = append(many, say("knock", "br-lan", 1, "00:26:5a:00:00:01", fmt.Sprintf("192.168.1.%d", 10+i)))
	}
	many = append(many,
		say("arp", "br-lan", 1, "00:11:22:00:00:01", "192.168.1.12"),
		say("ssdp", "br-lan", 2, "", "192.168.1.13", named("TV")))
	got := take(many)
	if len(got) != 3 {
		t.Fatalf("%d devices: %+v", len(got), got)
	}
	if d := having(t, got, "192.168.1.12"); macsIn(d) != "00:11:22:00:00:01" {
		t.Errorf("%+v", d)
	}
	if d := having(t, got, "192.168.1.13"); len(d.MACs) != 0 || !slices.Contains(d.Names, "TV") {
		t.Errorf("%+v", d)
	}
	if d, _ := wearing(got, "00:26:5a:00:00:01"); len(d.Addresses) != 0 || d.Heard["arp.proxy"] == "" {
		t.Errorf("%+v", d)
	}
}

func TestRepeaterHidesNobody(t *testing.T) {
	list := takeHouse(house()).Devices()
	if d := having(t, list, "192.168.1.70"); macsIn(d) != "00:14:6c:00:00:01" || len(d.Addresses) != 1 {
		t.Errorf("the repeater: %+v", d)
	}
	if d := having(t, list, "192.168.1.71"); macsIn(d) != "00:14:6c:00:00:71" || !slices.Contains(d.Names, "attic-tv") {
		t.Errorf("known by its lease: %+v", d)
	}
	if d := having(t, list, "192.168.1.72"); len(d.MACs) != 0 || !slices.Contains(d.Names, "Attic radio") {
		t.Errorf("known by what it says: %+v", d)
	}
	// A server with several addresses is one device, whatever it is called.
	server := take([]lan.Sighting{
		say("arp", "br-lan", 1, "00:11:22:00:00:01", "192.168.1.10"),
		say("arp", "br-lan", 1, "00:11:22:00:00:01", "192.168.1.11"),
		say("arp", "br-lan", 1, "00:11:22:00:00:01", "192.168.1.12"),
		say("mdns", "br-lan", 1, "", "192.168.1.11", named("srv")),
	})
	if len(server) != 1 || len(server[0].Addresses) != 3 {
		t.Errorf("%+v", server)
	}
}

func TestBroadcastResponders(t *testing.T) {
	list := takeHouse(house()).Devices()
	nest := having(t, list, "192.168.1.80")
	if len(nest.Addresses) != 1 {
		t.Errorf("%v", nest.Addresses)
	}
	for _, d := range list {
		for _, a := range d.Addresses {
			if houseLinks[0].Edge(a) {
				t.Errorf("%s is nobody's own address", a)
			}
		}
	}
}

func TestTwoDevicesSwapAddresses(t *testing.T) {
	c := takeHouse(house())
	list := c.Devices()
	a, b := having(t, list, "192.168.1.91"), having(t, list, "192.168.1.90")
	if macsIn(a) != "00:17:88:00:00:0a" || macsIn(b) != "00:17:88:00:00:0b" || len(a.Addresses) != 1 || len(b.Addresses) != 1 {
		t.Errorf("%+v\n%+v", a, b)
	}
	if !slices.Equal(a.Names, []string{"Lamp A", "lamp-a"}) || !slices.Equal(b.Names, []string{"Lamp B", "lamp-b"}) {
		t.Errorf("names stayed with the address: %q and %q", a.Names, b.Names)
	}
	for _, who := range c.Conflicts() {
		if who == addr("192.168.1.90") || who == addr("192.168.1.91") {
			t.Error("a change of address is taken for a conflict")
		}
	}
}

func TestTheKernelsMemoryIsNoAnswer(t *testing.T) {
	for _, remembered := range []int{-60, 3, 28} {
		c := New(nil, time.Time{}, nil, nil)
		c.See(say("neigh", "br-lan", remembered, "00:11:22:00:00:01", "192.168.1.10"))
		c.See(say("arp", "br-lan", 1, "00:11:22:00:00:02", "192.168.1.10"))
		if d := having(t, c.Devices(), "192.168.1.10"); macsIn(d) != "00:11:22:00:00:02" || len(c.Conflicts()) != 0 {
			t.Errorf("an entry from %d s on: %+v, conflicts %v", remembered, d, c.Conflicts())
		}
	}
}

func TestDuplicateLease(t *testing.T) {
	const lost = "00:11:22:00:00:02"
	lease := func(seconds int, m string) lan.Sighting {
		return say("leases", "br-lan", seconds, m, "192.168.1.10", named("of "+m))
	}
	heard := say("ssdp", "br-lan", 1, "", "192.168.1.10")
	// Two for one address: nobody knows whose it is.
	if list := take([]lan.Sighting{lease(0, macA), lease(0, lost), heard}); len(list) != 1 || len(list[0].MACs) != 0 || len(list[0].Names) != 0 {
		t.Errorf("%+v", list)
	}
	// The newer one, or the one that answers, is right.
	if list := take([]lan.Sighting{lease(0, lost), lease(5, macA), heard}); len(list) != 1 || macsIn(list[0]) != macA {
		t.Errorf("%+v", list)
	}
	if list := take([]lan.Sighting{lease(0, macA), lease(5, lost), say("arp", "br-lan", 1, macA, "192.168.1.10")}); len(list) != 1 || !slices.Equal(list[0].Names, []string{"of " + macA}) {
		t.Errorf("%+v", list)
	}
}

func TestOldAddressesAreLeftOut(t *testing.T) {
	for what, c := range map[string]struct {
		list []lan.Sighting
		want string
	}{
		"a newer one is there": {[]lan.Sighting{say("arp", "br-lan", 1, macA, "192.168.1.10"), say("neigh", "br-lan", -600, macA, "192.168.1.9"), say("leases", "br-lan", 0, macA, "192.168.1.8")}, "[192.168.1.10]"},
		"only an old one":      {[]lan.Sighting{say("wifi", "br-lan", 1, macA, ""), say("neigh", "br-lan", -600, macA, "192.168.1.9"), say("leases", "br-lan", 0, macA, "192.168.1.8")}, "[192.168.1.9]"},
		"only the books":       {[]lan.Sighting{say("wifi", "br-lan", 1, macA, ""), say("leases", "br-lan", 0, macA, "192.168.1.8")}, "[192.168.1.8]"},
		"IPv6 ones stay":       {[]lan.Sighting{say("arp", "br-lan", 1, macA, "192.168.1.10"), say("neigh", "br-lan", -600, macA, "fe80::9")}, "[192.168.1.10 fe80::9]"},
	} {
		d, ok := wearing(takeHouse(c.list).Devices(), macA)
		if got := fmt.Sprint(d.Addresses); !ok || got != c.want {
			t.Errorf("%s: %s, want %s", what, got, c.want)
		}
	}
}

func TestConflictsAreReported(t *testing.T) {
	c := takeHouse(house())
	want := []netip.Addr{addr("192.168.1.96"), addr("fe80::211:22ff:fe00:2")}
	if got := c.Conflicts(); !slices.Equal(got, want) {
		t.Errorf("conflicts %v, want %v", got, want)
	}
	list := c.Devices()
	for _, m := range []string{"00:de:ad:00:00:02", "00:de:ad:00:00:03"} {
		d, ok := wearing(list, m)
		if !ok || !slices.Contains(d.Addresses, addr("192.168.1.96")) {
			t.Errorf("%s lost the address", m)
		}
		if f := factOf(t, d, lan.FieldAddress, "192.168.1.96"); f.Confidence > 0.5 {
			t.Errorf("sure by %v of an address that another answers for", f.Confidence)
		}
	}
	victim := having(t, list, "192.168.1.21")
	if !slices.Contains(victim.Addresses, addr("fe80::211:22ff:fe00:2")) {
		t.Error("a forged advertisement took the victim's address")
	}
}
