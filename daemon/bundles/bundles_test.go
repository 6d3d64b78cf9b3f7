package bundles

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge"
	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// The keys of the tests: the publisher's two and two of providers.
var (
	publisher, next = key(1), key(2)
	provider, thief = key(3), key(4)
)

func key(seed byte) bundle.SecretKey {
	k, err := bundle.NewKey(rand.NewChaCha8([32]byte{seed}))
	if err != nil {
		panic(err)
	}
	return k
}

// own is the serial of what the program carries.
func own(t testing.TB) int64 {
	t.Helper()
	e, err := knowledge.Own()
	if err != nil {
		t.Fatal(err)
	}
	return e.Serial
}

var now = time.Date(2027, 1, 10, 12, 0, 0, 0, time.UTC)

// store is one that trusts the publisher, and for overlays the providers.
func store(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.publishers = []bundle.PublicKey{publisher.Public(), next.Public()}
	s.Now = func() time.Time { return now }
	if err := os.MkdirAll(s.KeyFolder(), 0o700); err != nil {
		t.Fatal(err)
	}
	for i, k := range []bundle.SecretKey{provider, thief} {
		put(t, filepath.Join(s.KeyFolder(), fmt.Sprintf("%d.pub", i)), k.Public().File("a provider's"))
	}
	return s
}

func put(t testing.TB, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// page is one identity page of a made-up family.
func page(id, path string) string {
	return fmt.Sprintf(`[{"id":%q,"when":[{"http.title":"^Acme$"}],"path":%q,"accept":"json","fields":{"/model":"acme.model"},"source":"https://acme.example.org/"}]`, id, path)
}

// pages is a layer of one section.
func site(rows string) map[string]json.RawMessage {
	return map[string]json.RawMessage{bundle.Pages: json.RawMessage(rows)}
}

// file is a signed bundle.
func file(t testing.TB, k bundle.SecretKey, layer string, serial int64, sections map[string]json.RawMessage) []byte {
	t.Helper()
	b := &bundle.Bundle{
		Schema: bundle.Schema, Serial: serial, Created: now.AddDate(0, 0, -3), Expires: now.AddDate(0, 3, 0), Layer: layer, Sections: sections,
	}
	payload, err := b.Payload()
	if err != nil {
		t.Fatal(err)
	}
	return bundle.Sign(k, "test", payload)
}

// must imports what is in order.
func must(t testing.TB, s *Store, file []byte) Imported {
	t.Helper()
	what, err := s.Import(file)
	if err != nil {
		t.Fatal(err)
	}
	return what
}

// base is the knowledge in use; said are all notes in one.
func base(t testing.TB, s *Store) (b *knowledge.Base, said string) {
	t.Helper()
	b, notes, err := s.Base()
	if err != nil {
		t.Fatal(err)
	}
	return b, strings.Join(notes, "\n")
}

// has reports whether b knows a page of that ID, and under which path.
func has(b *knowledge.Base, id string) (path string) {
	for _, p := range b.Pages.All() {
		if p.ID == id {
			return p.Path
		}
	}
	return ""
}

func TestNothingImported(t *testing.T) {
	s := store(t)
	b, said := base(t, s)
	if b.Edition.Serial != own(t) || len(b.Edition.Layers) != 0 || said != "" {
		t.Errorf("%+v, %s", b.Edition, said)
	}
	if len(b.Pages.All()) < 25 {
		t.Error("the program's own pages are not there")
	}
}

// TestImport: an edition, an overlay that changes one row of it and adds one, the
// next edition, and the overlay's end.
func TestImport(t *testing.T) {
	s := store(t)
	first := file(t, publisher, "base", own(t)+1, site(page("acme", "/about")))
	if what := must(t, s, first); what.Already || what.By != publisher.Public() {
		t.Errorf("%+v", what)
	}
	b, said := base(t, s)
	if b.Edition.Serial != own(t)+1 || has(b, "acme") != "/about" || len(b.Pages.All()) != 1 || said != "" {
		t.Errorf("%+v, %s", b.Edition, said)
	}
	if len(b.Fingerprints.All()) < 800 || b.OUI.Blocks() < 1000 {
		t.Error("a section that the edition lacks is not the program's own")
	}
	if what := must(t, s, first); !what.Already {
		t.Error("the same file is taken twice")
	}
	must(t, s, file(t, provider, "my-isp", 3, site(strings.TrimSuffix(page("acme", "/isp"), "]")+","+strings.TrimPrefix(page("box", "/box"), "["))))
	b, said = base(t, s)
	if has(b, "acme") != "/isp" || has(b, "box") != "/box" || strings.Join(b.Edition.Layers, " ") != "my-isp" || said != "" {
		t.Errorf("%+v, %s", b.Edition, said)
	}
	// The publisher goes over to his next key.
	must(t, s, file(t, next, "base", own(t)+2, site(page("acme", "/newer"))))
	if b, _ = base(t, s); b.Edition.Serial != own(t)+2 || has(b, "acme") != "/isp" {
		t.Errorf("%+v", b.Edition)
	}
	if err := s.Remove("my-isp"); err != nil {
		t.Fatal(err)
	}
	if b, _ = base(t, s); has(b, "acme") != "/newer" || has(b, "box") != "" || len(b.Edition.Layers) != 0 {
		t.Errorf("%+v", b.Edition)
	}
	if err := s.Remove("my-isp"); err == nil || s.Remove("../../x") == nil {
		t.Error("what is no layer is removed")
	}
	// An edition whose number was a mistake can be let go of.
	if err := s.Remove("base"); err != nil || s.Remove("base") == nil {
		t.Error(err)
	}
	if b, said = base(t, s); b.Edition.Serial != own(t) || said != "" {
		t.Errorf("%+v, %s", b.Edition, said)
	}
}

// TestNewerProgram: an edition that a later program has overtaken is left alone.
func TestNewerProgram(t *testing.T) {
	s := store(t)
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, s.path("base"), file(t, publisher, "base", own(t)-1, site(page("acme", "/about"))))
	b, said := base(t, s)
	if b.Edition.Serial != own(t) || has(b, "acme") != "" || said != "" {
		t.Errorf("%+v, %s", b.Edition, said)
	}
}

