package bundles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// TestSectionsOfTheProgram: all that it carries goes through a bundle unchanged.
func TestSectionsOfTheProgram(t *testing.T) {
	sections, err := Sections(nil, os.ReadFile)
	if err != nil || len(sections) != len(bundle.Sections) {
		t.Fatalf("%d sections, %v", len(sections), err)
	}
	s := store(t)
	whole := file(t, publisher, "base", own(t)+1, sections)
	t.Logf("the whole of it as a bundle: %d bytes", len(whole))
	must(t, s, whole)
	got, said := base(t, s)
	want, err := knowledge.Load()
	if err != nil {
		t.Fatal(err)
	}
	if said != "" || got.Edition.Serial != own(t)+1 || got.OUI.Blocks() != want.OUI.Blocks() ||
		len(got.Fingerprints.All()) != len(want.Fingerprints.All()) || len(got.Logins.All()) != len(want.Logins.All()) ||
		len(got.Firmware.All()) != len(want.Firmware.All()) || len(got.Howtos.All()) != len(want.Howtos.All()) ||
		len(got.Vendors.All()) != len(want.Vendors.All()) || len(got.Pages.All()) != len(want.Pages.All()) {
		t.Errorf("%s: %+v", said, got.Edition)
	}
}

// TestSectionsOfLayers reads the forms that a layer's JSON can have.
func TestSectionsOfLayers(t *testing.T) {
	dir := t.TempDir()
	layer := filepath.Join(dir, "a.json")
	const record = `{"id":"acme","match":{"http.title":"^Acme$"},"vendor":"Acme","confidence":0.5,"source":"https://acme.example.org/","checked":""}`
	for text, want := range map[string]string{
		`{"sections":{"pages":` + page("acme", "/about") + `}}`:                 "",
		`{"pages":` + page("acme", "/about") + `}`:                              "",
		`{"schema":1,"layer":"x","sections":{"fingerprints":[` + record + `]}}`: "",
		`{"fingerprints":[` + record + `]}`:                                     "",
		`{"fingerprints":[{"id":1}]}`:                                           "fingerprints",
		`{"fingerprints":[` + strings.Replace(record, "^Acme$", "(", 1) + `]}`:  "fingerprints",
		`{"colours":[]}`: `no section "colours"`, `[]`: "cannot unmarshal", `{`: "unexpected end",
	} {
		put(t, layer, []byte(text))
		sections, err := Sections([]string{layer}, os.ReadFile)
		if (want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
		if err == nil {
			must(t, store(t), file(t, provider, "my-isp", 1, sections))
		}
	}
	put(t, layer, []byte(`{"pages":`+page("acme", "/about")+`}`))
	put(t, filepath.Join(dir, "b.json"), []byte(`{"vendors":[]}`))
	if sections, err := Sections([]string{dir}, os.ReadFile); err != nil || len(sections) != 2 {
		t.Errorf("a folder: %v, %v", sections, err)
	}
	put(t, filepath.Join(dir, "b.json"), []byte(`{"pages":`+page("bee", "/bee")+`}`))
	put(t, filepath.Join(dir, "c.json"), []byte(`{"pages":[ ]}`))
	sections, err := Sections([]string{dir}, os.ReadFile)
	if err != nil {
		t.Fatal(err)
	}
	s := store(t)
	must(t, s, file(t, provider, "my-isp", 1, sections))
	if b, _ := base(t, s); has(b, "acme") != "/about" || has(b, "bee") != "/bee" {
		t.Error("rows of two files do not add up")
	}
	if _, err := Sections([]string{layer, layer}, os.ReadFile); err != nil {
		t.Error(err)
	}
	put(t, filepath.Join(dir, "c.json"), []byte(`{"pages":"text"}`))
	if _, err := Sections([]string{dir}, os.ReadFile); err == nil || !strings.Contains(err.Error(), "in another file too") {
		t.Error(err)
	}
	for _, from := range []string{t.TempDir(), filepath.Join(dir, "gone")} {
		if _, err := Sections([]string{from}, os.ReadFile); err == nil || !strings.Contains(err.Error(), from) {
			t.Errorf("%s: %v", from, err)
		}
	}
}
