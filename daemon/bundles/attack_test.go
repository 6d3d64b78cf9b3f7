package bundles

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
)

// refused holds a file to being refused with the error, and to leaving no trace.
func refused(t *testing.T, s *Store, file []byte, want error) {
	t.Helper()
	before, _ := os.ReadDir(s.dir)
	_, err := s.Import(file)
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
	if after, _ := os.ReadDir(s.dir); len(after) != len(before) {
		t.Errorf("%d files became %d", len(before), len(after))
	}
}

func TestAttackWrongKey(t *testing.T) {
	s := store(t)
	refused(t, s, file(t, key(9), "base", own(t)+1, site(page("acme", "/about"))), bundle.ErrKey)
	if b, said := base(t, s); has(b, "acme") != "" || said != "" {
		t.Error(said)
	}
}

func TestAttackOldSerial(t *testing.T) {
	s := store(t)
	refused(t, s, file(t, publisher, "base", own(t)-1, site(page("acme", "/old"))), ErrOld)
	must(t, s, file(t, publisher, "base", own(t)+5, site(page("acme", "/about"))))
	refused(t, s, file(t, publisher, "base", own(t)+4, site(page("acme", "/old"))), ErrOld)
	refused(t, s, file(t, next, "base", own(t)+1, site(page("acme", "/old"))), ErrOld)
	must(t, s, file(t, provider, "my-isp", 9, site(page("box", "/box"))))
	refused(t, s, file(t, provider, "my-isp", 8, site(page("box", "/old"))), ErrOld)
	if what := must(t, s, file(t, provider, "my-isp", 9, site(page("box", "/other")))); !what.Already {
		t.Error("another file with the same serial is taken")
	}
	if b, _ := base(t, s); has(b, "acme") != "/about" || has(b, "box") != "/box" {
		t.Error("the newer rows are gone")
	}
}

func TestAttackOverlayKeySignsBase(t *testing.T) {
	s := store(t)
	bad := file(t, provider, "base", own(t)+1, site(page("acme", "/about")))
	refused(t, s, bad, ErrRight)
	put(t, s.path("base"), bad) // as if a flaw had let it in
	if b, said := base(t, s); has(b, "acme") != "" || !strings.Contains(said, "base.bundle is not used") || !strings.Contains(said, "came with is used") {
		t.Error(said)
	}
}

func TestAttackOverlaySteals(t *testing.T) {
	s := store(t)
	must(t, s, file(t, provider, "my-isp", 1, site(page("box", "/box"))))
	stolen := file(t, thief, "my-isp", 2, site(page("box", "/stolen")))
	refused(t, s, stolen, ErrRight)
	// Not even when flash has damaged the owner's file.
	whole, err := os.ReadFile(s.path("my-isp"))
	if err != nil {
		t.Fatal(err)
	}
	whole[len(whole)-1] ^= 1
	put(t, s.path("my-isp"), whole)
	refused(t, s, stolen, ErrRight)
	// Under another's file name a layer does not count.
	put(t, s.path("my-isp"), file(t, thief, "free-wifi", 9, site(page("box", "/stolen"))))
	if b, said := base(t, s); has(b, "box") != "" || !strings.Contains(said, "it holds the layer free-wifi") {
		t.Error(said)
	}
	must(t, s, file(t, thief, "free-wifi", 1, site(page("wifi", "/wifi"))))
	if err := s.Remove("my-isp"); err != nil {
		t.Fatal(err)
	}
	must(t, s, stolen) // the owner of the machine has let go of it
}

