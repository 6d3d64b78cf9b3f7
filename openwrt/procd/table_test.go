package procd_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/openwrt/procd"
	"github.com/homesweep/homesweep/probes/uci"
)

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// same reports what one list has and the other lacks.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, name := range got {
		if !slices.Contains(want, name) {
			t.Errorf("%s has %s, the table does not", what, name)
		}
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s lacks %s", what, name)
		}
	}
}

func names() (list []string) {
	for _, o := range procd.Options() {
		list = append(list, o.Name)
	}
	return list
}

// TestOptionsPage: OPTIONS.md is the table.
func TestOptionsPage(t *testing.T) {
	const page = "../OPTIONS.md"
	if *update {
		if err := os.WriteFile(page, []byte(procd.Markdown()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, page) != procd.Markdown() {
		t.Error("OPTIONS.md is not the table's; go test ./openwrt/procd -update writes it")
	}
	for _, o := range procd.Options() {
		if o.Value == "" || o.Doc == "" || o.Type == "" {
			t.Errorf("%s is not described: %+v", o.Name, o)
		}
	}
}

var tuple = regexp.MustCompile(`(?m)^\t\t'(\w+):([^:']+)(?::([^']*))?'`)

// TestInitKnowsAll holds what the init script has validated, its defaults and its words
// to the table. The default of listen has a colon, which validate_data cannot.
func TestInitKnowsAll(t *testing.T) {
	script, got := read(t, "../files/homesweep.init"), []string{}
	given := map[string][]string{}
	for _, m := range tuple.FindAllStringSubmatch(script, -1) {
		got, given[m[1]] = append(got, m[1]), m[2:]
	}
	same(t, "the init script", got, names())
	for _, o := range procd.Options() {
		g, want := given[o.Name], o.Default
		switch o.Name {
		case "listen":
			want = ""
			if !strings.Contains(script, "listen=${listen:-"+o.Default+"}") {
				t.Errorf("the init script has another default of listen than %s", o.Default)
			}
		case "tls":
			want = map[string]string{"off": "0", "on": "1"}[o.Default]
		}
		if g != nil && (g[0] != o.Type || g[1] != want) {
			t.Errorf("the init script has %s as %q, the table as %s, default %q", o.Name, g, o.Type, want)
		}
		if o.Flag != "" && !regexp.MustCompile(`flag `+o.Flag+` `).MatchString(script) {
			t.Errorf("the init script never gives -%s", o.Flag)
		}
		for _, w := range o.Words {
			if o.Name != "tls" && !regexp.MustCompile(`refused `+o.Name+` "one of [^"]*\b`+w+`\b`).MatchString(script) {
				t.Errorf("what the init script says of a bad %s does not name %s", o.Name, w)
			}
		}
	}
}

var setting = regexp.MustCompile(`(?m)^\t(#?)(option|list) (\w+) '([^']*)'$`)

// TestConfigFile holds the shipped file to the table: all options, each described and
// with the default that holds without it, or with an example where that is nothing.
func TestConfigFile(t *testing.T) {
	text, got := read(t, "../files/homesweep.config"), []string{}
	file, err := uci.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	main := file.Of("homesweep")
	if len(file.Sections) != 1 || len(main) != 1 || main[0].Name != "main" || len(main[0].Options) != 1 || main[0].Get("enabled") != "1" {
		t.Errorf("as shipped it says %+v", file.Sections)
	}
	value := map[string][]string{}
	for _, m := range setting.FindAllStringSubmatch(text, -1) {
		got, value[m[3]] = append(got, m[3]), m[1:]
	}
	same(t, "the configuration file", got, names())
	for _, o := range procd.Options() {
		v := value[o.Name]
		if v == nil {
			continue
		}
		if o.Default != "" && v[3] != o.Default {
			t.Errorf("the configuration file says %s of %s, the table %s", v[3], o.Name, o.Default)
		}
		if list := strings.HasPrefix(o.Type, "list"); list != (v[1] == "list") {
			t.Errorf("the configuration file has %s as %s", o.Name, v[1])
		}
		before, _, _ := strings.Cut(text, v[0]+v[1]+" "+o.Name+" ")
		comment := before[strings.LastIndex(before, "\n\n")+2:]
		for _, w := range o.Words {
			if !regexp.MustCompile(`\b` + w + `\b`).MatchString(comment) {
				t.Errorf("the configuration file does not say of %s that it may be %s", o.Name, w)
			}
		}
	}
	all := regexp.MustCompile(`(?m)^\t#(option|list)`).ReplaceAllString(text, "\t$1")
	r := router{with: map[string]string{"etc/config/homesweep": all}}
	if calls := r.run(t, r.build(t), "start"); strings.Contains(calls, "is not") {
		t.Errorf("an example in the configuration file is refused:\n%s", calls)
	}
}

var (
	element = regexp.MustCompile(`(?:choice|field)\(s, '\w+', '(\w+)'|\.taboption\('\w+', [\w.]+, '(\w+)'`)
	offered = regexp.MustCompile(`\[ '(\w+)', `)
)

// TestForm holds LuCI's form to the table: all options, and of those that take a word
// all words.
func TestForm(t *testing.T) {
	text, got := read(t, "../luci-app-homesweep/htdocs/luci-static/resources/view/homesweep/settings.js"), []string{}
	at := element.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		name := element.FindStringSubmatch(text[m[0]:m[1]])
		option := name[1] + name[2]
		got = append(got, option)
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		n := slices.IndexFunc(procd.Options(), func(o procd.Option) bool { return o.Name == option })
		if n < 0 {
			continue
		}
		var words []string
		for _, w := range offered.FindAllStringSubmatch(text[m[0]:end], -1) {
			words = append(words, w[1])
		}
		if o := procd.Options()[n]; len(o.Words) > 0 || len(words) > 0 {
			same(t, "LuCI's choice of "+option, words, o.Words)
		}
	}
	same(t, "LuCI's form", got, names())
}
