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

// at the device of list that has the address; fails when none has.
func having(t *testing.T, list []lan.Device, a string) lan.Device {
	t.Helper()
	for _, d := range list {
		if slices.Contains(d.Addresses, addr(a)) {
			return d
		}
	}
	t.Fatalf("nobody has %s in %d devices", a, len(list))
	return lan.Device{}
}

// wearing is the device of list with the hardware address; ok is false if none.
func wearing(list []lan.Device, m string) (lan.Device, bool) {
	i := slices.IndexFunc(list, func(d lan.Device) bool { return slices.Contains(d.MACs, mac(m)) })
	if i < 0 {
		return lan.Device{}, false
	}
	return list[i], true
}

func macsIn(d lan.Device) string { return strings.Trim(fmt.Sprint(d.MACs), "[]") }

// factOf is d's surest fact of the field with that value.
func factOf(t *testing.T, d lan.Device, field, value string) lan.Fact {
	t.Helper()
	for _, f := range d.Identity {
		if f.Field == field && f.Value == value {
			return f
		}
	}
	t.Fatalf("%s has no %s %q in %+v", d.ID, field, value, d.Identity)
	return lan.Fact{}
}

func bondBy(d lan.Device, words string) bool {
	return slices.ContainsFunc(d.Bonds, func(b lan.Bond) bool { return strings.Contains(b.By, words) })
}

func TestSeveralInterfacesOfOneDevice(t *testing.T) {
	nas := having(t, takeHouse(house()).Devices(), "192.168.1.50")
	if macsIn(nas) != "00:11:32:00:00:0a 00:11:32:00:00:0b" || len(nas.Addresses) != 3 {
		t.Errorf("%+v", nas)
	}
	if !bondBy(nas, "both say of themselves") {
		t.Errorf("no reason given: %+v", nas.Bonds)
	}
	if slices.Contains(takeHouse(house()).Conflicts(), addr("192.168.1.50")) {
		t.Error("its two interfaces are taken for two devices in conflict")
	}
	if MACAt(nas, addr("192.168.1.51")) != mac("00:11:32:00:00:0b") {
		t.Error("its second address is asked at its first interface")
	}
}

func TestTwoInterfacesThatAnswerForEachOther(t *testing.T) {
	const a, b, c = "00:11:32:00:00:0a", "00:11:32:00:00:0b", "00:11:32:00:00:0c"
	both := []lan.Sighting{
		say("arp", "br-lan", 1, a, "192.168.1.50"), say("arp", "br-lan", 1, b, "192.168.1.50"),
		say("arp", "br-lan", 1, a, "192.168.1.51"), say("arp", "br-lan", 1, b, "192.168.1.51"),
	}
	if list := take(both); len(list) != 1 || len(list[0].MACs) != 2 {
		t.Errorf("%+v", list)
	}
	// One that has an address of its own and answers for another's only pretends.
	pretends := []lan.Sighting{
		say("arp", "br-lan", 1, a, "192.168.1.50"), say("arp", "br-lan", 1, a, "192.168.1.51"),
		say("arp", "br-lan", 1, c, "192.168.1.50"), say("arp", "br-lan", 1, c, "192.168.1.51"), say("arp", "br-lan", 1, c, "192.168.1.66"),
	}
	if list := take(pretends); len(list) != 2 {
		t.Errorf("%+v", list)
	}
}

func TestOneFirmwareImageInManyDevices(t *testing.T) {
	const copied = "udn:2fac1234-31f8-11b4-a222-08002b34c003"
	var list []lan.Sighting
	for i := range maxSharers + 1 {
		list = append(list, say("vendor", "br-lan", 1, fmt.Sprintf("00:11:22:00:01:%02x", i), fmt.Sprintf("192.168.1.%d", 10+i), being(copied)))
	}
	devices := take(list)
	if len(devices) != maxSharers+1 {
		t.Fatalf("%d devices", len(devices))
	}
	if f := factOf(t, devices[0], lan.FieldIdentity, copied); f.Confidence != sureShared {
		t.Errorf("sure by %v of an identity that others have too", f.Confidence)
	}
	for _, filler := range []string{"udn:00000000-0000-0000-0000-000000000000", "udn:12345678-1234-1234-1234-123456789012", "hap:", "duid:ffffffffffff"} {
		two := take([]lan.Sighting{
			say("vendor", "br-lan", 1, "00:11:22:00:01:01", "192.168.1.10", being(filler)),
			say("vendor", "br-lan", 1, "00:11:22:00:01:02", "192.168.1.11", being(filler)),
		})
		if len(two) != 2 {
			t.Errorf("%s made one device of two", filler)
		}
	}
}

