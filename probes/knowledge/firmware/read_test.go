package firmware

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// goodRow is one that everything is right with, goodFirmware the same of a version.
const (
	goodRow      = `{"id":"a","kind":"end_of_support","vendor":"V","match":{"model":"m"},"date":"2026-01-31","published_by":"press","advice":"x","source_name":"s","source_url":"https://e.org","source_date":"2026-01-01","checked":"2026-01-01","confidence":"medium","verified":true}`
	goodFirmware = `{"id":"b","kind":"outdated","vendor":"Acme","match":{"model":"X1"},"scheme":"numeric","floors":[{"fixed_in":"2.0"}],"cves":["CVE-2020-1"],"published_by":"vendor","advice":"x","source_url":"https://e.org","checked":"2026-01-01","confidence":"strong","verified":true}`
	goodProgram  = `{"id":"c","kind":"component","vendor":"Acme","match":{},"product":"p","scheme":"unix","floors":[{"fixed_in":"2.0"}],"cves":["CVE-2020-1"],"published_by":"vendor","advice":"x","source_url":"https://e.org","checked":"2026-01-01","confidence":"strong","verified":true}`
)

// faults are changes to a good row, with a word of the error each must make.
var faults = []struct{ row, from, to, want string }{
	{goodRow, `"kind":"end_of_support"`, `"kind":"x"`, `kind "x"`},
	{goodRow, `"date":"2026-01-31"`, `"date":"31.1.2026"`, `31.1.2026`},
	{goodRow, `"date":"2026-01-31",`, ``, "either a date or a rule"},
	{goodRow, `"model":"m"`, `"model":"("`, "missing closing"},
	{goodRow, `"model":"m"`, `"model":"\\Qm"`, "missing closing"},
	{goodRow, `"model":"m"`, `"model":"(?:(?:m{99}){99}){99}"`, "invalid repeat"},
	{goodRow, `"model":"m"`, `"model":"m{999}k{999}n{999}o{999}p{999}"`, "repeats too much"},
	{goodRow, `"model":"m"`, `"model":"` + strings.Repeat("m", 1100) + `"`, "an expression of 1"},
	{goodRow, `"model":"m"`, ``, "wants a model"},
	{goodRow, `"id":"a"`, `"id":""`, "id is missing"},
	{goodRow, `"id":"a"`, `"id":"<b>"`, "id is missing"},
	{goodRow, `"id":"a"`, `"id":"a","colour":"red"`, "unknown field"},
	{goodRow, `"vendor":"V"`, `"vendor":"-"`, "vendor is missing"},
	{goodRow, `"vendor":"V"`, `"vendor":"V","aliases":[" "]`, "vendor is missing"},
	{goodRow, `"advice":"x"`, `"advice":""`, "advice is missing"},
	{goodRow, `"advice":"x"`, `"advice":"x\u202ey"`, "not printable"},
	{goodRow, `"advice":"x"`, `"advice":"` + strings.Repeat("x", 500) + `"`, "too long"},
	{goodRow, `https://e.org`, `http://e.org`, "no https URL"},
	{goodRow, `"checked":"2026-01-01"`, `"checked":""`, `checked ""`},
	{goodRow, `"confidence":"medium"`, `"confidence":"high"`, `confidence "high"`},
	{goodRow, `"published_by":"press"`, `"published_by":""`, `published_by ""`},
	{goodRow, `"verified":true`, `"verified":true,"verdict_cap":"fail"`, `verdict_cap "fail"`},
	{goodRow, `"match":`, `"product":"p","match":`, "for components"},
	{goodRow, `"match":`, `"door":true,"match":`, "for backdoors"},
	{goodRow, `"kind":"end_of_support"`, `"kind":"outdated"`, "wants floors or no_fix"},
	{goodFirmware, `"2.0"`, `"one"`, `"one" is no version`},
	{goodFirmware, `"numeric"`, `"semver"`, `scheme "semver"`},
	{goodFirmware, `"fixed_in"`, `"affected_through":"1","fixed_in"`, "either fixed_in or"},
	{goodFirmware, `"fixed_in"`, `"line":"[","fixed_in"`, "missing closing"},
	{goodFirmware, `["CVE-2020-1"]`, `[]`, "names no CVE"},
	{goodFirmware, `["CVE-2020-1"]`, `["` + strings.Repeat(`CVE-1","`, 50) + `CVE-1"]`, "more than 40"},
	{goodFirmware, `["CVE-2020-1"]`, `["2020-1"]`, "is no CVE"},
	{goodFirmware, `"verified":true`, `"verified":true,"epss":0.5`, "epss_date"},
	{goodFirmware, `"verified":true`, `"verified":true,"epss":1.5,"epss_date":"2026-01-01"`, "epss is 0 to 1"},
	{goodFirmware, `"verified":true`, `"verified":true,"cvss":11`, "cvss is 0 to 10"},
	{goodFirmware, `"verified":true`, `"verified":true,"released":"May"`, `released "May"`},
	{goodFirmware, `"match":{"model":"X1"}`, `"match":{}`, "wants a model"},
	{goodFirmware, `"kind":"outdated"`, `"kind":"backdoor","x":1`, "unknown field"},
	{goodFirmware, `"kind":"outdated","vendor":"Acme","match":{"model":"X1"}`, `"kind":"backdoor","vendor":"Acme","match":{"firmware":"x"}`, "wants a model"},
	{goodProgram, `"product":"p",`, ``, "wants a product"},
	{goodProgram, `"match":{}`, `"match":{"model":"x"}`, "no match"},
	{goodProgram, `"product":"p"`, `"product":"\\Qp"`, "missing closing"},
}

