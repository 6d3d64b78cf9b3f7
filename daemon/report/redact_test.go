package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/ui"
)

// leaks are the secrets that stand in text.
func leaks(text string, secret map[string][]string) (list []string) {
	plain := squeeze(text)
	for path, marks := range secret {
		for _, mark := range marks {
			if strings.Contains(plain, squeeze(mark)) {
				list = append(list, path+": "+mark)
			}
		}
	}
	slices.Sort(list)
	return list
}

// htmlData is what a page of s says, without its own script and style.
func htmlData(b *bytes.Buffer, s lan.Sweep) error {
	var page bytes.Buffer
	if err := ui.Paper(&page, ui.PaperData{Sweep: s, Redacted: true}); err != nil {
		return err
	}
	_, data, found := strings.Cut(page.String(), `id="data">`)
	data, _, end := strings.Cut(data, "</script>")
	if !found || !end || len(data) < 100 {
		return fmt.Errorf("no data in the page")
	}
	b.WriteString(data)
	return nil
}

// TestRedact puts a mark in every string that there is: those that identify come
// out in no form of the copy, the others do.
func TestRedact(t *testing.T) {
	s, kept, secret := marked(t)
	if len(secret) < 30 || len(leaks(fmt.Sprintf("%+v", s), secret)) < 30 {
		t.Fatalf("only %d fields were marked", len(secret))
	}
	before := fmt.Sprintf("%+v", s)
	out := Redact(s)
	if fmt.Sprintf("%+v", s) != before {
		t.Error("the sweep itself was changed")
	}
	for _, d := range out.Changes.Devices[0].What {
		if known := d.Field == lan.FieldFirmware || d.Field == lan.FieldService; known != (d.Was != "") {
			t.Errorf("of its %s it is said that it was %q", d.Field, d.Was)
		}
	}
	forms := map[string]func(*bytes.Buffer) error{
		"text":  func(b *bytes.Buffer) error { return Text(b, out, TextOptions{Width: 400, Guidelines: true}) },
		"JSON":  func(b *bytes.Buffer) error { return JSON(b, out) },
		"CSV":   func(b *bytes.Buffer) error { return CSV(b, out) },
		"HTML":  func(b *bytes.Buffer) error { return htmlData(b, out) },
		"value": func(b *bytes.Buffer) error { _, err := fmt.Fprintf(b, "%+v %+v", out, *out.Changes); return err },
	}
	for name, write := range forms {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		for _, leak := range leaks(b.String(), secret) {
			t.Errorf("%s tells %s", name, leak)
		}
		if name != "JSON" {
			continue
		}
		for path, marks := range kept {
			for _, mark := range marks {
				if !strings.Contains(b.String(), mark) {
					t.Errorf("%s is lost", path)
				}
			}
		}
	}
}

// TestRedactReads: a copy still says which device is meant where evidence or advice
// names one, and a version is no address.
func TestRedactReads(t *testing.T) {
	s := home()
	camera := &s.Devices[0]
	camera.Firmware, camera.Model = "1.0.2.134", "C1 Outdoor"
	camera.Findings[1].Advice = "Set a password of your own in the camera's app. Version 1.0.2.140 asks for one."
	camera.Findings[1].Evidence = []lan.Evidence{
		{Said: "GET http://192.168.1.20:8080/x without a login", Heard: `401, asks for a login to "Front door"`},
		{Said: "asked tcp/[fe80::212:34ff:fe56:789a]:80", Heard: "cam-56789A login: root@front-door, 00-12-34-56-78-9A, serial C1234567890, V1.0.2.134, from 192.168.1.7 and 10.9.8.7; workshop-nas login: mail to jo@example.org"},
	}
	s.Notes = append(s.Notes, "FRONT_DOOR (192.168.1.20) does not bear being asked.", "The ports on br-lan could not all be asked.")
	var b bytes.Buffer
	if err := Text(&b, Redact(s), TextOptions{Width: 100}); err != nil {
		t.Fatal(err)
	}
	golden(t, "redacted.txt", b.Bytes())
	for _, want := range []string{
		"device 3 (address 3.1) does not bear", "The ports on link 1 could", "http://address 3.1:8080/x", "tcp/[address 3.2]:80",
		"Version 1.0.2.140", "V1.0.2.134", "from address 2.1 and an address", "the camera's app", "Acme C1 Outdoor",
	} {
		if !strings.Contains(strings.Join(strings.Fields(b.String()), " "), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	for _, never := range []string{"Front", "front", "br-lan", "192.168", "fe80", "56789A", "56-78", "C1234567890", "居間", "10.9.8.7", "cam-1", "router.lan", "workshop", "example"} {
		if strings.Contains(b.String(), never) {
			t.Errorf("%q is in\n%s", never, b.String())
		}
	}
}

// TestRedactedTwice: a copy of a copy is the same, and a sweep like any other.
func TestRedactedTwice(t *testing.T) {
	once := Redact(home())
	var a, b bytes.Buffer
	if JSON(&a, once) != nil || JSON(&b, Redact(once)) != nil || a.String() != b.String() {
		t.Errorf("redacting again changes it:\n%s\n%s", a.String(), b.String())
	}
	var back lan.Sweep
	if err := json.Unmarshal(a.Bytes(), &back); err != nil {
		t.Errorf("the copy does not read back: %v", err)
	}
}

// FuzzRedact: whatever a device is called and wherever it is said, neither its name
// nor its address is in the copy.
func FuzzRedact(f *testing.F) {
	for _, seed := range []string{"Grandma's tablet", "居間のテレビとラジオ", "a.b.c.living", "::1 00:11:22:33:44:55", "\"xylophone\" login:", strings.Repeat("1:", 200), "device 1", "Jane%20Doe", "Jane\\032Doe", "\xff", "Zimmer-KÜCHE"} {
		f.Add(seed, "answered 192.168.1.20: hello")
		f.Add(seed, "answered by host192.168.1.20 and 8192.168.1.20 "+seed)
	}
	left := regexp.MustCompile(`(^|[^0-9.])192\.168\.1\.20([" ]|$)`) // not the end of a longer number
	said := func(name, evidence string) string {
		s := home()
		d := &s.Devices[0]
		d.Names = []string{name}
		d.Findings[0].Evidence = []lan.Evidence{{Said: name + " at 192.168.1.20 " + evidence, Heard: evidence + " (" + name + ") 192.168.1.20"}}
		var b strings.Builder
		for _, d := range Redact(s).Devices {
			for _, f := range d.Findings {
				for _, e := range f.Evidence {
					b.WriteString(e.Said + "\n" + e.Heard + "\n")
				}
			}
		}
		return b.String()
	}
	spoken := func(text, name string) bool {
		return strings.Contains(" "+spaced(text)+" ", " "+spaced(name)+" ")
	}
	f.Fuzz(func(t *testing.T, name, evidence string) {
		name, evidence = lan.Printable(name, lan.MaxName), lan.Printable(evidence, lan.MaxRaw)
		out := said(name, evidence)
		if left.MatchString(out) {
			t.Errorf("an address is left in\n%s", out)
		}
		if len(squeeze(name)) > 5 && !common(name) && spoken(out, name) && !spoken(said("Front door", evidence), name) {
			t.Errorf("the name %q is left in\n%s", name, out)
		}
	})
}

// spaced are the words of a text, with a blank between each two.
func spaced(s string) string {
	var words []string
	for _, t := range tokens(s) {
		words = append(words, t.text)
	}
	return strings.Join(words, " ")
}
