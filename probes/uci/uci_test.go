package uci

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// samples are the files of a typical router.
const samples = "../../testdata/uci"

func TestParse(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []Section
	}{
		"empty":            {"", nil},
		"only a comment":   {"# nothing\n", nil},
		"anonymous":        {"config host\n", []Section{{Type: "host", Line: 1}}},
		"named":            {"\nconfig interface 'lan'\n", []Section{{Type: "interface", Name: "lan", Line: 2}}},
		"no last newline":  {"config a b", []Section{{Type: "a", Name: "b", Line: 1}}},
		"package":          {"package dhcp\nconfig a", []Section{{Type: "a", Line: 2}}},
		"option":           {"config a\n\toption b 'c d'\n", section(Option{"b", []string{"c d"}})},
		"bare option":      {"config a\n option b c\n", section(Option{"b", []string{"c"}})},
		"list":             {"config a\n list b c\n list b d\n", section(Option{"b", []string{"c", "d"}})},
		"list joins":       {"config a\n option b c\n list b d\n", section(Option{"b", []string{"c", "d"}})},
		"option replaces":  {"config a\n list b c\n option b d\n", section(Option{"b", []string{"d"}})},
		"empty value":      {"config a\n option b ''\n", section(Option{Name: "b"})},
		"no value":         {"config a\n option b\n", section(Option{Name: "b"})},
		"comment in line":  {"config a # b\n option b c#d\n", section(Option{"b", []string{"c"}})},
		"quoted hash":      {"config a\n option b 'c # d'\n", section(Option{"b", []string{"c # d"}})},
		"joined quotes":    {"config a\n option b 'it'\\''s \"\"'\"it's\"x\n", section(Option{"b", []string{`it's ""it'sx`}})},
		"double escapes":   {`config a` + "\n" + `option b "c\"\\d\n"` + "\n", section(Option{"b", []string{`c"\dn`}})},
		"single keeps":     {`config a` + "\n" + `option b 'c\d'` + "\n", section(Option{"b", []string{`c\d`}})},
		"spans lines":      {"config a\noption b 'c\nd'\noption e f\n", section(Option{"b", []string{"c\nd"}}, Option{"e", []string{"f"}})},
		"continued":        {"config \\\na\noption b \"c\\\nd\"\n", section(Option{"b", []string{"cd"}})},
		"semicolon":        {"config a; option b c; list d e\n", section(Option{"b", []string{"c"}}, Option{"d", []string{"e"}})},
		"one letter":       {"c a\no b c\nl d e\n", section(Option{"b", []string{"c"}}, Option{"d", []string{"e"}})},
		"carriage returns": {"config a\r\n\toption b 'c'\r\n", section(Option{"b", []string{"c"}})},
		"name again": {"config a n\n option b c\nconfig x\nconfig a n\n option d e\n", []Section{
			{Type: "a", Name: "n", Line: 1, Options: []Option{{"b", []string{"c"}}, {"d", []string{"e"}}}}, {Type: "x", Line: 3},
		}},
	} {
		f, err := Parse([]byte(c.text))
		if err != nil || !reflect.DeepEqual(f.Sections, c.want) {
			t.Errorf("%s: %+v, %v", name, f.Sections, err)
		}
	}
}

func section(options ...Option) []Section {
	return []Section{{Type: "a", Line: 1, Options: options}}
}