func TestSameIdentityOtherNameIsAnotherDevice(t *testing.T) {
	for what, c := range map[string]struct {
		one, other []func(*lan.Sighting)
		want       int
	}{
		"other names":            {[]func(*lan.Sighting){named("front-door")}, []func(*lan.Sighting){named("back-door")}, 2},
		"one name in common":     {[]func(*lan.Sighting){named("NAS", "nas.local")}, []func(*lan.Sighting){named("nas")}, 1},
		"no name":                {nil, []func(*lan.Sighting){named("nas")}, 1},
		"names made from MACs":   {[]func(*lan.Sighting){named("BRW001122000101")}, []func(*lan.Sighting){named("BRN001122000102")}, 1},
		"other serial numbers":   {[]func(*lan.Sighting){saying("upnp.serialNumber", "1")}, []func(*lan.Sighting){saying("upnp.serialNumber", "2")}, 2},
		"the same serial number": {[]func(*lan.Sighting){saying("upnp.serialNumber", "1")}, []func(*lan.Sighting){saying("upnp.serialNumber", "1")}, 1},
	} {
		id := being("udn:2fac1234-31f8-11b4-a222-08002b34c003")
		got := take([]lan.Sighting{
			say("vendor", "br-lan", 1, "00:11:22:00:01:01", "192.168.1.10", append(c.one, id)...),
			say("vendor", "br-lan", 1, "00:11:22:00:01:02", "192.168.1.11", append(c.other, id)...),
		})
		if len(got) != c.want {
			t.Errorf("%s: %d devices, want %d", what, len(got), c.want)
		}
	}
}

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

func TestOwnAddressesOnSeveralBridges(t *testing.T) {
	list := takeHouse(house()).Devices()
	me := having(t, list, "192.168.1.1")
	if !me.Self || having(t, list, "192.168.3.1").ID != me.ID || len(me.MACs) != 2 || me.Link != "br-lan" {
		t.Errorf("%+v", me)
	}
	if !slices.Equal(me.Exposed, []netip.Addr{addr("2001:db8:1::1")}) {
		t.Errorf("exposed %v", me.Exposed)
	}
	for _, d := range list {
		if d.Self && d.ID != me.ID {
			t.Errorf("a second self: %+v", d)
		}
	}
	// Neither a neighbour that takes our address nor one that says that it is us
	// becomes us.
	c := takeHouse([]lan.Sighting{
		say("arp", "br-lan", 1, "00:de:ad:00:00:01", "192.168.1.1"),
		say("arp", "br-lan", 1, "00:de:ad:00:00:01", "192.168.1.66", being("udn:11112222-3333-4444-5555-666677778888")),
		say("ssdp", "br-lan", 1, "", "192.168.1.1", being("udn:11112222-3333-4444-5555-666677778888")),
	})
	if d := having(t, c.Devices(), "192.168.1.66"); d.Self || len(d.Addresses) != 1 {
		t.Errorf("%+v", d)
	}
	if !slices.Equal(c.Conflicts(), []netip.Addr{addr("192.168.1.1")}) {
		t.Errorf("conflicts %v", c.Conflicts())
	}
}

func TestRouterOnTwoLinksIsMergedByIdentityOnly(t *testing.T) {
	on := func(more ...func(*lan.Sighting)) []lan.Device {
		return takeHouse([]lan.Sighting{
			say("arp", "br-lan", 1, "00:c0:ee:00:00:01", "192.168.1.254", more...),
			say("arp", "br-guest", 1, "00:c0:ee:00:00:02", "192.168.3.254", more...),
		}).Devices()
	}
	if list := on(); having(t, list, "192.168.1.254").ID == having(t, list, "192.168.3.254").ID {
		t.Error("two hardware addresses that differ little were taken for one device")
	}
	if list := on(being("udn:2fac1234-31f8-11b4-a222-08002b34c003")); having(t, list, "192.168.1.254").ID != having(t, list, "192.168.3.254").ID {
		t.Error("the same identity on two links is two devices")
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
	c := New(nil, time.Time{}, nil, nil)
	c.See(say("neigh", "br-lan", 3, "00:11:22:00:00:01", "192.168.1.10"))
	c.See(say("arp", "br-lan", 1, "00:11:22:00:00:02", "192.168.1.10"))
	list := c.Devices()
	if d := having(t, list, "192.168.1.10"); macsIn(d) != "00:11:22:00:00:02" || len(c.Conflicts()) != 0 {
		t.Errorf("%+v, conflicts %v", d, c.Conflicts())
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

func TestClaimsNeverMakeMergeOrRename(t *testing.T) {
	list := takeHouse(house()).Devices()
	tv := having(t, list, "192.168.1.20")
	if slices.Contains(tv.Names, "Not your TV") || tv.Heard[lan.UPnPModelName] != "" || len(tv.Addresses) != 3 {
		t.Errorf("%+v", tv)
	}
	if f := factOf(t, tv, lan.FieldName, "Not your TV"); f.Confidence != sureClaimed {
		t.Errorf("sure by %v of what somebody else said", f.Confidence)
	}
	Conclude(&tv, nil)
	if slices.Contains(tv.Names, "Not your TV") {
		t.Errorf("renamed: %q", tv.Names)
	}
	for _, d := range list {
		if slices.Contains(d.Addresses, addr("192.168.1.199")) {
			t.Error("a claim made a device")
		}
	}
	// Where there is no other name it is better than none.
	nameless := take([]lan.Sighting{
		say("arp", "br-lan", 1, "00:11:22:00:00:01", "192.168.1.10"),
		say("mdns", "br-lan", 1, "", "192.168.1.10", claimed, named("Kitchen")),
		say("mdns", "br-lan", 1, "00:11:22:00:00:01", "fe80::77", claimed),
	})
	if len(nameless) != 1 || !slices.Equal(nameless[0].Names, []string{"Kitchen"}) || len(nameless[0].Addresses) != 1 {
		t.Errorf("%+v", nameless)
	}
	if f := factOf(t, nameless[0], lan.FieldAddress, "fe80::77"); f.Confidence != sureClaimed {
		t.Errorf("%+v", f)
	}
}

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
