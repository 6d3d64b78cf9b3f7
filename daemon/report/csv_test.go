package report

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"github.com/homesweep/homesweep/probes/lan"
)

// table4180 is s by CSV, as encoding/csv reads it.
func table4180(t *testing.T, s lan.Sweep) (head []string, rows [][]string) {
	t.Helper()
	var b bytes.Buffer
	if err := CSV(&b, s); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(b.String(), "\uFEFF")
	if !marked || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Fatalf("no byte order mark, or a line that does not end in CR LF:\n%q", b.String())
	}
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}

func TestCSV(t *testing.T) {
	s := home()
	s.Devices[0].Findings[1].Steps = []string{"Open the app.", "Choose Password."}
	var b bytes.Buffer
	if err := CSV(&b, s); err != nil {
		t.Fatal(err)
	}
	golden(t, "home.csv", b.Bytes())
	head, rows := table4180(t, s)
	findings, bare := 0, 0
	for _, d := range s.Devices {
		findings += len(d.Findings)
		if len(d.Findings) == 0 {
			bare++
		}
	}
	if len(rows) != findings+bare || bare == 0 {
		t.Errorf("%d rows for %d findings and %d devices without", len(rows), findings, bare)
	}
	for _, r := range rows {
		if len(r) != len(head) {
			t.Errorf("%d cells under %d columns: %q", len(r), len(head), r)
		}
	}
}

func TestInert(t *testing.T) {
	for _, c := range [][2]string{
		{"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-1", "'-1"}, {"@SUM(A1)", "'@SUM(A1)"},
		{"＝1", "'＝1"}, {"＋1", "'＋1"}, {"－1", "'－1"}, {"＠x", "'＠x"},
		{"\t=1", "'\t'=1"}, {"\r=1", "'\r'=1"}, {"x\n=1", "x\n'=1"},
		{`"=1`, `"'=1`}, {" =1", " '=1"}, {"\u00a0“-1", "\u00a0“'-1"}, {"\u200b=1", "\u200b'=1"},
		{"a;=1", "a;'=1"}, {"a, @x", "a, '@x"}, {`a|"=1`, `a|"'=1`},
		{"a=b", "a=b"}, {"tcp/80", "tcp/80"}, {"Wi-Fi", "Wi-Fi"}, {"居間のテレビ", "居間のテレビ"}, {"", ""},
		{"2001:db8::1 fe80::1", "2001:db8::1 fe80::1"},
	} {
		if got := inert(c[0]); got != c[1] {
			t.Errorf("%q became %q, want %q", c[0], got, c[1])
		}
	}
}

// formula reports whether a spreadsheet may take cell for one, in another way
// than inert finds it.
func formula(cell string) bool {
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return strings.ContainsRune(",;|\t\r\n", r) }) {
		part = strings.TrimLeftFunc(part, func(r rune) bool {
			return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune("\"`“”‘’«»", r)
		})
		if part != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(part)[0]) {
			return true
		}
	}
	return false
}

// FuzzCSV: what a stranger called himself comes back whole, but for the cleaning
// that every report does and for the apostrophes, and is no formula anywhere.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"=cmd|' /C calc'!A0", "x\"\r\n=1", "'=1", "a;=1\";=2", "\uFEFF@x", "\u202e=1", "＝HYPERLINK(\"http://x\")", strings.Repeat("-", 9000), "\xff\x00,", "''+1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, word string) {
		s := lan.Sweep{Devices: []lan.Device{{
			ID: word, Names: []string{word}, Vendor: word, Model: word, Firmware: word,
			Findings: []lan.Finding{{Check: "c" + word, Service: word, Title: word, Advice: word, Provision: word, Steps: []string{word},
				Evidence: []lan.Evidence{{Said: word, Heard: word}}}},
		}}}
		_, rows := table4180(t, s)
		if len(rows) != 1 || len(rows[0]) != len(columns) {
			t.Fatalf("%q broke the table: %q", word, rows)
		}
		for i, cell := range rows[0] {
			if formula(cell) {
				t.Errorf("%s is a formula: %q", columns[i], cell)
			}
			if strings.ContainsFunc(cell, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
				t.Errorf("%s has a control character: %q", columns[i], cell)
			}
		}
		want := fitting(inert(clean(word)))
		if got := rows[0][12]; strings.ReplaceAll(got, "'", "") != strings.ReplaceAll(want, "'", "") {
			t.Errorf("%q came back as %q", want, got)
		}
	})
}

// TestCSVCell: a cell has at most the characters that Excel keeps, as it counts
// them, apostrophes among them.
func TestCSVCell(t *testing.T) {
	for _, word := range []string{"a", "é", "居", "🏠", "e\u0301\u0301\u0301", ";=", "🏠x"} {
		for _, length := range []int{maxCell - 1, maxCell, maxCell + 1, 3 * maxCell} {
			text := strings.Repeat(word, length/len(utf16.Encode([]rune(word))))
			_, rows := table4180(t, lan.Sweep{Devices: []lan.Device{{Findings: []lan.Finding{{Check: "x", Title: text}}}}})
			got := rows[0][12]
			if n := len(utf16.Encode([]rune(got))); n > 32767 || n < min(len(utf16.Encode([]rune(text))), 32767)-1 {
				t.Errorf("%d of %q: %d units", length, word, n)
			}
			if text == inert(text) && len(utf16.Encode([]rune(text))) <= 32767 && got != text {
				t.Errorf("%d of %q was cut", length, word)
			}
		}
	}
}