func TestParseSaysWhere(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		line int
		what string
	}{
		"unknown word":   {"config a\n\nfoo b c\n", 3, `"foo" is neither`},
		"open quote":     {"config a\n option b 'c\n\n\n", 2, "never closed"},
		"no section":     {"option b c\n", 1, "before any config"},
		"no name":        {"config a\noption\n", 2, "quote a value"},
		"a bad name":     {"config a 'b-c'\n", 1, `"b-c" is no name`},
		"a bad type":     {"config 'a b'\n", 1, `"a b" is no name`},
		"a bad option":   {"config a\noption b-c d\n", 2, `"b-c" is no name`},
		"two types":      {"config a n\nconfig b n\n", 2, `another section "n"`},
		"two values":     {"config a\noption b c d\n", 2, "quote a value"},
		"no type":        {"config\n", 1, "its type"},
		"three names":    {"config a b c\n", 1, "its type"},
		"zero byte":      {"config a\noption b \x00\n", 2, "damaged"},
		"zero, quoted":   {"config a\noption b '\x00'\n", 2, "damaged"},
		"many sections":  {strings.Repeat("config a\n", maxSections+1), maxSections + 1, "sections"},
		"many options":   {"config a\n" + strings.Repeat("list b c\n", maxOptions+1), maxOptions + 2, "options"},
		"too long":       {strings.Repeat("#\n", MaxFile), MaxFile/2 + 1, "longer than 256 KiB"},
		"after newlines": {"config a\noption b 'c\nd'\nfoo\n", 4, "neither"},
	} {
		_, err := Parse([]byte(c.text))
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Line != c.line || !strings.Contains(wrong.What, c.what) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestParseGoesOn: what stands on the other lines counts, as netifd takes it.
func TestParseGoesOn(t *testing.T) {
	for text, want := range map[string][]Section{
		"config a\n option b c d\n bar\n option e f\n":       section(Option{"b", []string{"c"}}, Option{"e", []string{"f"}}),
		"config a\noption b c\nconfig x 'y-z'\noption d e\n": section(Option{"b", []string{"c"}}, Option{"d", []string{"e"}}),
		"config a\noption b c\noption d 'e\n":                section(Option{"b", []string{"c"}}),
		"config a n\noption b c\nconfig x n\noption d e\n":   {{Type: "x", Name: "n", Line: 1, Options: []Option{{"b", []string{"c"}}, {"d", []string{"e"}}}}},
	} {
		if f, err := Parse([]byte(text)); err == nil || !reflect.DeepEqual(f.Sections, want) {
			t.Errorf("%q says %+v, %v", text, f.Sections, err)
		}
	}
}

func TestReadRouter(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc"), 0o755); err != nil {
		t.Fatal(err)
	}
	there, err := filepath.Abs(samples)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(there, filepath.Join(root, "etc/config")); err != nil {
		t.Fatal(err)
	}
	dhcp, err := Read(root, "dhcp")
	if err != nil {
		t.Fatal(err)
	}
	hosts := dhcp.Of("host")
	if len(hosts) != 4 || hosts[1].Get("name") != "laptop" || len(hosts[1].Words("mac")) != 2 || hosts[2].Name != "nas" {
		t.Errorf("hosts %+v", hosts)
	}
	if !hosts[0].Bool("dns", false) || !hosts[1].Bool("dns", true) || hosts[1].Bool("dns", false) {
		t.Error("dns is a switch that is set for the printer only")
	}
	if flags := dhcp.Of("dhcp")[0].Values("ra_flags"); !slices.Equal(flags, []string{"managed-config", "other-config"}) {
		t.Errorf("ra_flags %q", flags)
	}
	wireless, err := Read(root, "wireless")
	if err != nil {
		t.Fatal(err)
	}
	guest := wireless.Of("wifi-iface")[2]
	if guest.Get("ssid") != `Guests of "The Millers"` || guest.Get("key") != "welcome's word" || guest.Get("hidden") != "" {
		t.Errorf("the guests' network is %+v", guest)
	}
	if _, err := Read(root, "nothing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
	for _, name := range []string{"", "../passwd", "a/b", ".", ".uci"} {
		if _, err := Read(root, name); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q was looked for: %v", name, err)
		}
	}
}

func TestReadNamesTheFile(t *testing.T) {
	root := t.TempDir()
	config := filepath.Join(root, "etc/config")
	if err := os.MkdirAll(filepath.Join(config, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "dhcp"), []byte("config host\n\toption name 'x\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Read(root, "dhcp")
	if want := config + "/dhcp:2: a quotation"; err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "uci show dhcp") {
		t.Errorf("error %v, want %s", err, want)
	}
	// A folder opens but cannot be read, for root too.
	if _, err := Read(root, "folder"); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"network", "dhcp", "wireless"} {
		text, err := os.ReadFile(filepath.Join(samples, name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("c a\\\n b;o 'x''y' \"z\\\n\\\"\"#\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := Parse(text)
		var wrong *Error
		if err != nil && (!errors.As(err, &wrong) || wrong.Line < 1 || wrong.Line > 1+strings.Count(string(text), "\n")) {
			t.Fatalf("%q: %v", text, err)
		}
		if len(file.Sections) > maxSections {
			t.Fatalf("%q: %d sections, %v", text, len(file.Sections), err)
		}
		again, err := Parse(write(file))
		if err != nil || len(again.Sections) != len(file.Sections) {
			t.Fatalf("%q written and read again: %v", text, err)
		}
		for i, s := range file.Sections {
			if s.Type != again.Sections[i].Type || s.Name != again.Sections[i].Name || !reflect.DeepEqual(s.Options, again.Sections[i].Options) {
				t.Fatalf("%+v written and read again: %+v", s, again.Sections[i])
			}
		}
	})
}

// FuzzRead holds that a file says what its text says.
func FuzzRead(f *testing.F) {
	f.Add([]byte("config a\noption b c\n"))
	root := f.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "etc/config"), 0o755); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(filepath.Join(root, "etc/config/x"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		file, err := Read(root, "x")
		want, wrong := Parse(text)
		if !reflect.DeepEqual(file, want) || (err == nil) != (wrong == nil) {
			t.Fatalf("%+v, %v; want %+v, %v", file, err, want, wrong)
		}
	})
}

// write is a file in UCI's own form.
func write(f File) []byte {
	var b strings.Builder
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	for _, s := range f.Sections {
		b.WriteString("config " + quote(s.Type))
		if s.Name != "" {
			b.WriteString(" " + quote(s.Name))
		}
		b.WriteString("\n")
		for _, o := range s.Options {
			if len(o.Values) == 0 {
				b.WriteString("\toption " + quote(o.Name) + " ''\n")
			}
			for _, v := range o.Values {
				b.WriteString("\tlist " + quote(o.Name) + " " + quote(v) + "\n")
			}
		}
	}
	return []byte(b.String())
}
