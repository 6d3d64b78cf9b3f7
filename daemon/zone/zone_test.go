package zone

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestParse: the hour at which noon UTC is, in winter and in summer.
func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"CET-1CEST,M3.5.0,M10.5.0/3":           "13:00 CET, 14:00 CEST",
		"UTC":                                  "12:00 UTC, 12:00 UTC",
		"GMT0":                                 "12:00 GMT, 12:00 GMT",
		"GMT0BST,M3.5.0/1,M10.5.0":             "12:00 GMT, 13:00 BST",
		"EST5EDT,M3.2.0,M11.1.0":               "07:00 EST, 08:00 EDT",
		"EST5EDT":                              "07:00 EST, 08:00 EDT",
		"IST-5:30":                             "17:30 IST, 17:30 IST",
		"<+03>-3":                              "15:00 +03, 15:00 +03",
		"AEST-10AEDT,M10.1.0,M4.1.0/3":         "23:00 AEDT, 22:00 AEST",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0": "23:00 +11, 22:30 +1030",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0":      "10:00 -02, 11:00 -01",
		"IST-2IDT,M3.4.4/26,M10.5.0":           "14:00 IST, 15:00 IDT",
		"CET-1CEST,J80,J300/3":                 "13:00 CET, 14:00 CEST",
		"CET-1CEST,79,299/3":                   "13:00 CET, 14:00 CEST",
	} {
		l, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		at := func(m time.Month) string {
			return time.Date(2026, m, 15, 12, 0, 0, 0, time.UTC).In(l).Format("15:04 MST")
		}
		if got := at(time.January) + ", " + at(time.July); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestNoZone(t *testing.T) {
	for _, text := range []string{
		"", "CET", "CE-1", "-1", "Europe/Berlin", ":CET-1", "CET-25", "CET-1:60", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3,x",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J300", "CET-1CEST,M3.5.0/168,M10.5.0",
		"<+03-3", "<+>-3", "<a b>-3", "CET-1\nCEST", "CET-1CEST,M3.5.0,M10.5.0/3\n", "CET-0001", strings.Repeat("A", maxText) + "-1",
	} {
		if l, err := Parse(text); err == nil {
			t.Errorf("%q is %v", text, l)
		}
	}
}

// TestHousehold reads the file only where package time has nothing to go by.
func TestHousehold(t *testing.T) {
	t.Setenv("TZ", "")
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, "etc", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if l, err := Household(root); l != nil || err != nil {
		t.Errorf("without a file: %v, %v", l, err)
	}
	if err := os.Mkdir(filepath.Join(root, "etc"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("TZ", "CET-1CEST,M3.5.0,M10.5.0/3\n")
	l, err := Household(root)
	if err != nil || l == nil || time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC).In(l).Hour() != 14 {
		t.Errorf("%v, %v", l, err)
	}
	write("TZ", strings.Repeat("x", 1<<20))
	if l, err := Household(root); l != nil || err == nil || len(err.Error()) > 300 {
		t.Errorf("of a megabyte: %v, %v", l, err)
	}
	write("localtime", "")
	if l, err := Household(root); l != nil || err != nil {
		t.Errorf("where the machine has its own: %v, %v", l, err)
	}
	if err := os.Remove(filepath.Join(root, "etc", "localtime")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TZ", "Europe/Berlin")
	if l, err := Household(root); l != nil || err != nil {
		t.Errorf("where the environment says: %v, %v", l, err)
	}
	t.Setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3") // which package time takes for a name, and then for UTC
	l, err = Household(root)
	if err != nil || l == nil || time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC).In(l).Hour() != 14 {
		t.Errorf("where the environment has a rule: %v, %v", l, err)
	}
}

// FuzzParse: what is a zone has the name and offset of one of its two local times
// at all times.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"CET-1CEST,M3.5.0,M10.5.0/3", "UTC", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "EST5EDT", "IST-2IDT,M3.4.4/26,M10.5.0", "A<B>1,J1,2/-3", "CET-1CEST-26,0,365"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := Parse(text)
		if err != nil {
			return
		}
		for month := range 24 {
			at := time.Date(2026, time.Month(1+month), 3, 4, 5, 6, 0, time.UTC).In(l)
			if name, offset := at.Zone(); !strings.Contains(text, name) || offset < -25*3600 || offset > 25*3600 {
				t.Errorf("%q at %v: %q, %d s", text, at, name, offset)
			}
			if back := at.UTC().In(l); !back.Equal(at) {
				t.Errorf("%q: %v is %v", text, at, back)
			}
		}
	})
}
