package main

import (
	"encoding/binary"
	"os"
	"testing"
)

// TestHash holds the hash to what LuCI's own C function gives, with ends of each
// length and beyond ASCII.
func TestHash(t *testing.T) {
	for text, want := range map[string]uint32{
		"Status": 0x663359c9, "Findings": 0xcc283fdf, "Open dashboard": 0xfe8992e5, "Settings": 0x60cc7d18,
		"abcdefg": 0xf071c3ed, "ä": 0xaaed0581, "aä": 0x885595f7,
	} {
		if got := Hash(text); got != want {
			t.Errorf("%q: %#x, want %#x", text, got, want)
		}
	}
}

// look reads a text as lmo_open and lmo_find_entry do.
func look(t *testing.T, file []byte, key uint32) (string, bool) {
	t.Helper()
	number := func(at uint32) uint32 { return binary.BigEndian.Uint32(file[at:]) }
	end := uint32(len(file)) - 4
	before := uint32(0)
	for at := number(end); at < end; at += 16 {
		if k := number(at); k < before {
			t.Fatal("the index is not sorted")
		} else if before = k; k == key {
			return string(file[number(at+8) : number(at+8)+number(at+12)]), true
		}
	}
	return "", false
}

const sample = `# a comment with "quotes"
msgid ""
msgstr ""
"Language: de\n"
"Plural-Forms: nplurals=2; plural=n != 1;\n"

#: view.js
msgid "Say \"hello\", "
"twice"
msgstr "Sag „Hallo“, "
"zweimal"

msgctxt "door"
msgid "Open"
msgstr "Auf"

msgid "Same"
msgstr "Same"

msgid "Not yet"
msgstr ""

msgid "%d device"
msgid_plural "%d devices"
msgstr[0] "%d Gerät"
msgstr[1] "%d Geräte"
`

func TestPack(t *testing.T) {
	file := Pack(Parse(sample))
	for key, want := range map[string]string{
		`Say "hello", twice`: "Sag „Hallo“, zweimal", "door\x01Open": "Auf",
		"%d device\x020": "%d Gerät", "%d device\x021": "%d Geräte",
	} {
		if got, found := look(t, file, Hash(key)); !found || got != want {
			t.Errorf("%q is %q, want %q", key, got, want)
		}
	}
	if got, _ := look(t, file, 0); got != "nplurals=2; plural=n != 1;" {
		t.Errorf("plural forms: %q", got)
	}
	for _, key := range []string{"Same", "Not yet", "Open", "%d device"} {
		if got, found := look(t, file, Hash(key)); found {
			t.Errorf("%q is %q", key, got)
		}
	}
	if Pack(nil) != nil || Pack(Parse("msgid \"a\"\nmsgstr \"\"\n")) != nil {
		t.Error("a file of no text")
	}
}

// TestGerman packs the translation that there is and finds all of it again.
func TestGerman(t *testing.T) {
	po, err := os.ReadFile("../luci-app-homesweep/po/de/homesweep.po")
	if err != nil {
		t.Fatal(err)
	}
	all := Parse(string(po))
	file := Pack(all)
	found := 0
	for _, m := range all {
		for form, text := range m.texts {
			if m.id == "" || text == "" || text == m.id {
				continue
			}
			if got, _ := look(t, file, Hash(m.key(form))); got != text {
				t.Errorf("%q is %q, want %q", m.id, got, text)
			}
			found++
		}
	}
	if found < 30 {
		t.Errorf("only %d texts were found", found)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("msgstr[9] \"a\"\nmsgid \"")
	f.Fuzz(func(t *testing.T, po string) {
		Pack(Parse(po))
	})
}
