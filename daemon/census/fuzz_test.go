package census

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// words of random sightings: few, so that they meet.
var (
	fuzzSources = []string{"arp", "neigh", "ndp", "leases", "mdns", "ssdp", "dhcp", "wifi", "knock", "hosts", "fdb", "self", ""}
	fuzzIDs     = []string{"", "", "", "udn:2fac1234-31f8-11b4-a222-08002b34c003", "hap:a1:b2:c3:d4:e5:f6", "duid:00010203", "udn:", "x"}
	fuzzNames   = []string{"", "", "nas", "NAS.local", "IPCAM", "\x00\xff<script>", "iPhone"}
)

// sightingsFrom makes a sighting of every eight bytes.
func sightingsFrom(data []byte) (list []lan.Sighting) {
	for ; len(data) >= 8 && len(list) < 200; data = data[8:] {
		s := lan.Sighting{
			Source: fuzzSources[int(data[0])%len(fuzzSources)],
			Link:   []string{"br-lan", "br-guest", "wan"}[int(data[1])%3],
			At:     at.Add(time.Duration(data[2]) * time.Second),
			ID:     fuzzIDs[int(data[5])%len(fuzzIDs)],
			Names:  []string{fuzzNames[int(data[6])%len(fuzzNames)]},
			Claim:  data[7]&1 != 0, Gone: data[7]&6 == 6,
		}
		if data[3] > 8 {
			s.MAC = lan.MAC{data[3] & 3, 0x0d, 0xb9, 0, 0, data[3] >> 3}
		}
		switch data[4] % 5 {
		case 0:
			s.Addr = netip.AddrFrom4([4]byte{192, 168, 1 + data[4]&2, data[4] / 4})
		case 1:
			s.Addr = netip.MustParseAddr(fmt.Sprintf("fe80::20d:b9ff:fe00:%x", data[4]/8))
		case 2:
			s.Addr = netip.MustParseAddr(fmt.Sprintf("2001:db8:1::%x", data[4]/8))
		case 3:
			s.Addr = netip.MustParseAddr(fmt.Sprintf("::ffff:192.168.1.%d", data[4]))
		}
		if data[7]&8 != 0 {
			s.Heard = lan.Heard{"arp.proxy": "9", lan.MDNSTypes: "_a._tcp _b._tcp", fuzzNames[int(data[6])%len(fuzzNames)]: "v"}
		}
		if data[7]&16 != 0 {
			s.Endpoints = []lan.Endpoint{{Addr: s.Addr, Transport: lan.TCP, Port: uint16(data[6])}}
		}
		list = append(list, s)
	}
	return list
}

// FuzzFold: whatever is heard, in whatever order, every device is itself.
func FuzzFold(f *testing.F) {
	f.Add([]byte("\x00\x00\x01\x10\x50\x03\x02\x00\x00\x00\x01\x20\x50\x03\x02\x00\x03\x00\x01\x20\x54\x03\x02\x01"))
	f.Add([]byte("\x02\x00\x01\x10\x51\x04\x02\x08\x04\x01\x41\x30\x50\x04\x03\x10\x07\x00\x01\x10\x00\x00\x00\x06"))
	f.Add([]byte{})
	f.Fuzz(everyoneIsThemselves)
}

// TestRandomHouseholds is the fuzz test on homes that are full of people.
func TestRandomHouseholds(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 22))
	for range 100 {
		data := make([]byte, 8*rng.IntN(120))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		everyoneIsThemselves(t, data)
	}
}

func everyoneIsThemselves(t *testing.T, data []byte) {
	list := sightingsFrom(data)
	known := takeHouse(list[:len(list)/3]).Devices()
	told := fuzzDecisions(known)
	c := New(houseLinks, at.Add(-time.Minute), known, told)
	for _, s := range list {
		c.See(s)
		c.Count()
	}
	devices := c.Devices()
	invariants(t, devices, c.Conflicts())

	slices.Reverse(list)
	back := New(houseLinks, at.Add(-time.Minute), known, told)
	for _, s := range list {
		back.See(s)
	}
	if got := back.Devices(); !reflect.DeepEqual(got, devices) {
		t.Errorf("the other way round:\n%+v\nnot\n%+v", got, devices)
	}
	if back.Count() != len(devices) {
		t.Errorf("%d counted of %d", back.Count(), len(devices))
	}
	for _, d := range devices {
		if now, ok := c.Find(d); !ok || now.ID != d.ID {
			t.Errorf("%s is not found again", d.ID)
		}
		Conclude(&d, nil)
	}
	Suggest(devices, known, told)
	Unite(append(known, devices...), told)
}

// fuzzDecisions has the first devices that are not ourselves merged and split.
func fuzzDecisions(known []lan.Device) (list []lan.Decision) {
	others := slices.DeleteFunc(slices.Clone(known), func(d lan.Device) bool { return d.Self })
	for i := 1; i < min(len(others), 5); i++ {
		a, b := others[i-1], others[i]
		list = append(list, lan.Decision{What: Merge, Device: a.ID, Value: b.ID, At: at.Add(time.Duration(i%3) * time.Second)})
		if len(b.MACs) > 0 && i%2 == 0 {
			list = append(list, lan.Decision{What: Split, Device: a.ID, Value: b.MACs[0].String(), At: at.Add(time.Duration(i%4) * time.Second)})
		}
		if len(a.Addresses) > 1 {
			list = append(list, lan.Decision{What: Split, Device: a.ID, Value: a.Addresses[1].String(), At: at})
		}
	}
	return list
}

// invariants hold of every census.
func invariants(t *testing.T, devices []lan.Device, conflicts []netip.Addr) {
	t.Helper()
	ids, macs, addrs, selves := map[string]bool{}, map[lan.MAC]string{}, map[netip.Addr]string{}, 0
	for _, d := range devices {
		if ids[d.ID] || d.ID == "" {
			t.Errorf("two devices are %q", d.ID)
		}
		ids[d.ID] = true
		if d.Self {
			selves++
		}
		for _, m := range d.MACs {
			if macs[m] != "" || m.IsGroup() || m.IsZero() {
				t.Errorf("%s is in %s and %s", m, macs[m], d.ID)
			}
			macs[m] = d.ID
			own := slices.ContainsFunc(houseLinks, func(l lan.Link) bool { return l.MAC == m })
			if own != d.Self {
				t.Errorf("%s in %s: self %v", m, d.ID, d.Self)
			}
		}
		for _, a := range d.Addresses {
			// A link-local one may be there once on each link.
			if addrs[a] != "" && !slices.Contains(conflicts, a) && len(conflicts) < maxConflicts && !a.IsLinkLocalUnicast() {
				t.Errorf("%s is in %s and %s, conflicts %v", a, addrs[a], d.ID, conflicts)
			}
			addrs[a] = d.ID
			own := slices.ContainsFunc(houseLinks, func(l lan.Link) bool { return slices.Contains(l.Addrs, a) })
			if own && !a.IsLinkLocalUnicast() && !d.Self || d.Self && !own {
				t.Errorf("%s in %s: self %v", a, d.ID, d.Self)
			}
		}
		for _, e := range d.Exposed {
			if !slices.Contains(d.Addresses, e) {
				t.Errorf("%s is exposed but not there", e)
			}
		}
	}
	if selves != 1 {
		t.Errorf("we are %d devices", selves)
	}
}
