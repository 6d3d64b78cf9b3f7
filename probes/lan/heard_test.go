package lan

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPrintable(t *testing.T) {
	for _, tt := range []struct {
		in   string
		max  int
		want string
	}{
		{"", 10, ""},
		{"plain", 10, "plain"},
		{"  a \t\r\n b  ", 10, "a b"},
		{"a\x00b\x1b[31mc\x7f", 20, "ab[31mc"},
		{"a\u0085b\u2028c\u00a0d", 20, "a b c d"},      // a line's ends of other alphabets
		{"a\u202egnp.exe\u2066\u2069", 20, "agnp.exe"}, // bidi overrides and isolates
		{"zero\u200bwidth\ufeff\u00ad", 20, "zerowidth"},
		{"private\ue000", 20, "private"},
		{"tag\U000e0041", 20, "tag"},
		{"K\xfcche", 20, "K·che"},
		{"\xed\xa0\x80", 20, "···"}, // a surrogate is no UTF-8
		{"\xf0\x9f\x98", 20, "···"},
		{"Küche 厨房 😀", 30, "Küche 厨房 😀"},
		{"Küche", 2, "K"}, // never half a rune
		{"Küche", 3, "Kü"},
		{"a b", 2, "a"}, // nor a blank at the end
		{"a  厨", 4, "a"},
		{"a  厨", 5, "a 厨"},
		{"abc", 0, ""},
		{"\xff", 1, ""},
		{strings.Repeat("\u200b", 1000) + "x", 5, "x"},
	} {
		if got := Printable(tt.in, tt.max); got != tt.want {
			t.Errorf("Printable(%q, %d) = %q, want %q", tt.in, tt.max, got, tt.want)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add("a\x00\u202e\xff b", 5)
	f.Add("Küche  厨房", 9)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		got := Printable(s, limit)
		if len(got) > max(limit, 0) || !utf8.ValidString(got) || strings.TrimSpace(got) != got || strings.Contains(got, "  ") {
			t.Errorf("%q", got)
		}
		for _, r := range got {
			if r != ' ' && !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%q holds %U", got, r)
			}
		}
		if again := Printable(got, limit); again != got {
			t.Errorf("%q becomes %q", got, again)
		}
	})
}

func TestSet(t *testing.T) {
	h := Heard{}
	h.Set("a", " one\x00 ")
	h.Set("b", "\x00\u202e")
	h.Set(strings.Repeat("k", maxKey+1), "v")
	h.Set("long", strings.Repeat("x", 2*MaxValue))
	if len(h) != 2 || h["a"] != "one" || len(h["long"]) != MaxValue {
		t.Errorf("%v", h)
	}
	for i := range 2 * MaxFields {
		h.Set(fmt.Sprint("f", i), "v")
	}
	h.Set("a", "two")
	if len(h) != MaxFields || h["a"] != "two" {
		t.Errorf("%d fields, a is %q", len(h), h["a"])
	}
}

func TestAdd(t *testing.T) {
	h := Heard{}
	for _, word := range []string{"_ipp._tcp", "_http._tcp", "_ipp._tcp", "", "\x00", "two words", "_ipp"} {
		h.Add(MDNSTypes, word)
	}
	if want := "_ipp._tcp _http._tcp two_words _ipp"; h[MDNSTypes] != want {
		t.Errorf("%q, want %q", h[MDNSTypes], want)
	}
	for i := range 1000 {
		h.Add(MDNSTypes, fmt.Sprintf("_type-number-%d._tcp", i))
	}
	if n := len(h[MDNSTypes]); n > MaxRaw || n < MaxRaw-32 || strings.HasSuffix(h[MDNSTypes], " ") {
		t.Errorf("%d bytes", n)
	}
	full := Heard{}
	for i := range MaxFields {
		full.Set(fmt.Sprint("f", i), "v")
	}
	full.Add("more", "word")
	full.Add("f0", "w")
	if len(full) != MaxFields || full["f0"] != "v w" {
		t.Errorf("%d fields, %q", len(full), full["f0"])
	}
}

func TestMerge(t *testing.T) {
	h := Heard{HTTPServer: "old", MDNSTypes: "_a._tcp", UPnPServices: "urn:a"}
	h.Merge(Heard{HTTPServer: "new", HTTPTitle: "title", MDNSTypes: "_b._tcp _a._tcp", UPnPServices: "urn:b"})
	want := Heard{HTTPServer: "new", HTTPTitle: "title", MDNSTypes: "_a._tcp _b._tcp", UPnPServices: "urn:a urn:b"}
	if !maps.Equal(h, want) {
		t.Errorf("%v, want %v", h, want)
	}
}

func TestClone(t *testing.T) {
	if c := Heard(nil).Clone(); c == nil {
		t.Error("the clone of nothing cannot be changed")
	}
	h := Heard{"a": "1"}
	h.Clone().Set("a", "2")
	if h["a"] != "1" {
		t.Error("the clone is the same")
	}
}