func TestReadRefuses(t *testing.T) {
	for _, f := range faults {
		bad := strings.Replace(f.row, f.from, f.to, 1)
		if bad == f.row {
			t.Fatalf("%s is not in %s", f.from, f.row)
		}
		if _, err := Read(nil, []byte("["+bad+"]")); err == nil || !strings.Contains(err.Error(), f.want) || !strings.Contains(err.Error(), "layer 1") {
			t.Errorf("%s => %.80s: %v", f.from, f.to, err)
		}
		files := fstest.MapFS{"data/good.json": {Data: []byte("[" + goodRow + "]")}, "data/odd.json": {Data: []byte("[" + strings.Replace(bad, `"id":"a"`, `"id":"z"`, 1) + "]")}}
		if _, err := readAll(files); err == nil || !strings.Contains(err.Error(), "data/odd.json") || !strings.Contains(err.Error(), "record 1") && !strings.Contains(err.Error(), "byte") {
			t.Errorf("in a file, %s => %.80s: %v", f.from, f.to, err)
		}
	}
	for text, want := range map[string]string{
		"":                                  "EOF",
		"{}":                                "cannot unmarshal",
		"[null]":                            "is null",
		"[" + goodRow + "] []":              "more follows",
		"[" + goodRow + "," + goodRow + "]": `id "a" is also in layer 1`,
		strings.Repeat(" ", maxRead+1):      "bytes, more than",
		"[" + strings.Repeat("{},", maxRows) + "{}]": "rows, more than",
	} {
		if _, err := Read(nil, []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want %q", text, err, want)
		}
	}
}

// TestFilesWantASourcesName: what people write says where it is from in words.
func TestFilesWantASourcesName(t *testing.T) {
	bare := strings.Replace(goodRow, `"source_name":"s",`, "", 1)
	if _, err := readAll(fstest.MapFS{"data/a.json": {Data: []byte("[" + bare + "]")}}); err == nil || !strings.Contains(err.Error(), "source_name is missing") {
		t.Errorf("%v", err)
	}
	if _, err := Read([]byte("[" + bare + "]")); err != nil {
		t.Errorf("as packed: %v", err)
	}
	twice := fstest.MapFS{"data/a.json": {Data: []byte("[" + goodRow + "]")}, "data/b.json": {Data: []byte("[" + goodRow + "]")}}
	if _, err := readAll(twice); err == nil || !strings.Contains(err.Error(), `id "a" is also in data/a.json`) {
		t.Errorf("twice the same id: %v", err)
	}
}

// TestReadLays: a row with a known ID replaces, others are added, the last layer
// is on top, and nil is what the program carries.
func TestReadLays(t *testing.T) {
	changed := strings.Replace(goodFirmware, `"2.0"`, `"3.0"`, 1)
	s, err := Read([]byte("["+goodFirmware+"]"), []byte("["+goodRow+"]"), []byte("["+changed+"]"))
	if err != nil {
		t.Fatal(err)
	}
	all := s.All()
	if len(all) != 2 || all[0].ID != "b" || all[0].Floors[0].FixedIn != "3.0" || all[1].ID != "a" {
		t.Fatalf("%+v", all)
	}
	if a := s.Outdated(certain("Acme", "X1", "2.5"), today); a.Verdict != lan.Fail {
		t.Errorf("by the row on top: %+v", a)
	}
	own, err := Read(nil, []byte("["+goodRow+"]"))
	if err != nil {
		t.Fatal(err)
	}
	if n, want := len(own.All()), len(loaded(t).All())+1; n != want {
		t.Errorf("%d rows over our own, want %d", n, want)
	}
}

// TestPackedCanBeRead: what Load trusts passes every check.
func TestPackedCanBeRead(t *testing.T) {
	if _, err := Read(Packed()); err != nil {
		t.Error(err)
	}
	if text, err := Pack(os.DirFS(".")); err != nil || len(text) > maxRead/4 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}

func FuzzRead(f *testing.F) {
	for _, row := range []string{goodRow, goodFirmware, goodProgram} {
		f.Add([]byte("[" + row + "]"))
	}
	for _, fault := range faults {
		f.Add(fmt.Appendf(nil, "[%s]", strings.Replace(fault.row, fault.from, fault.to, 1)))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Read([]byte("[]"), text)
		if err != nil {
			return
		}
		for _, r := range s.All() { // compiles whatever it took
			d := certain(r.Vendor, "X1 v2", "1.0")
			s.Outdated(d, today)
			s.Backdoor(d, today)
			s.Support(d, today)
			s.Software("p", "1.0")
		}
	})
}

// TestReread: what was checked before is taken as it is, and laid over alike.
func TestReread(t *testing.T) {
	base := Packed()
	layer := []byte(`[{"id":"acme-eol","kind":"end_of_support","vendor":"Acme","match":{"model":"Box"},"date":"2020-01-02","published_by":"press",
		"advice":"Replace it.","source_url":"https://acme.example.org/","confidence":"medium","verified":true,"checked":"2026-11-01"}]`)
	read, err := Read(base, layer)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Reread(base, layer)
	if err != nil || len(again.All()) != len(read.All()) {
		t.Fatalf("%d rows, want %d: %v", len(again.All()), len(read.All()), err)
	}
	box := lan.Device{Vendor: "Acme", Model: "Box"}
	at := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	if a, b := read.Support(box, at), again.Support(box, at); a.Row != "acme-eol" || b.Row != a.Row || b.Verdict != a.Verdict {
		t.Errorf("%+v, want %+v", b, a)
	}
	if _, err := Reread(base, []byte("{")); err == nil {
		t.Error("damage is not seen")
	}
}