// TestAttackDamagedFile: cut and flipped files on the disk are passed over for the
// one before, and then for what the program carries.
func TestAttackDamagedFile(t *testing.T) {
	s := store(t)
	must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/one"))))
	must(t, s, file(t, publisher, "base", own(t)+2, site(page("acme", "/two"))))
	path := s.path("base")
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(whole); at += 64 {
		flipped := bytes.Clone(whole)
		flipped[at] ^= 8
		for name, bad := range map[string][]byte{"cut": whole[:at], "flipped": flipped} {
			put(t, path, bad)
			b, said := base(t, s)
			intact := name == "flipped" && bytes.HasPrefix(bad, []byte("untrusted comment: ")) && at < bytes.IndexByte(bad, '\n')
			want := map[bool]string{true: "/two", false: "/one"}[intact]
			if has(b, "acme") != want || (said == "") != intact || !intact && !strings.Contains(said, "before it is used, of 7 January 2027") {
				t.Fatalf("%s at byte %d: %q, %s", name, at, has(b, "acme"), said)
			}
		}
	}
	put(t, path+previous, []byte("junk"))
	if b, said := base(t, s); b.Edition.Serial != own(t) || !strings.Contains(said, "came with is used") {
		t.Error(said)
	}
	if what := must(t, s, whole); what.Already {
		t.Error("the whole file cannot come back")
	}
	if b, said := base(t, s); has(b, "acme") != "/two" || said != "" {
		t.Error(said)
	}
}

// TestAttackPowerCut stops an import at each of its steps, and goes on as the
// next start would.
func TestAttackPowerCut(t *testing.T) {
	dark := errors.New("power cut")
	for _, at := range []string{"written", "set aside"} {
		s := store(t)
		must(t, s, file(t, publisher, "base", own(t)+1, site(page("acme", "/one"))))
		s.cut = func(step string) error {
			if step == at {
				return dark
			}
			return nil
		}
		two := file(t, publisher, "base", own(t)+2, site(page("acme", "/two")))
		if _, err := s.Import(two); !errors.Is(err, dark) {
			t.Fatal(err)
		}
		put(t, s.path("base")+fresh, two[:len(two)/2]) // half of it had reached the flash
		s.cut = nil
		if b, said := base(t, s); has(b, "acme") != "/one" || at == "set aside" && !strings.Contains(said, "before it is used") {
			t.Errorf("cut when %s: %s, %s", at, has(b, "acme"), said)
		}
		if what := must(t, s, two); what.Already {
			t.Errorf("cut when %s: the file counts as imported", at)
		}
		if b, said := base(t, s); has(b, "acme") != "/two" || said != "" {
			t.Errorf("cut when %s, then again: %s, %s", at, has(b, "acme"), said)
		}
	}
}

