package luci

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write po/templates/homesweep.pot anew, and put what is new into po/de/homesweep.po, to be translated")

// entry is one entry of a catalogue in gettext's PO format.
type entry struct {
	Files  []string
	ID     string
	Plural string
	Said   []string
	Fuzzy  bool
}

// readPO reads a catalogue, without its header.
func readPO(path string) (list []entry, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for _, block := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		var e entry
		var into *string
		for _, line := range strings.Split(block, "\n") {
			switch key, rest, _ := strings.Cut(line, " "); {
			case key == "#:":
				e.Files = append(e.Files, rest)
				continue
			case key == "#,":
				e.Fuzzy = strings.Contains(rest, "fuzzy")
				continue
			case key == "msgid":
				into, line = &e.ID, rest
			case key == "msgid_plural":
				into, line = &e.Plural, rest
			case strings.HasPrefix(key, "msgstr"):
				e.Said = append(e.Said, "")
				into, line = &e.Said[len(e.Said)-1], rest
			}
			part, err := strconv.Unquote(line)
			if err != nil || into == nil {
				return nil, fmt.Errorf("%s: %q: %w", path, line, err)
			}
			*into += part
		}
		if e.ID != "" {
			list = append(list, e)
		}
	}
	return list, nil
}

// writePO writes a catalogue.
func writePO(path, header string, list []entry) error {
	var b strings.Builder
	b.WriteString(header)
	for _, e := range list {
		b.WriteString("\n")
		for _, file := range e.Files {
			fmt.Fprintf(&b, "#: %s\n", file)
		}
		fmt.Fprintf(&b, "msgid %q\n", e.ID)
		if e.Plural == "" {
			fmt.Fprintf(&b, "msgstr %q\n", e.Said[0])
			continue
		}
		fmt.Fprintf(&b, "msgid_plural %q\nmsgstr[0] %q\nmsgstr[1] %q\n", e.Plural, e.Said[0], e.Said[1])
	}
	return os.WriteFile(path, []byte(b.String()), 0o644)
}

const literal = `'((?:[^'\\]|\\.)*)'`

var (
	single = regexp.MustCompile(`\b_\(` + literal + `\)`)
	plural = regexp.MustCompile(`\bN_\([^']*?(?:'[^']*'[^']*?)??, ` + literal + `, ` + literal + `\)`)
	asking = regexp.MustCompile(`(?:\b|[^\w])N?_\(`)
)

// inUse are the strings that the pages say, with the names in the menu and of the
// right, as luci's build/i18n-scan.pl finds them.
func inUse(t *testing.T) []entry {
	t.Helper()
	found := map[string]*entry{}
	note := func(file, id, many string) {
		e := found[id]
		if e == nil {
			e = &entry{ID: id, Plural: many, Said: []string{""}}
			found[id] = e
		}
		if many != "" {
			e.Plural, e.Said = many, []string{"", ""}
		}
		if !slices.Contains(e.Files, file) {
			e.Files = append(e.Files, file)
		}
	}
	all := scripts(t)
	for _, file := range slices.Sorted(maps.Keys(all)) {
		ones, pairs := single.FindAllStringSubmatch(all[file], -1), plural.FindAllStringSubmatch(all[file], -1)
		if n := len(asking.FindAllString(all[file], -1)); n != len(ones)+len(pairs) {
			t.Errorf("%s asks %d times for words, %d of them literal", file, n, len(ones)+len(pairs))
		}
		for _, m := range ones {
			note(file, m[1], "")
		}
		for _, m := range pairs {
			note(file, m[1], m[2])
		}
	}
	for _, e := range readMenu(t) {
		note("root/usr/share/luci/menu.d/luci-app-homesweep.json", e.Title, "")
	}
	note("root/usr/share/rpcd/acl.d/luci-app-homesweep.json", readACL(t).Description, "")
	list := []entry{}
	for _, e := range found {
		list = append(list, *e)
	}
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

const (
	template   = "po/templates/homesweep.pot"
	german     = "po/de/homesweep.po"
	potHeader  = "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n"
	germanHead = "msgid \"\"\nmsgstr \"\"\n\"Language: de\\n\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n\"Plural-Forms: nplurals=2; plural=n != 1;\\n\"\n"
)

// renew writes the catalogues anew, with the translations there are.
func renew(t *testing.T, want []entry) {
	t.Helper()
	said := map[string][]string{}
	if old, err := readPO(filepath.Join(app, german)); err == nil {
		for _, e := range old {
			said[e.ID] = e.Said
		}
	}
	own := slices.Clone(want)
	for i := range own {
		if s := said[own[i].ID]; len(s) == len(own[i].Said) {
			own[i].Said = s
		}
	}
	if err := writePO(filepath.Join(app, template), potHeader, want); err != nil {
		t.Fatal(err)
	}
	if err := writePO(filepath.Join(app, german), germanHead, own); err != nil {
		t.Fatal(err)
	}
}

var verbs = regexp.MustCompile(`%[sdfh%]`)

// TestWords: the template has exactly the strings in use, and the German catalogue a
// translation of each, with the same things filled in.
func TestWords(t *testing.T) {
	want := inUse(t)
	if *update {
		renew(t, want)
	}
	pot, err := readPO(filepath.Join(app, template))
	if err != nil {
		t.Fatal(err)
	}
	de, err := readPO(filepath.Join(app, german))
	if err != nil {
		t.Fatal(err)
	}
	key := func(e entry) string { return fmt.Sprintf("%q %q %q", e.ID, e.Plural, e.Files) }
	for _, catalogue := range [][]entry{pot, de} {
		if !slices.EqualFunc(catalogue, want, func(a, b entry) bool { return key(a) == key(b) && len(a.Said) == len(b.Said) }) {
			t.Fatal("the catalogues are not of these scripts any more: run go test ./openwrt/luci -run Words -update, and translate what is new")
		}
	}
	for _, e := range de {
		for i, said := range e.Said {
			source := e.ID
			if i > 0 {
				source = e.Plural
			}
			if said == "" || e.Fuzzy {
				t.Errorf("%q is not translated", source)
			}
			if !slices.Equal(verbs.FindAllString(said, -1), verbs.FindAllString(source, -1)) {
				t.Errorf("%q fills in other things than %q", said, source)
			}
		}
	}
}
