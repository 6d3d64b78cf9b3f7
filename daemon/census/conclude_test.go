package census

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

func fact(field, value, source string, confidence float64) lan.Fact {
	return lan.Fact{Field: field, Value: value, Source: source, Confidence: confidence}
}

func TestConclude(t *testing.T) {
	for name, c := range map[string]struct {
		facts               []lan.Fact
		vendor, model, kind string
		least, most         float64
	}{
		"nothing heard": {kind: "unknown"},
		"the device's own word beats a guess": {
			facts: []lan.Fact{
				fact("vendor", "Sonos", "upnp", .9), fact("model", "One", "upnp", .9),
				fact("vendor", "Linux", "ssh", .3), fact("kind", "speaker", "upnp", .8),
			},
			vendor: "Sonos", model: "One", kind: "speaker", least: .89, most: .99,
		},
		"two voices are surer than one": {
			facts:  []lan.Fact{fact("vendor", "TP-LINK", "upnp", .8), fact("vendor", "TP-Link", "http", .8)},
			vendor: "TP-LINK", kind: "unknown", least: .57, most: .7,
		},
		"a contradiction makes us less sure": {
			facts:  []lan.Fact{fact("model", "A", "upnp", .9), fact("model", "B", "mdns", .8)},
			model:  "A",
			kind:   "unknown",
			least:  .3,
			most:   .6,
			vendor: "",
		},
		"a kind that is none of ours is unknown": {
			facts: []lan.Fact{fact("kind", "toaster", "http", .9)}, kind: "unknown",
		},
	} {
		t.Run(name, func(t *testing.T) {
			var d lan.Device
			Conclude(&d, c.facts)
			if d.Vendor != c.vendor || d.Model != c.model || string(d.Kind) != c.kind {
				t.Errorf("vendor %q, model %q, kind %q", d.Vendor, d.Model, d.Kind)
			}
			if d.Confidence < c.least || d.Confidence > c.most {
				t.Errorf("confidence %v, want %v to %v", d.Confidence, c.least, c.most)
			}
			if len(d.Identity) != len(c.facts) {
				t.Errorf("%d facts kept of %d", len(d.Identity), len(c.facts))
			}
		})
	}
}

func TestSameVendor(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"AVM", "AVM Berlin", true}, {"TP-Link", "TP-LINK", true}, {"Sonos, Inc.", "Sonos", true},
		{"HP", "HPE", false}, {"Ring", "Ringo", false}, {"LG Electronics", "LG", true},
	} {
		if alike(lan.FieldVendor, c.a, c.b) != c.want || alike(lan.FieldVendor, c.b, c.a) != c.want {
			t.Errorf("%q and %q", c.a, c.b)
		}
	}
}

func TestEveryFilledFieldHasItsFact(t *testing.T) {
	d := takeHouse(house()).Devices()[2]
	var facts []lan.Fact
	for _, field := range []string{lan.FieldKind, lan.FieldVendor, lan.FieldModel, lan.FieldHardware, lan.FieldFirmware} {
		value := "its " + field
		if field == lan.FieldKind {
			value = "camera"
		}
		facts = append(facts, fact(field, value, "upnp", .9))
		for i := range 40 { // guesses that must not crowd out the rest
			facts = append(facts, fact(field, fmt.Sprintf("guess %d", i), "http", .1))
		}
	}
	Conclude(&d, facts)
	want := map[string]string{
		lan.FieldKind: string(d.Kind), lan.FieldVendor: d.Vendor, lan.FieldModel: d.Model,
		lan.FieldHardware: d.Hardware, lan.FieldFirmware: d.Firmware,
	}
	for field, value := range want {
		if f := factOf(t, d, field, value); f.LastSeen.IsZero() || f.FirstSeen.IsZero() {
			t.Errorf("%+v has no time", f)
		}
	}
	for _, name := range d.Names {
		factOf(t, d, lan.FieldName, name)
	}
	for _, m := range d.MACs {
		factOf(t, d, lan.FieldMAC, m.String())
	}
	for _, a := range d.Addresses {
		factOf(t, d, lan.FieldAddress, a.String())
	}
	if len(d.Identity) > maxFacts {
		t.Errorf("%d facts", len(d.Identity))
	}
	again := clone(d)
	Conclude(&again, facts)
	if !reflect.DeepEqual(again.Identity, d.Identity) || !slices.Equal(again.Names, d.Names) {
		t.Errorf("concluding again says something else:\n%+v\n%+v", again.Identity, d.Identity)
	}
}

func TestFactsKeepTheirFirstTime(t *testing.T) {
	known := takeHouse(house()).Devices()
	facts := []lan.Fact{fact("model", "C1", "upnp", .9)}
	for i := range known {
		Conclude(&known[i], facts)
	}
	c := New(houseLinks, at.Add(time.Hour), known, nil)
	c.See(say("arp", "br-lan", 2*3600, "00:11:22:00:00:01", "192.168.1.20"))
	d := having(t, c.Devices(), "192.168.1.20")
	Conclude(&d, facts)
	if f := factOf(t, d, lan.FieldModel, "C1"); f.FirstSeen.After(at.Add(time.Minute)) || f.LastSeen.Before(at.Add(time.Hour)) {
		t.Errorf("%+v", f)
	}
	// What it said then is no evidence now.
	d = having(t, c.Devices(), "192.168.1.20")
	if Conclude(&d, nil); d.Model != "" {
		t.Errorf("it is still a %q", d.Model)
	}
}