// TestAttackHostileRecords: rows that a signature covers are believed no more than
// others.
func TestAttackHostileRecords(t *testing.T) {
	s := store(t)
	one := strings.TrimSuffix(strings.TrimPrefix(page("acme", "/about"), "["), "]")
	quoted := func(text string) json.RawMessage {
		q, _ := json.Marshal(text)
		return q
	}
	finger := func(line string) json.RawMessage {
		return quoted("#/sources\n\thttps://acme.example.org/\n#http\n" + line + "\n")
	}
	var many strings.Builder
	for i := range 20_001 {
		many.WriteString("," + strings.Replace(one, `"acme"`, fmt.Sprintf(`"acme-%d"`, i), 1))
	}
	for name, sections := range map[string]map[string]json.RawMessage{
		"a giant regex":         site(strings.Replace(page("acme", "/about"), "^Acme$", strings.Repeat("(?:ab){500}", 90), 1)),
		"a long regex":          site(strings.Replace(page("acme", "/about"), "^Acme$", strings.Repeat("x", 20<<10), 1)),
		"no RE2":                site(strings.Replace(page("acme", "/about"), "^Acme$", "(?=x)", 1)),
		"a million rows":        site("[" + strings.Repeat("{},", 1_000_000) + "{}]"),
		"too many rows":         site("[" + many.String()[1:] + "]"),
		"a large row":           site(strings.Replace(page("acme", "/about"), "https://acme", "https://"+strings.Repeat("x", 40<<10), 1)),
		"the same id twice":     site("[" + one + "," + one + "]"),
		"an unknown word":       site(strings.Replace(page("acme", "/about"), `"json"`, `"yaml"`, 1)),
		"a path that acts":      site(page("acme", "/reboot")),
		"a terminal's commands": site(strings.Replace(page("acme", "/about"), "https://acme", `https://\u001b[2J`, 1)),
		"null":                  site("[null]"),
		"no list":               site(`{"id":"acme"}`),
		"a text for rows":       site(`"acme"`),
		"rows for a text":       {bundle.Fingerprints: json.RawMessage("[]")},
		"fingerprint, no form":  {bundle.Fingerprints: finger("acme\t0.5\t0")},
		"fingerprint, regex":    {bundle.Fingerprints: finger("acme\t0.5\t0\t0\tvendor=Acme\t~\thttp.title\t\t(")},
		"fingerprint, NaN":      {bundle.Fingerprints: finger("acme\tNaN\t0\t0\tvendor=Acme\t~\thttp.title\t\t^A$")},
		"fingerprint, too sure": {bundle.Fingerprints: finger("acme\t0.9\t0\t0\tvendor=Acme\t~\thttp.title\t\t^A$")},
		"fingerprint, source":   {bundle.Fingerprints: finger("acme\t0.5\t0\t7\tvendor=Acme\t~\thttp.title\t\t^A$")},
		"fingerprint, twice":    {bundle.Fingerprints: finger("acme\t0.5\t0\t0\tvendor=Acme\t~\thttp.title\t\t^A$\nacme\t0.5\t0\t0\tvendor=Acme\t~\thttp.title\t\t^B$")},
		"fingerprint, kind":     {bundle.Fingerprints: finger("acme\t0.5\t0\t0\tkind=spaceship\t~\thttp.title\t\t^A$")},
		"login, hidden way":     {bundle.Logins: json.RawMessage(`[{"id":"acme","vendor":"Acme","models":["A"],"gate":{"protocol":"smtp","match":{"http.realm":"A"}},"auth":{"type":"smtp"},"pairs":[{"user":"a","pass":"b"}],"success":{},"fix":"x","provision":"5.1-1","source":{"url":"https://a.example.org","grade":"A"},"checked":"2026-11-01","verified":true}]`)},
		"common, three pairs":   {bundle.Common: json.RawMessage(`[{"id":"c","protocol":"telnet","kinds":["camera"],"pairs":[{"user":"a","pass":"1"},{"user":"a","pass":"2"},{"user":"a","pass":"3"}],"success":{"inside":"x"},"fix":"x","why":"y"}]`)},
		"firmware, kind":        {bundle.Firmware: json.RawMessage(`[{"id":"acme","kind":"magic"}]`)},
		"vendors, no contact":   {bundle.Vendors: json.RawMessage(`[{"id":"acme","vendor":"Acme","where":"javascript:alert(1)","source_url":"https://a.example.org/","checked":"2026-11-01"}]`)},
		"howto, no steps":       {bundle.Howtos: json.RawMessage(`[{"id":"acme","family":"Acme","checked":"2026-11-01","source_url":"https://a.example.org/","match":[{"vendor":"("}]}]`)},
		"address blocks":        {bundle.OUI: quoted("QUJD")},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, s, file(t, publisher, "base", own(t)+1, sections), ErrRows)
			if sections[bundle.OUI] == nil {
				want := ErrRows
				if len(sections[bundle.Pages]) > 1<<20 {
					want = bundle.ErrTooBig
				}
				refused(t, s, file(t, provider, "my-isp", 1, sections), want)
			}
		})
	}
	must(t, s, file(t, provider, "fine", 1, map[string]json.RawMessage{
		bundle.Fingerprints: finger("acme\t0.5\t0\t0\tvendor=Acme\t~\thttp.title\t\t^A$"), bundle.Pages: json.RawMessage("[" + one + "]"),
	}))
}

// TestAttackManyLayers: a trusted key cannot fill the disk with layers.
func TestAttackManyLayers(t *testing.T) {
	s := store(t)
	for i := range maxOverlays {
		must(t, s, file(t, provider, fmt.Sprintf("layer-%d", i), 1, site(page("acme", "/about"))))
	}
	if _, err := s.Import(file(t, provider, "one-more", 1, site(page("acme", "/about")))); err == nil {
		t.Error("a ninth layer")
	}
	must(t, s, file(t, provider, "layer-3", 2, site(page("acme", "/about"))))
	put(t, s.path("one-more"), file(t, provider, "one-more", 1, site(page("acme", "/about")))) // by another hand
	if b, _ := base(t, s); len(b.Edition.Layers) != maxOverlays {
		t.Errorf("layers %v", b.Edition.Layers)
	}
}
