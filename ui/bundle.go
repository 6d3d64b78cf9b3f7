package ui

import (
	"fmt"
	"strings"
)

// bundle joins a module of static/ and all it imports into one script, each a
// function that returns what it exports: a file opened from disk may not import
// another, and one script is one hash in a content policy. It takes the form in
// which ours are written: an import on a line of its own, naming what it takes;
// an export before a function or a const; no module that imports its importer.
func bundle(entry string) (string, error) {
	b := bundler{done: map[string]bool{}}
	if err := b.add(entry); err != nil {
		return "", err
	}
	return spoken(b.out.String()), nil
}

// spoken is the script without the words that nothing in it asks for. The
// catalogues have one key a line; what asks for a key names at least its part
// before the first dot.
func spoken(script string) string {
	var words, code strings.Builder
	key := func(line string) string {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "  '"), "'")
		first, _, dotted := strings.Cut(name, ".")
		if !dotted || !strings.HasPrefix(line, "  '") {
			return ""
		}
		return first
	}
	for line := range strings.Lines(script) {
		if key(line) == "" {
			code.WriteString(line)
		}
	}
	asked := map[string]bool{"": true}
	for line := range strings.Lines(script) {
		k := key(line)
		if _, known := asked[k]; !known {
			asked[k] = strings.Contains(code.String(), "'"+k+".") || strings.Contains(code.String(), "worded('"+k+"'")
		}
		if asked[k] {
			words.WriteString(line)
		}
	}
	return words.String()
}

type bundler struct {
	out  strings.Builder
	done map[string]bool // by name; false while its imports are added
}

func (b *bundler) add(name string) error {
	if done, begun := b.done[name]; begun {
		if !done {
			return fmt.Errorf("ui: report file %s imports its importer", name)
		}
		return nil
	}
	b.done[name] = false
	text, err := asset(name)
	if err != nil {
		return err
	}
	var body, exports []string
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "//"):
			continue
		case strings.HasPrefix(line, "import "):
			from, taken, err := b.imported(name, line)
			if err != nil {
				return err
			}
			line = "const {" + taken + "} = " + variable(from) + ";\n"
		case strings.HasPrefix(line, "export "):
			line = strings.TrimPrefix(line, "export ")
			exports = append(exports, declared(line))
		}
		body = append(body, line)
	}
	fmt.Fprintf(&b.out, "const %s = (() => {\n%sreturn { %s };\n})();\n", variable(name), strings.Join(body, ""), strings.Join(exports, ", "))
	b.done[name] = true
	return nil
}

// imported adds the module that a line imports, and says which and what of it.
func (b *bundler) imported(name, line string) (from, taken string, err error) {
	_, rest, _ := strings.Cut(line, "{")
	taken, rest, _ = strings.Cut(rest, "}")
	_, rest, _ = strings.Cut(rest, "'./")
	from, _, ok := strings.Cut(rest, "';")
	if !ok || strings.Contains(taken, " as ") {
		return "", "", fmt.Errorf("ui: report file %s: cannot join %q", name, strings.TrimSpace(line))
	}
	return from, taken, b.add(from)
}

// declared is the name that a declaration declares.
func declared(line string) string {
	line = strings.TrimPrefix(line, "async ")
	_, line, _ = strings.Cut(line, " ")
	if i := strings.IndexAny(line, " (="); i >= 0 {
		line = line[:i]
	}
	return line
}

// variable is the name under which the joined script knows a module.
func variable(name string) string { return "$" + strings.TrimSuffix(name, ".js") }
