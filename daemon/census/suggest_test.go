package census

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// phone is a device as sweeps leave it, seen from one hour to another.
func phone(m, name string, from, to int, more ...func(*lan.Device)) lan.Device {
	d := lan.Device{
		MACs: []lan.MAC{mac(m)}, Names: []string{name}, Kind: "phone",
		Identity:  []lan.Fact{{Field: lan.FieldName, Value: name, Source: "mdns", Confidence: 0.9}},
		Heard:     lan.Heard{lan.DHCPParams: "1,121,3,6,15", lan.DHCPVendor: "android-dhcp-14"},
		FirstSeen: at.Add(time.Duration(from) * time.Hour), LastSeen: at.Add(time.Duration(to) * time.Hour),
	}
	d.ID = ID(d)
	for _, f := range more {
		f(&d)
	}
	return d
}

const oldMAC, newMAC = "da:00:00:00:00:01", "da:00:00:00:00:02"

func TestSuggest(t *testing.T) {
	annas := phone(oldMAC, "Annas-Pixel", -100, -1)
	came := phone(newMAC, "Annas-Pixel", 0, 0)
	nothing := func(d *lan.Device) { d.Heard, d.Identity, d.Names, d.Kind = nil, nil, nil, "unknown" }
	for name, c := range map[string]struct {
		here, known []lan.Device
		told        []lan.Decision
		want        bool
	}{
		"a phone with a new private address":     {[]lan.Device{came}, []lan.Device{annas}, nil, true},
		"seen again in the sweep after":          {[]lan.Device{came}, []lan.Device{annas, came}, nil, true},
		"both at the same time, once":            {[]lan.Device{came}, []lan.Device{phone(oldMAC, "Annas-Pixel", -100, 1)}, nil, false},
		"another name":                           {[]lan.Device{came}, []lan.Device{phone(oldMAC, "Bens-Pixel", -100, -1)}, nil, false},
		"a factory-given address":                {[]lan.Device{phone(macA, "Annas-Pixel", 0, 0)}, []lan.Device{annas}, nil, false},
		"another maker's address software":       {[]lan.Device{came}, []lan.Device{phone(oldMAC, "Annas-Pixel", -100, -1, func(d *lan.Device) { d.Heard = lan.Heard{lan.DHCPVendor: "MSFT 5.0"} })}, nil, false},
		"another kind":                           {[]lan.Device{came}, []lan.Device{phone(oldMAC, "Annas-Pixel", -100, -1, func(d *lan.Device) { d.Kind = "tv" })}, nil, false},
		"nothing but a private address":          {[]lan.Device{phone(newMAC, "x", 0, 0, nothing)}, []lan.Device{phone(oldMAC, "y", -100, -1, nothing)}, nil, false},
		"a name that every such phone has":       {[]lan.Device{phone(newMAC, "iPhone", 0, 0)}, []lan.Device{phone(oldMAC, "iPhone", -100, -1)}, nil, true},
		"a name for every phone, nothing else":   {[]lan.Device{phone(newMAC, "iPhone", 0, 0, func(d *lan.Device) { d.Heard = nil })}, []lan.Device{phone(oldMAC, "iPhone", -100, -1)}, nil, false},
		"the owner said no":                      {[]lan.Device{came}, []lan.Device{annas}, told("split " + annas.ID + " " + newMAC), false},
		"the owner said no, the other way round": {[]lan.Device{came}, []lan.Device{annas}, told("split " + came.ID + " " + annas.ID), false},
		"the owner said yes already":             {[]lan.Device{came}, []lan.Device{annas}, told("merge " + annas.ID + " " + came.ID), false},
		"cable and Wi-Fi at the same time":       {[]lan.Device{phone(macA, "Annas-Laptop", -9, 0), phone(newMAC, "Annas-Laptop", -1, 0)}, nil, nil, true},
		"two of one sort at the same time":       {[]lan.Device{phone(macA, "iPhone", -9, 0), phone(newMAC, "iPhone", -1, 0)}, nil, nil, false},
		"ourselves":                              {[]lan.Device{phone(macA, "Annas-Laptop", -9, 0, func(d *lan.Device) { d.Self = true }), phone(newMAC, "Annas-Laptop", -1, 0)}, nil, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := Suggest(c.here, c.known, c.told)
			if (len(got) == 1) != c.want {
				t.Fatalf("%+v", got)
			}
			if c.want && (len(got[0].Reasons) < 2 || got[0].Confidence < leastSure || got[0].Confidence >= 1) {
				t.Errorf("%+v", got[0])
			}
		})
	}
}

func TestSuggestionsExplainThemselves(t *testing.T) {
	annas, bens := phone(oldMAC, "Annas-Pixel", -100, -1), phone("da:00:00:00:00:03", "Bens-Pixel", -100, -2)
	came := phone(newMAC, "Annas-Pixel", 0, 0)
	got := Suggest([]lan.Device{came}, []lan.Device{bens, annas}, nil)
	if len(got) != 1 || got[0].Device != came.ID || got[0].Same != annas.ID {
		t.Fatalf("%+v", got)
	}
	all := strings.Join(got[0].Reasons, " ")
	for _, words := range []string{"Both call themselves “Annas-Pixel”.", "last heard 1 hour before it came", "in the same order", "android-dhcp-14"} {
		if !strings.Contains(all, words) {
			t.Errorf("%q is not among the reasons: %s", words, all)
		}
	}
	list := []lan.Device{bens, annas}
	slices.Reverse(list)
	if again := Suggest([]lan.Device{came}, list, nil); len(again) != 1 || again[0].Same != got[0].Same {
		t.Errorf("%+v", again)
	}
}

// TestSuggestWhatTheCensusSaw: the devices of two sweeps as the census gives them.
func TestSuggestWhatTheCensusSaw(t *testing.T) {
	asks := saying(lan.DHCPParams, "1,3,6,15,26,28", lan.DHCPVendor, "android-dhcp-14")
	known := folded(nil, nil, []lan.Sighting{say("dhcp", "br-lan", 0, oldMAC, "", named("Annas-Pixel"), asks)})
	here := folded(known, nil, []lan.Sighting{say("dhcp", "br-lan", later, newMAC, "", named("Annas-Pixel"), asks)})
	Conclude(&known[0], nil)
	Conclude(&here[0], nil)
	if got := Suggest(here, known, nil); len(got) != 1 || got[0].Same != known[0].ID || got[0].Confidence < 0.7 {
		t.Errorf("%+v", got)
	}
}
