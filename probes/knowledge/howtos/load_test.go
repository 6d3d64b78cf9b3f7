package howtos

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/homesweep/homesweep/probes/lan"
)

// good is a row as people write it.
const good = `{"id":"acme","family":"Acme","match":[{"vendors":["Acme"],"kinds":["plug"]}],
 "update":["Update it."],"wipe":["This erases it."],
 "source_name":"s","source_url":"https://acme.example.org/","checked":"2026-11-23","verified":true,
 "examples":{"match":[{"vendor":"Acme","kind":"plug"}],"not_match":[{"vendor":"Acme"}]}}`

func TestErrorsNameFileAndRow(t *testing.T) {
	for change, want := range map[string]string{
		`"acme","family"=>"Acme!","family"`:          "small letters",
		`"Acme","match"=>"","match"`:                 "family and app",
		`"vendors":["Acme"]=>"vendors":["!"]`:        "no letters",
		`"kinds":["plug"]=>"kinds":["toaster"]`:      `kind "toaster"`,
		`"kinds":["plug"]=>"model":"("`:              "missing",
		`"vendors":["Acme"],"kinds":["plug"]=>`:      "asks for nothing",
		`"Update it."=>""`:                           "1 to 140 characters",
		`"Update it."=>"` + endless + `"`:            "1 to 140 characters",
		`["Update it."]=>["","","","","",""]`:        "more than 5 steps",
		`"update":["Update it."],=>`:                 "or is like one that does",
		`https://acme=>http://acme`:                  "no https URL",
		`"2026-11-23"=>"May"`:                        `checked "May"`,
		`,"verified":true=>`:                         "is verified with",
		`"checked"=>"colour":"x","checked"`:          "unknown field",
		`"not_match":[{"vendor":"Acme"}]=>`:          "wants an example",
		`"update":["Update it."],=>"like":"nobody",`: `like "nobody"`,
		`"family"=>"app":"\u001b[2J","family"`:       "cannot be printed",
	} {
		from, to, _ := strings.Cut(change, "=>")
		bad := strings.Replace(good, from, to, 1)
		bad = strings.ReplaceAll(strings.ReplaceAll(bad, `,]`, `]`), `,}`, `}`)
		if bad == good {
			t.Errorf("%s changes nothing", change)
		}
		_, err := Pack(fstest.MapFS{"data/odd.json": {Data: []byte("[" + bad + "]")}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", change, err)
		}
	}
	twice := fstest.MapFS{"data/a.json": {Data: []byte("[" + good + "]")}, "data/odd.json": {Data: []byte("[" + good + "]")}}
	if _, err := Pack(twice); err == nil || !strings.Contains(err.Error(), `data/odd.json: record 1: "acme": the id is already taken`) {
		t.Errorf("an id that is taken: %v", err)
	}
}

var endless = strings.Repeat("x", maxStep) + "."

// row is a row as a bundle brings it.
func packedRow(id, vendor, step string) []byte {
	return fmt.Appendf(nil, `[{"id":%q,"family":"F","match":[{"vendors":[%q],"kinds":["plug"]}],"update":[%q],"wipe":["This erases it."],"source_url":"https://isp.example.org/","checked":"2026-12-01"}]`,
		id, vendor, step)
}

// An overlay's row replaces that of its ID; another is added and goes first
// where it asks for as much.
func TestRead(t *testing.T) {
	s, err := Read(nil, packedRow("shelly", "Shelly", "Ours."), packedRow("isp-plug", "Belkin", "Theirs."))
	if err != nil {
		t.Fatal(err)
	}
	if len(s.rows) != len(loaded(t).rows)+1 {
		t.Errorf("%d rows", len(s.rows))
	}
	for vendor, want := range map[string]string{"Shelly": "Ours.", "Belkin": "Theirs."} {
		if h, _ := s.For(lan.Device{Vendor: vendor, Kind: "plug"}); h.Update[0] != want || h.Checked != "2026-12-01" || h.Source != "https://isp.example.org/" || h.General {
			t.Errorf("%s: %+v", vendor, h)
		}
	}
	plain, err := Read(packedRow("a", "Acme", "Update it."))
	if err != nil || len(plain.All()) != 1 {
		t.Errorf("another base: %+v, %v", plain, err)
	}
	same, err := Read(nil)
	if err != nil || len(same.All()) != len(loaded(t).All()) {
		t.Errorf("the program's own rows: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	row := strings.Trim(string(packedRow("a", "Acme", "Update it.")), "[]")
	many := make([]string, maxRows+1)
	for i := range many {
		many[i] = strings.Replace(row, `"a"`, fmt.Sprintf(`"a%d"`, i), 1)
	}
	for name, c := range map[string]struct{ text, want string }{
		"too large":  {"[" + strings.Repeat(" ", maxRead), "more than"},
		"no list":    {`{}`, "not a list"},
		"twice":      {"[" + row + "," + row + "]", "already taken"},
		"many rows":  {"[" + strings.Join(many, ",") + "]", "more than 1000 rows"},
		"menu":       {strings.Replace(string(packedRow("a", "Acme", "Go to Here > There.")), `"source_url":"https://isp.example.org/"`, `"like":"camera"`, 1), "a menu is named"},
		"no source":  {strings.Replace(string(packedRow("a", "Acme", "Update it.")), `"source_url":"https://isp.example.org/",`, ``, 1), "wants a source_url"},
		"long steps": {string(packedRow("a", "Acme", endless)), "1 to 140"},
		"blank":      {string(packedRow("a", "Acme", "Open {it}.")), "a blank stays open"},
		"vendors":    {strings.Replace("["+row+"]", `["Acme"]`, `["A"`+strings.Repeat(`,"A"`, maxVendors)+`]`, 1), "more than 64 vendors"},
		"matches":    {strings.Replace("["+row+"]", `"match":[`, `"match":[`+strings.Repeat(`{"kinds":["plug"]},`, maxMatches), 1), "more than 8 matches"},
		"control":    {string(packedRow("a", "Acme", "Press\u202e it.")), "cannot be printed"},
		"pattern":    {strings.Replace("["+row+"]", `"vendors"`, `"model":"(?:[a-z]{500}){2}(?:[a-z]{1000}){1}.{1000}.{1000}.{1000}.{1000}.{1000}.{1000}.{1000}.{1000}.{1000}","vendors"`, 1), "repeats too much"},
	} {
		if _, err := Read(nil, []byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := Read(packedRow("camera", "Acme", "Update it."), []byte(`[{"id":"b","family":"F","like":"cloud-camera","checked":"2026-12-01"}]`)); err == nil {
		t.Error("a row leans on one that its base does not have")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("[" + good + "]"))
	f.Add(packedRow("camera", "Acme", "Update {app}."))
	f.Add([]byte(`[{"id":"x","family":"F","like":"x","app":"{app}","checked":"2026-12-01"}]`))
	f.Fuzz(func(t *testing.T, overlay []byte) {
		s, err := Read([]byte("[]"), overlay)
		if err != nil {
			return
		}
		for _, h := range s.All() {
			for _, list := range [][]string{h.Setup, h.Password, h.Update, h.Wipe} {
				if len(list) > maxSteps {
					t.Errorf("%d steps", len(list))
				}
			}
		}
		s.For(lan.Device{Vendor: "Acme", Model: "X", Kind: "plug", Firmware: "1"})
	})
}
