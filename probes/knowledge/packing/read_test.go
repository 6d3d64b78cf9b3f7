package packing

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

type row struct {
	ID string `json:"id"`
}

func ids(text string) (list []string, err error) {
	err = Each([]byte(text), func(decode func(any) error) error {
		var r row
		if err := decode(&r); err != nil {
			return err
		}
		list = append(list, r.ID)
		return nil
	})
	return list, err
}

func TestEach(t *testing.T) {
	if list, err := ids(` [{"id":"a"}, {"id":"],[\"{"} ] `); err != nil || fmt.Sprint(list) != `[a ],["{]` {
		t.Errorf("%v, %v", list, err)
	}
	for text, want := range map[string]string{
		``: "breaks off", `{}`: "not a list", `null`: "not a list", `[`: "breaks off", `[{"id":"a"}`: "breaks off",
		`[{"id":"a"},`: "breaks off", `[{"id":"a"}]{`: "after top-level value", `[{"id":1}]`: "record 1", `[null]`: "record 1: is null",
		`[{"id":"a"},{"colour":"x"}]`: `record 2: json: unknown field "colour"`,
		`[{"id":"a\u001b[2J"}]`:       "cannot be printed", `[{"id":"\u202egpj.exe"}]`: "cannot be printed", `[{"id":"a\nb"}]`: "cannot be printed",
		"[{\"id\":\"a\xffb\"}]": "not in UTF-8", "[{\"id\":\"a\u00adb\"}]": "cannot be printed", "[{\"id\":\"a\x7fb\"}]": "cannot be printed",
		`[{"id":"` + strings.Repeat("x", MaxRecord) + `"}]`: "record 1: is larger",
		`[` + strings.Repeat(`{},`, MaxRecords) + `{}]`:     "more than 20000 records",
	} {
		if _, err := ids(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", text, err, want)
		}
	}
}

// TestAttackEscapes: the way through a text grows as it does. A megabyte of escapes
// would take minutes if each looked for the text's end.
func TestAttackEscapes(t *testing.T) {
	n := 0
	err := Elements([]byte(`["`+strings.Repeat(`\\`, 4<<20)+`",1]`), func([]byte) error { n++; return nil })
	if err != nil || n != 2 {
		t.Errorf("%d elements, %v", n, err)
	}
}

func TestPattern(t *testing.T) {
	for _, good := range []string{"", `(?i)^archer c(\d{1,3})$`, `\pL{1,40}`} {
		if err := Pattern(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, want := range map[string]string{
		`(`: "missing", `(?=x)`: "invalid", strings.Repeat("x", 3<<10): "longer",
		strings.Repeat(`[a-z]{1000}`, 20): "repeats", strings.Repeat(`(?:ab){500}`, 12): "repeats", strings.Repeat(`(`, 2000): "missing",
	} {
		if err := Pattern(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", bad, err, want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, expr := range []string{`a{1000}`, `(?:a{10}){100}`, `[^x]`, `(`, `\pL+|\PL*`} {
		f.Add(expr)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		if Pattern(expr) != nil {
			return
		}
		if _, err := regexp.Compile(expr); err != nil {
			t.Errorf("%q passes and does not compile: %v", expr, err)
		}
	})
}

func FuzzEach(f *testing.F) {
	f.Add(`[{"id":"a"},{"id":"b"}]`)
	f.Add(`[{"id":"\u202e"}]`)
	f.Add(`{"serial":2026112301,"created":"2026-11-23T00:00:00Z","sum":""}`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ids(text)
		if err == nil && len(list) > MaxRecords {
			t.Errorf("%d records", len(list))
		}
		for _, id := range list {
			if !Plain(id) {
				t.Errorf("%q was let through", id)
			}
		}
		_, _ = ParseEdition(text)
	})
}
