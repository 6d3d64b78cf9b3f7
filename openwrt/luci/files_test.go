package luci

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// menuEntry is one entry of menu.d, as luci-base's dispatcher reads it.
type menuEntry struct {
	Title  string `json:"title"`
	Order  int    `json:"order"`
	Action struct {
		Type string `json:"type"`
		Path string `json:"path,omitempty"`
	} `json:"action"`
	Depends *struct {
		ACL []string        `json:"acl"`
		UCI map[string]bool `json:"uci"`
	} `json:"depends,omitempty"`
}

// grants is one side of an access rule, as rpcd's session plugin reads it. What else
// there is, such as "file" or "cgi-io", has no place here: it fails to be read.
type grants struct {
	Ubus map[string][]string `json:"ubus"`
	UCI  []string            `json:"uci"`
}

type acl struct {
	Description string `json:"description"`
	Read        grants `json:"read"`
	Write       grants `json:"write"`
}

// strict reads a JSON file into something with a place for every key there is.
func strict(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(app, path))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if d.More() {
		t.Fatalf("%s: more than one value", path)
	}
}

func readMenu(t *testing.T) (menu map[string]menuEntry) {
	t.Helper()
	strict(t, "root/usr/share/luci/menu.d/luci-app-homesweep.json", &menu)
	return menu
}

func readACL(t *testing.T) acl {
	t.Helper()
	var rules map[string]acl
	strict(t, "root/usr/share/rpcd/acl.d/luci-app-homesweep.json", &rules)
	if len(rules) != 1 {
		t.Fatalf("%d access groups", len(rules))
	}
	return rules["luci-app-homesweep"]
}

// TestGranted: what a login with the right to these pages may do is exactly this.
func TestGranted(t *testing.T) {
	got := readACL(t)
	want := acl{
		Description: "Grant access to homesweep",
		Read:        grants{Ubus: map[string][]string{"homesweep": {"status", "devices", "findings"}}, UCI: []string{"homesweep"}},
		Write:       grants{Ubus: map[string][]string{"homesweep": {"sweep", "ticket"}}, UCI: []string{"homesweep"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("granted is %+v,\nwant %+v", got, want)
	}
}

// TestMenu: Services › homesweep, with its three pages, each of which there is.
func TestMenu(t *testing.T) {
	menu, order := readMenu(t), []string{}
	root := menu["admin/services/homesweep"]
	if root.Title != "homesweep" || root.Action.Type != "firstchild" || root.Depends == nil ||
		!slices.Equal(root.Depends.ACL, []string{"luci-app-homesweep"}) || !reflect.DeepEqual(root.Depends.UCI, map[string]bool{"homesweep": true}) {
		t.Errorf("the entry is %+v", root)
	}
	for path, e := range menu {
		name, below := strings.CutPrefix(path, "admin/services/homesweep/")
		if !below {
			continue
		}
		order = append(order, fmt.Sprintf("%02d %s", e.Order, e.Title))
		if e.Action.Type != "view" || e.Action.Path != "homesweep/"+name {
			t.Errorf("%s is %+v", path, e.Action)
		}
		if _, err := os.Stat(filepath.Join(app, "htdocs/luci-static/resources/view", e.Action.Path+".js")); err != nil {
			t.Error(err)
		}
	}
	slices.Sort(order)
	if want := []string{"10 Status", "20 Findings", "30 Settings"}; !slices.Equal(order, want) || len(menu) != 4 {
		t.Errorf("the menu has %q of %d entries, want %q", order, len(menu), want)
	}
}

// scripts are the scripts that the package ships, by path.
func scripts(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(filepath.Join(app, "htdocs"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		rel, _ := filepath.Rel(app, path)
		found[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestSyntax has node read every script, the stand-in's too.
func TestSyntax(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI must have node")
		}
		t.Skip("no node here")
	}
	names := []string{"testdata/router/luci.js", "testdata/router/form.js", "testdata/router/tools/widgets.js"}
	for name := range scripts(t) {
		names = append(names, filepath.Join(app, name))
	}
	for _, name := range names {
		if out, err := exec.Command(node, "--check", name).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// markup are the ways by which a string could become markup or script.
var markup = regexp.MustCompile(`innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function|dom\.parse|E\('<|javascript:|rawhtml`)

// children are what E() and dom.content() are given as such. LuCI makes markup of a
// string that is not in an array.
var children = regexp.MustCompile(`\bE\('\w+', (?:\{[^{}]*\}, )?([^{\s].*)|dom\.(?:content|append)\([\w.]+, (.*)`)

// lists are what may stand there: an array, or what gives one.
var lists = regexp.MustCompile(`^(\[|children\)|lines\.map\(|what\(finding\))`)

// TestPlainForJsmin: luci.mk has every script go through jsmin, which takes a slash for
// the begin of a regular expression after some characters only, > and letters not among
// them (openwrt/luci, modules/luci-base/src/contrib/jsmin.c).
func TestPlainForJsmin(t *testing.T) {
	bad := regexp.MustCompile(`(=>|\breturn|\btypeof)\s*/[^/*]`)
	for name, text := range scripts(t) {
		if found := bad.FindString(text); found != "" {
			t.Errorf("%s: jsmin would break %q", name, found)
		}
	}
}

// TestNoMarkup: nothing that a device says can become markup.
func TestNoMarkup(t *testing.T) {
	for name, text := range scripts(t) {
		for i, line := range strings.Split(text, "\n") {
			if markup.MatchString(line) {
				t.Errorf("%s:%d makes markup: %s", name, i+1, line)
			}
			for _, m := range children.FindAllStringSubmatch(line, -1) {
				if !lists.MatchString(m[1] + m[2]) {
					t.Errorf("%s:%d has children outside an array: %s", name, i+1, line)
				}
			}
		}
	}
}
