package checks

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/lan"
)

// invented are facts about a maker that does not exist, one of each kind.
const invented = `[
{"id":"acme-old","kind":"outdated","vendor":"Acme","match":{"model":"R[12]"},"scheme":"numeric","floors":[{"fixed_in":"2.0"}],"cves":["CVE-2020-1001"],
 "kev_added":"2024-01-01","epss":0.9,"epss_date":"2026-01-01","cvss":9.8,"published_by":"vendor","advice":"Open the app and update it.","source_url":"https://acme.example.org/1","checked":"2026-11-23","confidence":"strong","verified":true},
{"id":"acme-never","kind":"outdated","vendor":"Acme","match":{"model":"N1"},"no_fix":true,"cves":["CVE-2020-1002"],
 "published_by":"vendor","advice":"Keep it off the internet or replace it.","source_url":"https://acme.example.org/2","checked":"2026-11-23","confidence":"strong","verified":true},
{"id":"acme-account","kind":"backdoor","vendor":"Acme","match":{"model":"B1"},"scheme":"numeric","floors":[{"affected_through":"1.5"}],
 "published_by":"vendor","advice":"Install version 1.6.","source_url":"https://acme.example.org/3","checked":"2026-11-23","confidence":"strong","verified":true},
{"id":"acmed","kind":"component","vendor":"Acme project","match":{},"product":"acmed(?: lite)?","scheme":"unix","floors":[{"fixed_in":"1.4.60"}],"cves":["CVE-2020-1003"],
 "published_by":"record","advice":"Look for an update of the device.","source_url":"https://acme.example.org/4","checked":"2026-11-23","confidence":"medium","verified":true},
{"id":"assistant","kind":"component","vendor":"Home Assistant","match":{},"product":"home assistant","is_product":true,"scheme":"calver","floors":[{"fixed_in":"2023.3.2"}],"cves":["CVE-2020-1004"],
 "published_by":"vendor","advice":"Update it in its settings.","source_url":"https://acme.example.org/5","checked":"2026-11-23","confidence":"strong","verified":true}
]`

// inventing is a pass that knows of them, too.
func inventing(d lan.Device, s lan.Service) func(*testing.T) *probes.Pass {
	return func(t *testing.T) *probes.Pass {
		base := *known(t)
		var err error
		if base.Firmware, err = firmware.Read(nil, []byte(invented)); err != nil {
			t.Fatal(err)
		}
		return &probes.Pass{Device: d, Service: s, Knowledge: &base}
	}
}

// acme is a device that said itself clearly what it is.
func acme(model, version string) lan.Device {
	return lan.Device{Vendor: "Acme", Model: model, Firmware: version, Identity: []lan.Fact{
		{Field: lan.FieldModel, Value: model, Source: "upnp", Confidence: 0.9},
		{Field: lan.FieldFirmware, Value: version, Source: "upnp", Confidence: 0.9},
	}}
}

var _ = hold("firmware-outdated",
	twin{name: "an old one", pass: inventing(acme("R1", "1.9"), lan.Service{}), want: lan.Fail},
	twin{name: "a new one", pass: inventing(acme("R1", "2.0"), lan.Service{}), want: lan.LikelyPass},
	twin{name: "one that is never mended", pass: inventing(acme("N1", "9.9"), lan.Service{}), want: lan.Fail},
	twin{name: "one that is probably never mended", pass: inventing(lan.Device{Vendor: "Acme", Model: "N1"}, lan.Service{}), want: lan.LikelyFail},
	twin{name: "the maker alone", pass: inventing(lan.Device{Vendor: "Acme"}, lan.Service{}), want: lan.Undecided})

// TestNeverMendedIsNotOld: of a model without any fix nobody says that its version
// is old, and it comes without steps to an update.
func TestNeverMendedIsNotOld(t *testing.T) {
	for model, want := range map[string]string{"N1": "will not mend", "R1": ""} {
		p := inventing(acme(model, "1.0"), lan.Service{})(t)
		got, err := judged(t, "firmware-outdated", p)
		if got != lan.Fail || err != nil || !strings.Contains(p.Title, want) || (p.Title == "") != (want == "") {
			t.Errorf("%s: %v, %v, %q", model, got, err, p.Title)
		}
		if p.Urgency.NoFix != (model == "N1") || p.Urgency.NoFix && p.Steps != nil {
			t.Errorf("%s: %+v, steps %q", model, p.Urgency, p.Steps)
		}
		if !strings.Contains(words(p), "https://acme.example.org/") || !strings.Contains(words(p), "read on 2026-11-23") {
			t.Errorf("%s: no source with its date in %s", model, words(p))
		}
	}
}

// TestUrgencyOfOldFirmware: what the order of problems rests on is handed on.
func TestUrgencyOfOldFirmware(t *testing.T) {
	p := inventing(acme("R2", "1.0"), lan.Service{})(t)
	if _, err := judged(t, "firmware-outdated", p); err != nil || p.Urgency != (lan.Urgency{Exploited: true, EPSS: 0.9, CVSS: 9.8}) || *p.Severity != lan.ActNow {
		t.Errorf("%v, %+v, %v", err, p.Urgency, p.Severity)
	}
	p = inventing(acme("R2", "2.0"), lan.Service{})(t)
	if _, err := judged(t, "firmware-outdated", p); err != nil || p.Urgency != (lan.Urgency{}) || p.Severity != nil {
		t.Errorf("of no problem: %v, %+v, %v", err, p.Urgency, p.Severity)
	}
}

// TestProvidersBox: a box that the provider updates comes with no steps of the
// maker's, but with whom to ask.
func TestProvidersBox(t *testing.T) {
	d := acme("Speedport R1", "1.0")
	d.Kind = "router"
	p := inventing(d, lan.Service{})(t)
	got, err := judged(t, "firmware-outdated", p)
	if got != lan.Fail || err != nil || !strings.Contains(p.Advice, "internet provider") || p.Steps != nil {
		t.Errorf("%v, %v, %q, %q", got, err, p.Advice, p.Steps)
	}
	d.Kind = "camera"
	p = inventing(d, lan.Service{})(t)
	if _, err := judged(t, "firmware-outdated", p); err != nil || p.Advice != "Open the app and update it." {
		t.Errorf("not a router: %v, %q", err, p.Advice)
	}
}
