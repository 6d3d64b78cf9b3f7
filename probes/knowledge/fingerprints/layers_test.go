package fingerprints

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

const acmeLayer = "#/sources\n2026-11-01\thttps://acme.example.org/\n#http\nacme\t0.5\t0\t0\tvendor=Acme\t~\thttp.title\tacme\t^Acme (\\w+)$\n"

func TestRead(t *testing.T) {
	own, err := Read("")
	if err != nil || len(own.All()) != len(load(t).All()) {
		t.Fatalf("the program's own: %v", err)
	}
	// What was packed is packed again to the same bytes.
	text, err := Pack(source(t))
	if err != nil || string(text) != Packed() {
		t.Fatal(err)
	}
	s, err := Read("", acmeLayer, strings.NewReplacer("vendor=Acme", "vendor=Acme\tmodel=${http.title.1}", "2026-11-01", "").Replace(acmeLayer))
	if err != nil || len(s.All()) != len(own.All())+1 {
		t.Fatal(err)
	}
	facts := s.Read(lan.Heard{"http.title": "Acme Box"}, "x")
	if best(facts, lan.FieldModel) != "Box" || best(facts, lan.FieldVendor) != "Acme" {
		t.Errorf("%+v", facts)
	}
	// Words that a stranger's pattern does not need keep that pattern quiet, and no other.
	s, err = Read("", strings.Replace(acmeLayer, "acme\t^Acme", "bee\t^Acme", 1))
	if err != nil || best(s.Read(lan.Heard{"http.title": "Acme Box", lan.UPnPManufacturer: "Acme"}, "x"), lan.FieldVendor) != "Acme" {
		t.Errorf("%v", err)
	}
	if _, err := Read("", strings.Replace(acmeLayer, "\t~", "\t~\thttp.title\t\t(", 1)); err == nil {
		t.Error("a second pattern for a field goes unchecked")
	}
	if _, err := Read(acmeLayer, "#http\n"); err == nil {
		t.Error("an empty line passes for a record")
	}
	s, err = Read("", strings.Replace(acmeLayer, "#http", "#telnet", 1), acmeLayer)
	if err != nil || len(s.All()) != len(own.All())+1 {
		t.Errorf("a record that moved from one protocol to another: %v", err)
	}
	for _, r := range s.All() {
		if r.ID == "acme" && (r.Source != "https://acme.example.org/" || r.Checked != "2026-11-01") {
			t.Errorf("%+v", r)
		}
	}
}

func FuzzReadPacked(f *testing.F) {
	f.Add(acmeLayer)
	f.Add(Packed()[:3000])
	f.Add("#http\n#http\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(acmeLayer, text)
		if err != nil {
			return
		}
		s.Read(lan.Heard{"http.title": "Acme Box", "http.server": text}, "x")
		if again, err := Pack(s.All()); err != nil {
			t.Errorf("cannot be packed again: %v", err)
		} else if _, err := Read(string(again)); err != nil {
			t.Errorf("is packed to what cannot be read: %v", err)
		}
	})
}
