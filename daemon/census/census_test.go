package census

import (
	"encoding/json"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func mac(s string) lan.MAC {
	m, err := lan.ParseMAC(s)
	if err != nil {
		panic(err)
	}
	return m
}

func addr(s string) netip.Addr { return netip.MustParseAddr(s) }

var at = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// home is what the sources of a small home say.
var home = []lan.Sighting{
	{Source: "arp", At: at, Link: "br-lan", MAC: mac("00:11:22:00:00:01"), Addr: addr("192.168.1.10")},
	{Source: "neigh", At: at, Link: "br-lan", MAC: mac("00:11:22:00:00:01"), Addr: addr("fe80::1%br-lan")},
	{Source: "leases", At: at, Link: "br-lan", MAC: mac("00:11:22:00:00:01"), Addr: addr("192.168.1.10"), Names: []string{"hall-cam"}},
	{Source: "mdns", At: at, Link: "br-lan", Addr: addr("192.168.1.10"), Names: []string{"Hall camera"}, Heard: lan.Heard{lan.MDNSTypes: "_rtsp._tcp"}},
	{Source: "mdns", At: at, Link: "br-lan", Addr: addr("192.168.1.10"), Heard: lan.Heard{lan.MDNSTypes: "_http._tcp"}},
	{Source: "ssdp", At: at, Link: "br-lan", Addr: addr("192.168.1.11"), ID: "udn:1", Names: []string{"TV"}},
	{Source: "arp", At: at, Link: "br-lan", MAC: mac("00:11:22:00:00:02"), Addr: addr("192.168.1.11")},
	{Source: "leases", At: at, Link: "br-lan", MAC: mac("00:11:22:00:00:03"), Addr: addr("192.168.1.12"), Names: []string{"switched-off"}},
	{Source: "mdns", At: at, Link: "br-lan", Addr: addr("192.168.1.99"), Names: []string{"said by somebody else"}},
	{Source: "arp", At: at, Link: "br-lan", MAC: mac("33:33:00:00:00:01"), Addr: addr("192.168.1.13")},
}

func take(sightings []lan.Sighting) []lan.Device {
	c := New(nil, time.Time{}, nil, nil)
	for _, s := range sightings {
		c.See(s)
	}
	return c.Devices()
}

func TestOneDevicePerMAC(t *testing.T) {
	list := take(home)
	if len(list) != 3 {
		t.Fatalf("%d devices: %+v", len(list), list)
	}
	cam := list[0]
	if len(cam.Addresses) != 2 || cam.Addresses[0] != addr("192.168.1.10") || cam.Addresses[1] != addr("fe80::1") {
		t.Errorf("addresses %v", cam.Addresses)
	}
	if cam.Heard[lan.MDNSTypes] != "_http._tcp _rtsp._tcp" {
		t.Errorf("types %q", cam.Heard[lan.MDNSTypes])
	}
	if len(cam.Names) != 2 || len(cam.Sources) != 4 {
		t.Errorf("names %v, sources %v", cam.Names, cam.Sources)
	}
	if list[2].Addresses[0] != addr("192.168.1.13") || len(list[2].MACs) != 0 {
		t.Errorf("a group address became a device's own: %+v", list[2])
	}
}

func TestOrderDoesNotMatter(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	want := ids(take(home))
	for range 200 {
		shuffled := append([]lan.Sighting(nil), home...)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got := ids(take(shuffled)); got != want {
			t.Fatalf("got %s\nwant %s", got, want)
		}
	}
}

func ids(list []lan.Device) string {
	var short []any
	for _, d := range list {
		short = append(short, d.ID, d.MACs, d.Addresses, d.Names, d.Sources)
	}
	b, _ := json.Marshal(short)
	return string(b)
}

func TestNobodyLosesAnAddressToAPretender(t *testing.T) {
	c := New(nil, time.Time{}, nil, nil)
	for _, s := range []lan.Sighting{
		{Source: "arp", MAC: mac("00:11:22:00:00:01"), Addr: addr("192.168.1.10")},
		{Source: "arp", MAC: mac("00:11:22:00:00:02"), Addr: addr("192.168.1.20")},
		{Source: "arp", MAC: mac("00:11:22:00:00:02"), Addr: addr("192.168.1.10")},
		{Source: "mdns", Addr: addr("192.168.1.10"), Names: []string{"camera"}},
	} {
		c.See(s)
	}
	list := c.Devices()
	if len(list) != 2 || len(list[0].Addresses) != 1 && len(list[1].Addresses) != 1 {
		t.Errorf("%+v", list)
	}
	if got := c.Conflicts(); len(got) != 1 || got[0] != addr("192.168.1.10") {
		t.Errorf("conflicts %v", got)
	}
}

func TestOwnAddressesAreSelf(t *testing.T) {
	c := New([]lan.Link{{
		Name: "br-lan", MAC: mac("00:11:22:00:00:ff"),
		Addrs:    []netip.Addr{addr("192.168.1.1"), addr("203.0.113.1")},
		Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")},
	}}, at, nil, nil)
	list := c.Devices()
	if len(list) != 1 || !list[0].Self || len(list[0].Addresses) != 1 {
		t.Errorf("%+v", list)
	}
}

func TestForgersDoNotFillMemory(t *testing.T) {
	c := New(nil, time.Time{}, nil, nil)
	for i := range 3 * maxDevices {
		c.See(lan.Sighting{Source: "arp", MAC: lan.MAC{0, 1, 2, 3, byte(i >> 8), byte(i)}, Addr: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})})
	}
	if n := len(c.Devices()); n != maxDevices || n != c.Count() {
		t.Errorf("%d devices, %d counted", n, c.Count())
	}
}

