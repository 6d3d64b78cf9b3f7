package logins

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/lan"
)

// TestRead: the program's own rows pass the check that a bundle's must, and a layer
// changes one and adds one.
func TestRead(t *testing.T) {
	want := load(t)
	own, err := Read(Rows{})
	if err != nil || !reflect.DeepEqual(own.generic, want.generic) || len(own.entries) != len(want.entries) {
		t.Fatalf("the program's own: %v", err)
	}
	for i, e := range own.entries {
		if !reflect.DeepEqual(e.meta, want.entries[i].meta) || e.window != want.entries[i].window {
			t.Errorf("%s is read otherwise", e.ID)
		}
	}
	changed := want.entries[0].meta
	changed.Fix = "Press the button."
	added := changed
	added.ID = "zzz"
	over, err := json.Marshal([]meta{changed, added})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(Rows{}, Rows{Records: over})
	if err != nil || len(s.All()) != len(want.All())+1 || s.All()[0].Fix != changed.Fix || s.All()[len(s.All())-1].ID != "zzz" {
		t.Errorf("%v", err)
	}
	alone, err := Read(Rows{Records: over, Common: []byte("[]")})
	if err != nil || len(alone.All()) != 2 || len(alone.generic) != 0 {
		t.Errorf("%v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	first, err := json.Marshal(load(t).entries[0].meta)
	if err != nil {
		t.Fatal(err)
	}
	common, err := json.Marshal(load(t).generic[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		rows Rows
		want string
	}{
		"twice":         {Rows{Records: []byte("[" + string(first) + "," + string(first) + "]")}, "too"},
		"both lists":    {Rows{Records: []byte(strings.Replace("["+string(first)+"]", load(t).entries[0].ID, load(t).generic[0].ID, 1))}, "both lists"},
		"three pairs":   {Rows{Common: []byte("[" + strings.Replace(string(common), load(t).generic[0].ID, "one-more", 1) + "]")}, "two pairs"},
		"regex":         {Rows{Common: []byte("[" + strings.Replace(string(common), `"inside":"`, `"inside":"(`, 1) + "]")}, "missing closing"},
		"unknown field": {Rows{Records: []byte(`[{"id":"a","colour":"x"}]`)}, "unknown field"},
		"wrong":         {Rows{Records: []byte(`[{"id":"a"}]`)}, `"a": names no vendor`},
	} {
		if _, err := Read(Rows{}, c.rows); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(Packed()[:3000], PackedCommon())
	f.Add([]byte("[]"), []byte("[{}]"))
	f.Fuzz(func(t *testing.T, records, common []byte) {
		s, err := Read(Rows{Records: records, Common: common})
		if err != nil {
			return
		}
		s.All()
		s.Documented(lan.Device{Vendor: "Acme"}, lan.Service{Name: "http"})
	})
}
