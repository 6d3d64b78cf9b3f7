package census

import (
	"testing"

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
		if same(lan.FieldVendor, c.a, c.b) != c.want || same(lan.FieldVendor, c.b, c.a) != c.want {
			t.Errorf("%q and %q", c.a, c.b)
		}
	}
}