func TestIDOutlivesAddress(t *testing.T) {
	one := take([]lan.Sighting{{Source: "arp", MAC: mac("00:11:22:00:00:01"), Addr: addr("192.168.1.10")}})
	other := take([]lan.Sighting{{Source: "arp", MAC: mac("00:11:22:00:00:01"), Addr: addr("192.168.1.77")}})
	if one[0].ID != other[0].ID {
		t.Error("a new address made a new device")
	}
	if one[0].ID != ID(lan.Device{MACs: []lan.MAC{mac("02:00:00:00:00:01"), mac("00:11:22:00:00:01")}}) {
		t.Error("a private MAC decides over a factory-given one")
	}
}

func TestTheDepartedAreNotPresent(t *testing.T) {
	c := New(nil, at.Add(-time.Minute), nil, nil)
	c.See(lan.Sighting{Source: "neigh", At: at.Add(-time.Hour), MAC: mac("00:11:22:00:00:01"), Addr: addr("192.168.1.10")})
	c.See(lan.Sighting{Source: "neigh", At: at, MAC: mac("00:11:22:00:00:02"), Addr: addr("192.168.1.11")})
	if list := c.Devices(); len(list) != 1 || list[0].Addresses[0] != addr("192.168.1.11") {
		t.Errorf("%+v", list)
	}
}

func TestForgersOfManyAddressesDoNotFillMemory(t *testing.T) {
	var flood []lan.Sighting
	for i := range 200 * 100 {
		m := lan.MAC{0, 1, 2, 3, byte(i % 200), 7}
		flood = append(flood, lan.Sighting{Source: "ndp", MAC: m, Addr: netip.AddrFrom16([16]byte{0xfd, 14: byte(i >> 8), 15: byte(i)})})
	}
	c := New(nil, time.Time{}, nil, nil)
	back := New(nil, time.Time{}, nil, nil)
	for i := range flood {
		c.See(flood[i])
		back.See(flood[len(flood)-1-i])
	}
	kept := 0
	for _, h := range c.hosts {
		kept += len(h.cells)
	}
	if kept > maxCells || kept < maxCells/2 {
		t.Errorf("%d pairs kept", kept)
	}
	if ids(c.Devices()) != ids(back.Devices()) {
		t.Error("which are kept depends on the order they came in")
	}
}
