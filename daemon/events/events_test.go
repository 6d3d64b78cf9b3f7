package events

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

var (
	zone    = time.FixedZone("home", 3600)
	now     = time.Date(2026, 11, 22, 14, 30, 0, 0, zone)
	factory = lan.MAC{0x00, 0x12, 0x34, 0x56, 0x78, 0x9a}
	other   = lan.MAC{0x00, 0x12, 0x34, 0, 0, 1}
	private = lan.MAC{0xa6, 1, 2, 3, 4, 5}
)

// thing is a device with one port open, known for a month.
func thing(id string, mac lan.MAC, a string, change ...func(*lan.Device)) lan.Device {
	addr := netip.MustParseAddr(a)
	d := lan.Device{
		ID: id, Kind: "camera", Names: []string{"Name of " + id}, MACs: []lan.MAC{mac}, Addresses: []netip.Addr{addr}, Link: "br-lan",
		Services:  []lan.Service{{Address: addr, Transport: lan.TCP, Port: 80, Name: "http"}},
		FirstSeen: now.Add(-30 * 24 * time.Hour),
	}
	for _, c := range change {
		c(&d)
	}
	return d
}

func finds(check string, v lan.Verdict, s lan.Severity) func(*lan.Device) {
	return func(d *lan.Device) {
		d.Findings = append(d.Findings, lan.Finding{Check: check, Verdict: v, Severity: s, Title: "Title of " + check})
	}
}

// listensAt opens another port.
func listensAt(port uint16) func(*lan.Device) {
	return func(d *lan.Device) {
		d.Services = append(d.Services, lan.Service{Address: d.Addresses[0], Transport: lan.TCP, Port: port, Name: "telnet"})
	}
}

func unmet(d *lan.Device) { d.Services, d.Findings = nil, nil }

func kind(k lan.Kind) func(*lan.Device) { return func(d *lan.Device) { d.Kind = k } }

func mac(m lan.MAC) func(*lan.Device) { return func(d *lan.Device) { d.MACs = append(d.MACs, m) } }

// swept is a sweep that ended so long before now.
func swept(ago time.Duration, devices ...lan.Device) lan.Sweep {
	at := now.Add(-ago)
	return lan.Sweep{Tool: "homesweep 1", Started: at.Add(-time.Minute), Finished: at, Touch: lan.Ask, Rung: "raw", Devices: devices,
		Links: []lan.Link{{Name: "br-lan", Prefixes: []netip.Prefix{netip.MustParsePrefix("192.168.1.0/24")}}}}
}

// told is the list in short.
func told(list []lan.Event) string {
	var words []string
	for _, e := range list {
		words = append(words, strings.Join(slices.DeleteFunc([]string{string(e.What), e.Device, e.Check, e.Service}, func(s string) bool { return s == "" }), " "))
	}
	return strings.Join(words, "; ")
}

