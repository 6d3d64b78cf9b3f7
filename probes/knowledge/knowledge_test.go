package knowledge

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/knowledge/packing"
)

// TestEdition: who changes what the program carries raises its serial, by go
// generate.
func TestEdition(t *testing.T) {
	own, err := Own()
	if err != nil {
		t.Fatal(err)
	}
	sum, err := packing.Sum(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	if sum != own.Sum {
		t.Error("the packed knowledge is not that of edition.json: run go generate ./probes/knowledge, which raises the serial")
	}
	if own.Serial < packing.Serial(own.Created) || own.Created.IsZero() {
		t.Errorf("edition %+v", own)
	}
}

func TestLoad(t *testing.T) {
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	own, _ := Own()
	if b.Edition.Serial != own.Serial || !b.Edition.Created.Equal(own.Created) || b.Edition.Layers != nil || !b.Expires.Equal(own.Created.Add(Life)) {
		t.Errorf("%+v, %s", b.Edition, b.Expires)
	}
	if b.Fingerprints == nil || b.Logins == nil || b.Firmware == nil || b.Vendors == nil || b.Howtos == nil || b.Pages == nil || b.OUI == nil {
		t.Errorf("%+v", b)
	}
}

// layer is a bundle of one vendor's row.
func layer(name string, serial int64, where string) *bundle.Bundle {
	return &bundle.Bundle{
		Schema: bundle.Schema, Serial: serial, Created: time.Unix(1e9, 0), Expires: time.Unix(2e9, 0), Layer: name,
		Sections: map[string]json.RawMessage{bundle.Vendors: json.RawMessage(`[{"id":"acme","vendor":"Acme","where":"` + where +
			`","source_url":"https://acme.example.org/","checked":"2026-11-01"}]`)},
	}
}

// TestRead: the newer edition holds, section by section, and overlays lie over
// either.
func TestRead(t *testing.T) {
	own, _ := Own()
	for name, c := range map[string]struct {
		base     *bundle.Bundle
		overlays []*bundle.Bundle
		serial   int64
		where    string // of Acme
		sonos    bool   // the program's own rows are there
	}{
		"own":          {serial: own.Serial, sonos: true},
		"newer":        {base: layer("base", own.Serial+1, "https://newer.example.org/"), serial: own.Serial + 1, where: "https://newer.example.org/"},
		"same":         {base: layer("base", own.Serial, "https://newer.example.org/"), serial: own.Serial, sonos: true},
		"older":        {base: layer("base", own.Serial-1, "https://newer.example.org/"), serial: own.Serial, sonos: true},
		"over own":     {overlays: []*bundle.Bundle{layer("a", 1, "https://a.example.org/")}, serial: own.Serial, where: "https://a.example.org/", sonos: true},
		"the last one": {overlays: []*bundle.Bundle{layer("a", 1, "https://a.example.org/"), layer("b", 1, "https://b.example.org/")}, serial: own.Serial, where: "https://b.example.org/", sonos: true},
		"over newer":   {layer("base", own.Serial+1, "https://newer.example.org/"), []*bundle.Bundle{layer("a", 1, "https://a.example.org/")}, own.Serial + 1, "https://a.example.org/", false},
	} {
		b, err := Read(c.base, c.overlays...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		acme, _ := b.Vendors.Contact("Acme")
		_, sonos := b.Vendors.Contact("Sonos")
		if b.Edition.Serial != c.serial || acme.Where != c.where || sonos != c.sonos || len(b.Edition.Layers) != len(c.overlays) {
			t.Errorf("%s: %+v, %q, %v", name, b.Edition, acme.Where, sonos)
		}
		if len(b.Pages.All()) < 25 {
			t.Errorf("%s: a section that no bundle has is gone", name)
		}
	}
	if b, err := Read(nil, layer("a", 1, "nowhere")); err == nil || b != nil {
		t.Errorf("a wrong row: %v, %v", b, err)
	}
	if Check(layer("base", 1, "nowhere")) == nil || Check(layer("a", 1, "nowhere")) == nil || Check(layer("base", 1, "https://a.example.org/")) != nil {
		t.Error("Check goes by the serial")
	}
}
