package vendors

import (
	"fmt"
	"strings"
	"testing"
)

// one is a list of one row, its parts as they are or replaced.
func one(changes ...string) []byte {
	text := `[{"id":"acme","vendor":"Acme","aliases":["Acme Inc"],"where":"security@acme.example.org","source_url":"https://acme.example.org/","checked":"2026-01-01"}]`
	return []byte(strings.NewReplacer(changes...).Replace(text))
}

func TestReadOfWhatTheProgramCarries(t *testing.T) {
	s, err := Read(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(s.All()), fmt.Sprint(loaded(t).All()); got != want {
		t.Errorf("read %s, loaded %s", got, want)
	}
}

func TestLayers(t *testing.T) {
	s, err := Read(nil,
		one(),
		one(`"acme"`, `"bee"`, "Acme", "Bee"),
		one("security@acme", "psirt@acme", `,"checked"`, `,"security_txt":"https://acme.example.org/.well-known/security.txt","white_label":true,"checked"`),
		one(`"acme"`, `"wyze"`, `"Acme"`, `"Wyze"`, "Acme Inc", "Wyze Labs"), // over a row that the program carries
	)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(s.All()), len(loaded(t).All())+2; got != want {
		t.Errorf("%d rows, want %d", got, want)
	}
	for heard, want := range map[string]string{
		"ACME Inc.": "psirt@acme.example.org", "Bee": "security@acme.example.org",
		"Wyze Labs Inc": "security@acme.example.org", "Sonos, Inc.": "https://www.sonos.com/en-us/vulnerability-disclosure-policy",
	} {
		if c, ok := s.Contact(heard); !ok || c.Where != want {
			t.Errorf("%s: %+v, %v; want %s", heard, c, ok, want)
		}
	}
	if c, _ := s.Contact("Acme"); c.SecurityTxt == "" || c.Note() == "" {
		t.Errorf("the upper layer's words are lost: %+v", c)
	}
}

// The ID may be left out where it is the maker's name.
func TestIDIsTheMakersName(t *testing.T) {
	s, err := Read(one(`"id":"acme",`, "", `"Acme"`, `"Acme & Sons°"`), one(`"acme"`, `"acme-sons"`, "security@", "psirt@"))
	if err != nil || len(s.All()) != 1 || s.All()[0].Where != "psirt@acme.example.org" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		layers [][]byte
		want   string
	}{
		"no list":           {[][]byte{[]byte(`{}`)}, "the base: is not a list"},
		"broken off":        {[][]byte{one(), []byte(`[`)}, "layer 1"},
		"more after":        {[][]byte{append(one(), "[]"...)}, "after top-level value"},
		"a null":            {[][]byte{[]byte(`[null]`)}, "record 1: is null"},
		"no such field":     {[][]byte{one(`"where"`, `"colour":"red","where"`)}, "unknown field"},
		"an empty row":      {[][]byte{[]byte(`[{}]`)}, "wants a vendor"},
		"script for mail":   {[][]byte{one("security@acme.example.org", "javascript:alert(1)")}, "neither a mail address"},
		"a name with mail":  {[][]byte{one("security@acme.example.org", "Bank <a@b.example.org>")}, "neither a mail address"},
		"plain http":        {[][]byte{one(`,"checked"`, `,"policy":"http://acme.example.org","checked"`)}, "policy"},
		"other file":        {[][]byte{one(`,"checked"`, `,"security_txt":"https://acme.example.org/x","checked"`)}, "security_txt"},
		"terminal controls": {[][]byte{one("Acme Inc", `Acme\u001b[2J`)}, "cannot be printed"},
		"one letter":        {[][]byte{one("Acme Inc", "a")}, "two letters"},
		"long":              {[][]byte{one("security@acme", strings.Repeat("s", 500)+"@acme")}, "longer than 400"},
		"many aliases":      {[][]byte{one(`"Acme Inc"`, `"bb"`+strings.Repeat(`,"cc"`, 40))}, "more than 40"},
		"twice in a layer":  {[][]byte{[]byte("[" + strings.Trim(string(one()), "[]") + "," + strings.Trim(string(one()), "[]") + "]")}, "already taken"},
		"another's name":    {[][]byte{nil, one("Acme Inc", "Sonos")}, "also a name of sonos"},
		"May":               {[][]byte{one("2026-01-01", "May")}, `checked "May"`},
	} {
		s, err := Read(c.layers[0], c.layers[1:]...)
		if err == nil || s != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestReadIsBounded(t *testing.T) {
	var b strings.Builder
	b.WriteByte('[')
	for i := range maxRows {
		fmt.Fprintf(&b, `{"vendor":"Maker %d","where":"a@b.example.org","source_url":"https://b.example.org/","checked":"2026-01-01"},`, i)
	}
	text := []byte(strings.TrimSuffix(b.String(), ",") + "]")
	if _, err := Read([]byte("[]"), text); err != nil {
		t.Fatal(err)
	}
	if _, err := Read([]byte("[]"), text, one()); err == nil || !strings.Contains(err.Error(), "more than 2000") {
		t.Errorf("one row too many: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range [][]byte{one(), []byte("[]"), []byte(`[{"vendor":"Bee"}]`), []byte(`[{"id":"sonos"}]`), []byte("[[]"), Packed()} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Read(text)
		if err != nil {
			return
		}
		for _, c := range s.All() {
			if got, ok := s.Contact(c.Vendor); len(c.Vendor) < maxName && (!ok || len(got.Vendor) > maxText) {
				t.Errorf("%q is not found", c.Vendor)
			}
		}
	})
}