// TestBetween goes through what can happen, and what must not be told.
func TestBetween(t *testing.T) {
	const a, b = "192.168.1.9", "192.168.1.10"
	x := func(change ...func(*lan.Device)) []lan.Device { return []lan.Device{thing("x", factory, a, change...)} }
	late := func(d *lan.Device) { d.FirstSeen = now.Add(-time.Hour) }
	ours := func(d *lan.Device) { d.Self, d.Zones = true, []lan.Zone{{Name: "lan"}} }
	dhcp := func(d *lan.Device) { d.Heard = lan.Heard{dhcpServer: "yes"} }
	maps := func(d *lan.Device) {
		d.Mappings = []lan.Mapping{{Transport: lan.TCP, External: 8080, Client: netip.MustParseAddr(b), Port: 80}}
	}
	for name, c := range map[string]struct {
		before, after []lan.Device
		want          string
	}{
		"nothing":               {x(), x(), ""},
		"first sweep":           {nil, x(finds("y", lan.Fail, lan.ActNow)), ""},
		"joined":                {x(), append(x(), thing("y", other, b, finds("z", lan.Fail, lan.Soon))), "finding-new y z; joined y"},
		"on another network":    {x(), append(x(), thing("y", other, "10.0.0.1")), ""},
		"finding new":           {x(finds("y", lan.Pass, 0)), x(finds("y", lan.Fail, lan.Soon)), "finding-new x y"},
		"not tested before":     {x(finds("y", lan.NotTested, 0)), x(finds("y", lan.Fail, lan.Soon)), "finding-new x y"},
		"nor told of before":    {x(), x(finds("y", lan.Fail, lan.ActNow)), "finding-new x y"},
		"tested and fine":       {x(finds("y", lan.NotTested, 0)), x(finds("y", lan.Pass, 0), finds("z", lan.NotTested, 0)), ""},
		"found on and on":       {x(finds("y", lan.Fail, lan.Soon)), x(finds("y", lan.Fail, lan.Soon)), ""},
		"fixed":                 {x(finds("y", lan.Fail, lan.Soon)), x(finds("y", lan.Pass, 0)), "finding-fixed x y"},
		"not looked at again":   {x(finds("y", lan.Fail, lan.Soon)), x(finds("y", lan.Undecided, 0)), ""},
		"worse":                 {x(finds("y", lan.Fail, lan.Soon)), x(finds("y", lan.Fail, lan.ActNow)), "finding-worse x y"},
		"first looked into":     {x(unmet), x(finds("y", lan.Fail, lan.ActNow)), "finding-new x y"},
		"newcomer looked into":  {append(x(), thing("y", other, b, unmet, late)), append(x(), thing("y", other, b, late, finds("z", lan.Fail, lan.ActNow))), "finding-new y z"},
		"pairing":               {x(finds(pairingCheck, lan.Pass, 0)), x(finds(pairingCheck, lan.Fail, lan.Soon)), "pairing x pairing-open"},
		"service":               {x(), x(listensAt(23)), "service x tcp/23"},
		"service of a newcomer": {append(x(), thing("y", other, b, late)), append(x(), thing("y", other, b, late, listensAt(23))), ""},
		"service closed":        {x(listensAt(23)), x(), ""},
		"address":               {x(), []lan.Device{thing("x", factory, b)}, "address x"},
		"one address of two":    {x(func(d *lan.Device) { d.Addresses = append(d.Addresses, netip.MustParseAddr(b)) }), x(), ""},
		"private":               {x(mac(private)), x(mac(lan.MAC{0xa6, 9})), "private-address x"},
		"private, address too":  {x(), []lan.Device{thing("x", factory, b, mac(private))}, "private-address x"},
		"another port of it":    {x(), x(mac(other)), ""},
		"firmware":              {x(func(d *lan.Device) { d.Firmware = "1.0" }), x(func(d *lan.Device) { d.Firmware = "1.1" }), "firmware x"},
		"firmware not told":     {x(func(d *lan.Device) { d.Firmware = "1.0" }), x(), ""},
		"mapping":               {x(finds(mappingCheck, lan.Pass, 0)), x(maps, finds(mappingCheck, lan.Fail, lan.Soon)), "port-map x tcp/8080"},
		"mapping never asked":   {x(), x(maps), ""},
		"mapping found":         {x(), x(maps, finds(mappingCheck, lan.Fail, lan.Soon)), "finding-new x upnp-mapping"},
		"mapping of ours":       {append(x(ours), thing("y", other, b)), append(x(ours, maps), thing("y", other, b, finds(forwardCheck, lan.Fail, lan.Soon))), "port-map x tcp/8080"},
		"door of the owner's":   {append(x(ours), thing("y", other, b)), append(x(ours), thing("y", other, b, finds(forwardCheck, lan.Fail, lan.Soon))), "finding-new y port-forward"},
		"door shut":             {append(x(ours, maps), thing("y", other, b, finds(forwardCheck, lan.Fail, lan.Soon))), append(x(ours), thing("y", other, b, finds(forwardCheck, lan.LikelyPass, 0))), "finding-fixed y port-forward"},
		"mapping stays":         {x(maps), x(maps), ""},
		"one gives addresses":   {x(), x(dhcp), ""},
		"second gives them too": {append(x(dhcp), thing("y", other, b)), append(x(dhcp), thing("y", other, b, dhcp)), "dhcp y"},
		"both did":              {append(x(dhcp), thing("y", other, b, dhcp)), append(x(), thing("y", other, b, dhcp)), ""},
		"gateway":               {x(kind("router")), append(x(kind("router")), thing("y", other, a)), "joined y; gateway y"},
		"no gateway":            {x(), append(x(), thing("y", other, a)), "joined y"},
	} {
		before := lan.Sweep{}
		if c.before != nil {
			before = swept(6*time.Hour, c.before...)
		}
		if got := told(Between(before, swept(0, c.after...), now)); got != c.want {
			t.Errorf("%s: told %q, want %q", name, got, c.want)
		}
	}
}

// TestNoFlood: that a device is there which could not be seen before is not news, except
// in a home that is watched for long. Its problems are.
func TestNoFlood(t *testing.T) {
	var all []lan.Device
	for i := range 30 {
		all = append(all, thing(fmt.Sprint("d", i), lan.MAC{0, 1, 2, 3, 4, byte(i)}, fmt.Sprintf("192.168.1.%d", i+1), finds("y", lan.Fail, lan.Soon)))
	}
	listened := swept(6*time.Hour, all[0])
	listened.Touch = lan.Listen
	cut := swept(6*time.Hour, all[0])
	cut.Notes = []string{"The sweep was stopped before it was done."}
	first := swept(6*time.Hour, thing("d0", factory, "192.168.1.1", func(d *lan.Device) { d.FirstSeen = now.Add(-6*time.Hour - 30*time.Second) }))
	first.Notes = cut.Notes
	for name, c := range map[string]struct {
		before lan.Sweep
		want   int
	}{"it only listened": {listened, 0}, "its first sweep was cut short": {first, 0}, "a later one was": {cut, 29}} {
		joined, found := 0, map[string]int{}
		for _, e := range Between(c.before, swept(0, all...), now) {
			switch e.What {
			case lan.DeviceJoined:
				joined++
			case lan.FindingNew:
				found[e.Device]++
			}
		}
		if joined != c.want || len(found) < 29 || len(found) != len(slices.DeleteFunc(slices.Collect(maps.Values(found)), func(n int) bool { return n != 1 })) {
			t.Errorf("%s: %d joined, want %d; problems told of %v", name, joined, c.want, found)
		}
	}
}

