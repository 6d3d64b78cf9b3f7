package feeds

import (
	"fmt"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/firmware"
)

var acmeOS = Product{Name: "acme-os", Vendor: "Acme", Firmware: `AcmeOS {cycle}(?:\.|$)`, Checked: "2026-11-23"}

// acmeCycles is one product in each of the forms.
var acmeCycles = map[string]string{
	"old": `[{"cycle":"3.1","eol":false},{"cycle":"3","eol":"2027-01-02"},{"cycle":2,"eol":"2024-05-06"},{"cycle":"2","eol":"2024-05-06"},{"cycle":"1","eol":true},{"cycle":"0","eol":"someday"}]`,
	"new": `{"schema_version":"1.2.0","result":{"name":"acme-os","releases":[
		{"name":"3.1","label":"3.1","isEol":false,"eolFrom":null},{"name":"3","isEol":false,"eolFrom":"2027-01-02"},{"name":2},
		{"name":"2","isEol":true,"eolFrom":"2024-05-06"},{"name":"1","isEol":true},{"name":"0","eolFrom":"someday"}]}}`,
	"page": "---\r\ntitle: AcmeOS\r\nauto:\r\n  - eol: 1999-01-01\r\nreleases:\r\n# a word\r\n  - releaseCycle: \"3.1\"\r\n    eol: false\r\n" +
		"-   releaseCycle: '3' # the third\r\n    eol: 2027-01-02 # so they say\r\n  - eoas: 2020-01-01\r\n  -   eol: 2024-05-06\r\n      releaseCycle: \"2\"\r\n" +
		"  - releaseCycle: \"1\"\r\n    eol: true\r\n\r\n  - releaseCycle: \"0\"\r\n    eol: someday\r\n\r\nother:\r\n  - releaseCycle: \"9\"\r\n    eol: 2020-01-01\r\n---\r\n> text\r\n",
}

func TestEndOfLife(t *testing.T) {
	const want = "eol-acme-os-3 2027-01-02 false `AcmeOS 3(?:\\.|$)`\neol-acme-os-2 2024-05-06 false `AcmeOS 2(?:\\.|$)`\neol-acme-os-1 2026-11-23 true `AcmeOS 1(?:\\.|$)`\n"
	for form, text := range acmeCycles {
		l, err := EndOfLife([]byte(text), acmeOS)
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		got := ""
		for _, r := range l.Firmware {
			got += fmt.Sprintf("%s %s %v %#q\n", r.ID, r.Date, r.DateBy, r.Match.Firmware)
			if r.Kind != firmware.EndOfSupport || !strings.HasPrefix(r.SourceURL, "https://") || r.Checked == "" || r.PublishedBy == "vendor" {
				t.Errorf("%s: row %+v", form, r)
			}
		}
		if got != want {
			t.Errorf("%s:\n%swant\n%s", form, got, want)
		}
		if len(l.Left) != 3 || !strings.Contains(l.Left[2], "someday") {
			t.Errorf("%s: left %q", form, l.Left)
		}
	}
}

// TestEndOfLifeByModel: a cycle may be a model, whose name holds signs that mean
// something in a pattern.
func TestEndOfLifeByModel(t *testing.T) {
	p := Product{Name: "reader", Vendor: "Acme", Model: `{label}`, Checked: "2026-11-23"}
	l, err := EndOfLife([]byte(`[{"cycle":"pw-1","label":"Reader (1st gen.)","eol":"2020-01-01"}]`), p)
	if err != nil || len(l.Firmware) != 1 || l.Firmware[0].Match.Model != `Reader \(1st gen\.\)` {
		t.Errorf("%+v, %v", l.Firmware, err)
	}
}

func TestEndOfLifeRefuses(t *testing.T) {
	for _, text := range []string{"", "releases:", "---\ntitle: x\n---\n", "---\nreleases:\n---\n", "{}", "[", `{"result":{"releases":5}}`} {
		if _, err := EndOfLife([]byte(text), acmeOS); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
	for _, p := range []Product{
		{}, {Vendor: "Acme", Checked: "2026-11-23"}, {Vendor: "Acme", Firmware: "x", Model: "y", Checked: "2026-11-23"},
		{Vendor: "Acme", Firmware: "(", Checked: "2026-11-23"}, {Vendor: "Acme", Firmware: "x"},
	} {
		if _, err := EndOfLife([]byte(`[{"cycle":"1","eol":true}]`), p); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
}

func FuzzEndOfLife(f *testing.F) {
	for _, text := range acmeCycles {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := EndOfLife(data, acmeOS)
		for _, r := range l.Firmware {
			if err == nil && (!isDay(r.Date) || r.ID == "") {
				t.Errorf("row %q ends on %q", r.ID, r.Date)
			}
		}
	})
}
