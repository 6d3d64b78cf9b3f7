package bundles

import (
	"encoding/json"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/checks"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestSweepGoesByLayer: a row of an overlay makes its finding, and without the
// layer there is none.
func TestSweepGoesByLayer(t *testing.T) {
	s := store(t)
	d := lan.Device{Vendor: "Acme", Model: "R1", Firmware: "1.9", Identity: []lan.Fact{
		{Field: lan.FieldModel, Value: "R1", Source: "upnp", Confidence: 0.9},
		{Field: lan.FieldFirmware, Value: "1.9", Source: "upnp", Confidence: 0.9},
	}}
	judge := func() lan.Verdict {
		t.Helper()
		b, _ := base(t, s)
		for _, c := range checks.All() {
			if c.ID == "firmware-outdated" {
				v, err := c.Run(t.Context(), &probes.Pass{Device: d, Knowledge: b})
				if err != nil && v != lan.Undecided {
					t.Fatal(err)
				}
				return v
			}
		}
		t.Fatal("no such check")
		return lan.Undecided
	}
	if v := judge(); v == lan.Fail {
		t.Errorf("without the layer: %s", v)
	}
	must(t, s, file(t, provider, "my-isp", 1, map[string]json.RawMessage{bundle.Firmware: json.RawMessage(`[{"id":"acme-old","kind":"outdated",
		"vendor":"Acme","match":{"model":"R[12]"},"scheme":"numeric","floors":[{"fixed_in":"2.0"}],"cves":["CVE-2020-1001"],"published_by":"vendor",
		"advice":"Open the app and update it.","source_url":"https://acme.example.org/1","checked":"2026-11-23","confidence":"strong","verified":true}]`)}))
	for range 2 { // checked, then remembered
		if v := judge(); v != lan.Fail {
			t.Errorf("with the layer: %s", v)
		}
	}
	if err := s.Remove("my-isp"); err != nil {
		t.Fatal(err)
	}
	if v := judge(); v == lan.Fail {
		t.Errorf("after the layer: %s", v)
	}
}