func TestAge(t *testing.T) {
	s := store(t)
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
	for at, want := range map[time.Time]string{
		now:                                   "",
		now.AddDate(0, 2, 0):                  "",
		now.AddDate(0, 3, 2):                  "is 95 days old. It goes on working",
		now.AddDate(9, 0, 0):                  "days old. It goes on working",
		time.Unix(0, 0):                       "cannot be told, the clock is wrong: it says 1 January 1970",
		now.AddDate(0, 0, -3).Add(-time.Hour): "",
	} {
		s.Now = func() time.Time { return at }
		b, said := base(t, s)
		if b.Edition.Serial != own(t)+1 || (want == "") != (said == "") || !strings.Contains(said, want) {
			t.Errorf("on %s: %s", at, said)
		}
	}
}

// TestAttackClockAt1970: nothing is refused for a clock that starts anew.
func TestAttackClockAt1970(t *testing.T) {
	s := store(t)
	s.Now = func() time.Time { return time.Unix(0, 0) }
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
	b, said := base(t, s)
	if has(b, "acme") == "" || !strings.Contains(said, "the clock is wrong") || Days(b, s.Now()) != 0 {
		t.Errorf("%s", said)
	}
}

// TestSourceBuild: one that trusts no publisher says so, and where keys go.
func TestSourceBuild(t *testing.T) {
	s := store(t)
	s.publishers = nil
	_, err := s.Import(file(t, publisher, "base", own(t)+1, site(page("acme", "/about"))))
	if err == nil || !strings.Contains(err.Error(), "trusts no publisher") || !strings.Contains(err.Error(), s.KeyFolder()) {
		t.Error(err)
	}
	must(t, s, file(t, provider, "my-isp", 1, site(page("acme", "/about"))))
	put(t, filepath.Join(s.KeyFolder(), "zz.pub"), []byte("no key"))
	if b, said := base(t, s); has(b, "acme") == "" || !strings.Contains(said, "zz.pub is not used") {
		t.Error(said)
	}
}
