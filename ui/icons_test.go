package ui

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	symbol = regexp.MustCompile(`<symbol id="icon-([\w-]+)" viewBox="0 0 24 24">`)
	// signed is a drawing asked for by its name, and signs a table of them.
	signed = regexp.MustCompile(`(?:sign\(|icon: )(?:[^()',]*\? )?'(\w+)'(?: : '(\w+)')?`)
	signs  = regexp.MustCompile(`(?s)const (?:SIGN|CHANGE|STATE) = \{(.*?)\n?\};`)
	word   = regexp.MustCompile(`'(\w+)'`)
	quoted = regexp.MustCompile(`: \[?'(\w+)'`)
	kindIn = regexp.MustCompile(`'kind\.(\w+)': \{`)
)

// sprite is the names of the drawings.
func sprite(t testing.TB) (names []string) {
	t.Helper()
	text, err := os.ReadFile("static/icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range symbol.FindAllSubmatch(text, -1) {
		names = append(names, string(m[1]))
	}
	if len(names) < 40 || strings.Count(string(text), "<symbol") != len(names) {
		t.Fatalf("%d drawings of %d are written as all are", len(names), strings.Count(string(text), "<symbol"))
	}
	return names
}

// TestSprite: each drawing that a module asks for is in the sprite once, and none
// is there for nobody.
func TestSprite(t *testing.T) {
	have, all := sprite(t), sources(t)
	for i, name := range have {
		if slices.Contains(have[:i], name) {
			t.Errorf("there are two drawings %q", name)
		}
	}
	var wanted, said []string
	for _, m := range kindIn.FindAllStringSubmatch(all["en.js"], -1) {
		wanted = append(wanted, "kind-"+m[1])
	}
	for _, text := range modules(t) {
		for _, m := range signed.FindAllStringSubmatch(text, -1) {
			said = append(said, m[1])
			if m[2] != "" {
				said = append(said, m[2])
			}
		}
		for _, m := range word.FindAllStringSubmatch(text, -1) {
			if slices.Contains(have, m[1]) {
				wanted = append(wanted, m[1])
			}
		}
		for _, table := range signs.FindAllStringSubmatch(text, -1) {
			for _, m := range quoted.FindAllStringSubmatch(table[1], -1) {
				said = append(said, m[1])
			}
		}
	}
	if len(said) < 40 {
		t.Errorf("modules ask for %d drawings only", len(said))
	}
	for _, name := range append(said, wanted...) {
		if !slices.Contains(have, name) {
			t.Errorf("there is no drawing %q", name)
		}
	}
	for _, name := range have {
		if !slices.Contains(wanted, name) {
			t.Errorf("nothing shows %q", name)
		}
	}
}
