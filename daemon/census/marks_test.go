package census

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func TestHardwareAddressesFromAddresses(t *testing.T) {
	list := takeHouse(house()).Devices()
	d := having(t, list, "fe80::212:4bff:fe00:77")
	if macsIn(d) != "00:12:4b:00:00:77" || len(d.Addresses) != 2 || !bondBy(d, "made from the hardware address") {
		t.Errorf("%+v", d)
	}
	if random := having(t, list, "fe80::4242:1:2:3"); len(random.MACs) != 0 {
		t.Errorf("a random address has %v", random.MACs)
	}
	// With the flag for "made up" set it may be chance, unless that one was heard.
	const local, made = "52:54:00:12:34:56", "fe80::5054:ff:fe12:3456"
	if got := take([]lan.Sighting{say("ndp", "br-lan", 1, "", made)}); len(got) != 1 || len(got[0].MACs) != 0 {
		t.Errorf("%+v", got)
	}
	if got := take([]lan.Sighting{say("ndp", "br-lan", 1, "", made), say("arp", "br-lan", 1, local, "192.168.1.10")}); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	// Somebody else's frames carry it: a repeater, or a lie. Nothing is derived.
	if got := take([]lan.Sighting{say("ndp", "br-lan", 1, "00:11:22:00:00:01", "fe80::212:4bff:fe00:77")}); macsIn(got[0]) != "00:11:22:00:00:01" {
		t.Errorf("%+v", got)
	}
}

func TestIPv6OnlyDevices(t *testing.T) {
	d := having(t, takeHouse(house()).Devices(), "fe80::5151:1:2:3")
	if !slices.Contains(d.Addresses, addr("fd00:1::5151:1:2:3")) || d.Addresses[0] != addr("fd00:1::5151:1:2:3") {
		t.Errorf("%+v", d)
	}
}

func TestAddressesOfTheInternetAreExposed(t *testing.T) {
	d := having(t, takeHouse(house()).Devices(), "192.168.1.24")
	if !slices.Equal(d.Exposed, []netip.Addr{addr("2001:db8:1::104")}) || d.Addresses[len(d.Addresses)-1] != d.Exposed[0] {
		t.Errorf("exposed %v of %v", d.Exposed, d.Addresses)
	}
}

func TestLinkLocalAddressesBelongToTheirLink(t *testing.T) {
	list := takeHouse(house()).Devices()
	one, _ := wearing(list, "00:c0:ee:00:00:01")
	other, _ := wearing(list, "00:c0:ee:00:00:02")
	if one.ID == other.ID || !slices.Contains(one.Addresses, addr("fe80::1")) || !slices.Contains(other.Addresses, addr("fe80::1")) {
		t.Errorf("%+v\n%+v", one, other)
	}
}

func TestKnownByHardwareAddressAlone(t *testing.T) {
	list := takeHouse(house()).Devices()
	for m, want := range map[string]bool{
		"00:0e:58:00:00:01": true,  // associated
		"00:0e:58:00:00:02": true,  // in the bridge's table
		"00:0e:58:00:00:03": true,  // asked for an address
		"00:0e:58:00:00:04": false, // in the bridge's table two hours ago
		"00:0e:58:00:00:05": false, // has a lease
		"00:0e:58:00:00:06": false, // in the table of neighbours for an hour
		"00:0e:58:00:00:07": false, // left the Wi-Fi
	} {
		if _, ok := wearing(list, m); ok != want {
			t.Errorf("%s present: %v, want %v", m, ok, want)
		}
	}
	sensor, _ := wearing(list, "00:0e:58:00:00:03")
	if len(sensor.Addresses) != 1 || !slices.Contains(sensor.Names, "Sensor in the garden") {
		t.Errorf("what the router's books add: %+v", sensor)
	}
	if f := factOf(t, sensor, lan.FieldAddress, "192.168.1.97"); f.Confidence != sureBook {
		t.Errorf("sure by %v of an address that nobody answered from", f.Confidence)
	}
	if last := list[len(list)-1]; len(last.Addresses) != 0 {
		t.Errorf("the last is %+v", last)
	}
	// Where only a part of the network is looked at, nobody knows on which side
	// they are.
	part := houseLinks[0]
	part.Networks, part.Prefixes = part.Prefixes, []netip.Prefix{netip.MustParsePrefix("192.168.1.20/32")}
	c := New([]lan.Link{part}, at.Add(-30*time.Second), nil, nil)
	for _, s := range house() {
		c.See(s)
	}
	if list := c.Devices(); len(list) != 1 || list[0].Addresses[0] != addr("192.168.1.20") {
		t.Errorf("%d devices in a part of one address: %+v", len(list), list)
	}
}

func TestPrivateAddressesHaveNoMaker(t *testing.T) {
	d, _ := wearing(takeHouse(house()).Devices(), "da:a1:19:00:00:01")
	if d.Heard[lan.OUIVendor] != "" {
		t.Errorf("a private address has the maker %q", d.Heard[lan.OUIVendor])
	}
	if f := factOf(t, d, lan.FieldMAC, "da:a1:19:00:00:01"); !strings.Contains(f.Raw, "private") {
		t.Errorf("%+v", f)
	}
}

func TestWordsThatClash(t *testing.T) {
	sightings := []lan.Sighting{
		say("arp", "br-lan", 1, "00:11:22:00:00:01", "192.168.1.10"),
		say("upnp", "br-lan", 1, "", "192.168.1.10", saying("upnp.modelName", "new A")),
		say("upnp", "br-lan", 0, "", "192.168.1.10", saying("upnp.modelName", "old")),
		say("upnp", "br-lan", 1, "", "192.168.1.10", saying("upnp.modelName", "new B")),
		say("leases", "br-lan", 9, "", "192.168.1.10", saying("upnp.modelName", "from a book")),
	}
	for i := range 3 * lan.MaxFields {
		sightings = append(sightings, say("mdns", "br-lan", 1, "", "192.168.1.10", saying(lan.MDNS("_x._tcp", fmt.Sprintf("k%03d", i)), "v")))
	}
	for range 2 {
		d := take(sightings)[0]
		if d.Heard["upnp.modelName"] != "new B" || len(d.Heard) != lan.MaxFields || d.Heard["mdns._x._tcp.k000"] != "v" || d.Heard["mdns._x._tcp.k191"] != "" {
			t.Errorf("%q in %d fields", d.Heard["upnp.modelName"], len(d.Heard))
		}
		slices.Reverse(sightings)
	}
}

func TestServicesTakenBack(t *testing.T) {
	d := take([]lan.Sighting{
		say("arp", "br-lan", 1, "00:11:22:00:00:01", "192.168.1.10"),
		say("mdns", "br-lan", 1, "", "192.168.1.10", serving(80), serving(81), serving(82)),
		say("mdns", "br-lan", 2, "", "192.168.1.10", serving(81), serving(82), leaving),
		say("mdns", "br-lan", 3, "", "192.168.1.10", serving(82)),
	})[0]
	if len(d.Announced) != 2 || d.Announced[0].Port != 80 || d.Announced[1].Port != 82 {
		t.Errorf("%v", d.Announced)
	}
}