// TestBounded: who makes up services does not push out everybody else.
func TestBounded(t *testing.T) {
	var loud []func(*lan.Device)
	for i := range 90 {
		loud = append(loud, finds(fmt.Sprint("made-up-", i), lan.Fail, lan.Soon))
	}
	var before, after []lan.Device
	for i := range 40 {
		m, a := lan.MAC{0, 1, 2, 3, 4, byte(i)}, fmt.Sprintf("192.168.1.%d", i+1)
		before, after = append(before, thing(fmt.Sprint(i), m, a)), append(after, thing(fmt.Sprint(i), m, a, loud...))
	}
	got := Between(swept(time.Hour, before[:1]...), swept(0, after[:1]...), now)
	if len(got) != maxOfDevice {
		t.Errorf("%d events of one device", len(got))
	}
	if got := Between(swept(time.Hour, before...), swept(0, after...), now); len(got) != maxOfSweep {
		t.Errorf("%d events of one sweep", len(got))
	}
}

// TestPersonal: of phones and computers the day is kept, and never that they came or
// went.
func TestPersonal(t *testing.T) {
	for k, byDay := range map[lan.Kind]bool{"phone": true, "computer": true, "camera": false} {
		got := Between(swept(time.Hour, thing("x", factory, "192.168.1.9", kind(k))), swept(0, thing("x", factory, "192.168.1.9", kind(k), listensAt(23))), now)
		if len(got) != 1 || got[0].At.Equal(now) == byDay || byDay && !got[0].At.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, zone)) {
			t.Errorf("%s: %+v", k, got)
		}
		e, ok := Moved(thing("x", factory, "192.168.1.9", kind(k)), lan.Presence{State: lan.Online}, lan.Presence{State: lan.Away, Since: now})
		if ok == byDay {
			t.Errorf("%s: that it is gone is told: %v %+v", k, ok, e)
		}
	}
	for hidden, byDay := range map[lan.MAC]bool{private: true, factory: false} { // a guest's phone, perhaps
		guest := thing("x", hidden, "192.168.1.9", kind(lan.Unknown))
		got := Between(swept(time.Hour, guest), swept(0, thing("x", hidden, "192.168.1.9", kind(lan.Unknown), listensAt(23))), now)
		if len(got) != 1 || got[0].At.Equal(now) == byDay {
			t.Errorf("%s, not recognised: %+v", hidden, got)
		}
		if e, ok := Moved(guest, lan.Presence{State: lan.Online}, lan.Presence{State: lan.Away, Since: now}); ok == byDay {
			t.Errorf("%s, not recognised: that it is gone is told: %v %+v", hidden, ok, e)
		}
	}
}

func TestMoved(t *testing.T) {
	d := thing("x", factory, "192.168.1.9")
	d.Names = nil
	for _, c := range []struct {
		was, now lan.State
		want     lan.Happening
		words    string
	}{
		{"", lan.Online, "", ""}, {lan.Online, lan.Idle, "", ""}, {lan.Away, lan.Offline, "", ""},
		{lan.Idle, lan.Away, lan.DeviceGone, "The camera 192.168.1.9 is gone."},
		{lan.Online, lan.Offline, lan.DeviceGone, "The camera 192.168.1.9 does not answer any more."},
		{lan.Offline, lan.Online, lan.DeviceBack, "The camera 192.168.1.9 is back."},
	} {
		e, ok := Moved(d, lan.Presence{State: c.was}, lan.Presence{State: c.now, Since: now})
		if ok != (c.want != "") || e.What != c.want || e.Words != c.words || ok && !e.At.Equal(now) {
			t.Errorf("%s to %s: %+v, %v", c.was, c.now, e, ok)
		}
	}
}

// FuzzWords: whatever a device calls itself and says, events are short and printable.
func FuzzWords(f *testing.F) {
	for _, s := range []string{"Front door", "<script>", "\x1b[2J\u202e", strings.Repeat("ä", 300), "a\nb"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, firmware string) {
		d := thing("x", factory, "192.168.1.9", func(d *lan.Device) { d.Firmware = "1" })
		then := swept(time.Hour, d)
		d.Names, d.Firmware, d.Services = []string{name}, firmware, append(slices.Clone(d.Services), lan.Service{Transport: lan.TCP, Port: 23, Name: name})
		list := Between(then, swept(0, d, thing("y", other, "192.168.1.10", func(d *lan.Device) { d.Names = []string{name} })), now)
		if len(list) == 0 {
			t.Error("nothing is told")
		}
		for _, e := range list {
			for _, text := range []string{e.Name, e.Words, e.Was, e.Now, e.Service} {
				if len(text) > maxWords || !utf8.ValidString(text) || text != lan.Printable(text, 2*maxWords) {
					t.Errorf("%q in %+v", text, e)
				}
			}
		}
	})
}
