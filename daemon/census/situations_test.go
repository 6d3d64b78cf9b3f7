package census

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// having is the device of list that has the address; it fails when none has.
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
	// Whatever is heard of us, we are here.
	if d := having(t, takeHouse([]lan.Sighting{say("wifi", "br-lan", 9, "00:0d:b9:00:00:01", "", leaving)}).Devices(), "192.168.1.1"); !d.Self {
		t.Errorf("%+v", d)
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
	if Conclude(&nameless[0], nil); !slices.Equal(nameless[0].Names, []string{"Kitchen"}) {
		t.Errorf("%q", nameless[0].Names)
	}
	if Conclude(&nameless[0], []lan.Fact{fact("name", "Hall", "upnp", .8)}); !slices.Equal(nameless[0].Names, []string{"Hall"}) {
		t.Errorf("its own name stands beside another's: %q", nameless[0].Names)
	}
}
