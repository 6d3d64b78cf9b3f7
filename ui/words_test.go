package ui

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	wordEntry = regexp.MustCompile(`(?m)^  '([^']+)': (.+),$`)
	gap       = regexp.MustCompile(`\{\w+\}`)
	// keyAsked is a key given to say or phrase; with a quote behind it, it is whole.
	keyAsked = regexp.MustCompile(`\b(?:say|phrase)\([^()]*?'([a-z][\w.-]*)'( \+)?`)
	// keyed is any literal that has the form of a key, or of a key's beginning.
	keyed  = regexp.MustCompile(`'([a-z][\w-]*(?:\.[\w-]*)+)'( \+)?`)
	tables = regexp.MustCompile(`worded\('([a-z]+)'`)
	// literal is a string of a script; prose is one with a capital letter and a space.
	literal = regexp.MustCompile("'(?:[^'\\\\\n]|\\\\.)*'|`[^`\n]*`")
	// spliced is code within a template.
	spliced = regexp.MustCompile(`\$\{[^}]*\}`)
	prose   = regexp.MustCompile("[A-Z][a-z’]+ | [A-Z][a-z’]|^.[a-z]+ [a-z]+ [a-z]+ [a-z]+")
)

// catalogue is a language's words by key, as they stand in the file.
func catalogue(t *testing.T, name string) map[string]string {
	t.Helper()
	words := map[string]string{}
	text := sources(t)[name]
	for _, m := range wordEntry.FindAllStringSubmatch(text, -1) {
		if _, twice := words[m[1]]; twice {
			t.Errorf("%s has %s twice", name, m[1])
		}
		words[m[1]] = m[2]
	}
	if lines := strings.Count(text, "\n  "); len(words) < 100 || lines != len(words) {
		t.Errorf("%s: %d keys on %d lines", name, len(words), lines)
	}
	return words
}

// gaps are the places for values in a key's words, each once.
func gaps(words string) []string {
	all := gap.FindAllString(words, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// TestCatalogues: both languages have the same keys, with the same values in them.
func TestCatalogues(t *testing.T) {
	en, de := catalogue(t, "en.js"), catalogue(t, "de.js")
	for key, words := range en {
		german, ok := de[key]
		if !ok {
			t.Errorf("de.js lacks %s", key)
			continue
		}
		if !slices.Equal(gaps(words), gaps(german)) {
			t.Errorf("%s has %v in English and %v in German", key, gaps(words), gaps(german))
		}
		if strings.HasPrefix(words, "{ one:") != strings.HasPrefix(german, "{ one:") {
			t.Errorf("%s has several forms in one language only", key)
		}
	}
	for key := range de {
		if _, ok := en[key]; !ok {
			t.Errorf("en.js lacks %s", key)
		}
	}
}

// modules are the scripts that take words from the catalogue.
func modules(t *testing.T) map[string]string {
	all := sources(t)
	for name := range all {
		if !strings.HasSuffix(name, ".js") || name == "en.js" || name == "de.js" {
			delete(all, name)
		}
	}
	return all
}

// TestKeys: each key that a module asks for is there, and each that is there is keyAsked for.
func TestKeys(t *testing.T) {
	en := catalogue(t, "en.js")
	used, begun := map[string]bool{}, []string{}
	for name, text := range modules(t) {
		for _, m := range keyAsked.FindAllStringSubmatch(text, -1) {
			if m[2] != "" || !strings.Contains(m[1], ".") {
				continue
			}
			if _, ok := en[m[1]]; !ok && !strings.HasSuffix(m[1], ".") {
				t.Errorf("%s asks for %s, which is not in en.js", name, m[1])
			}
		}
		for _, m := range keyed.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
			if m[2] != "" {
				begun = append(begun, m[1])
			}
		}
		for _, m := range tables.FindAllStringSubmatch(text, -1) {
			begun = append(begun, m[1]+".")
		}
	}
	for key := range en {
		if !used[key] && !slices.ContainsFunc(begun, func(b string) bool { return strings.HasPrefix(key, b) }) {
			t.Errorf("no module asks for %s", key)
		}
	}
}

// TestNoWordsElsewhere: what a reader reads stands in the catalogue.
func TestNoWordsElsewhere(t *testing.T) {
	for name, text := range modules(t) {
		for line := range strings.Lines(text) {
			bare := strings.TrimSpace(line)
			if strings.HasPrefix(bare, "//") || strings.HasPrefix(bare, "*") || strings.HasPrefix(bare, "/*") {
				continue
			}
			if strings.Contains(bare, "throw new Error('") {
				continue // for whoever writes a module, not for who reads the page
			}
			for _, at := range literal.FindAllStringIndex(line, -1) {
				hit := line[at[0]:at[1]]
				heard := strings.HasPrefix(line[at[1]:], ": '") // the daemon's words, by which ours are found
				if !heard && prose.MatchString(spliced.ReplaceAllString(hit, "")) {
					t.Errorf("%s: %s stands outside of the catalogue", name, hit)
				}
			}
		}
	}
}
