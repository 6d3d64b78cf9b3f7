package uci

import (
	"bytes"
	"fmt"
)

// Bounds of what is kept of one file, far above any router's.
const (
	maxSections = 2048
	maxOptions  = 16384 // of all sections, a list's values counted singly
)

// Parse reads the text of one configuration file. Its grammar is libuci's
// (openwrt/uci, file.c): statements of words, ended by a line's end or ";";
// quoted parts join what they touch and may span lines; only ” keeps a
// backslash; "#" ends a line. An error is an *Error with the line.
func Parse(text []byte) (File, error) {
	if len(text) > MaxFile {
		return File{}, &Error{Line: 1 + bytes.Count(text[:MaxFile], newline), What: fmt.Sprintf("the file is longer than %d KiB", MaxFile>>10)}
	}
	b := builder{named: map[[2]string]int{}}
	w := words{text: text, line: 1}
	for {
		line := w.line
		statement, more := w.statement()
		what := w.wrong
		if what == "" {
			what = b.add(statement, line)
		} else {
			line = w.line
		}
		switch {
		case what != "":
			return File{}, &Error{Line: line, What: what}
		case !more:
			return b.file, nil
		}
	}
}

// builder makes a File of statements.
type builder struct {
	file    File
	named   map[[2]string]int // type and name of a section → its place
	current int               // the section that options belong to
	open    bool              // there is one
	options int
}

// add takes one statement and says what is wrong with it. UCI takes keywords
// by their first letter alone, too.
func (b *builder) add(f []string, line int) (wrong string) {
	if len(f) == 0 {
		return ""
	}
	switch f[0] {
	case "package", "p":
		return "" // the file's own name
	case "config", "c":
		return b.section(f[1:], line)
	case "option", "o":
		return b.option(f[1:], false)
	case "list", "l":
		return b.option(f[1:], true)
	}
	return fmt.Sprintf("%.40q is neither config, option nor list", f[0])
}

// section opens the section, or opens it again: a name is one section.
func (b *builder) section(f []string, line int) (wrong string) {
	if len(f) < 1 || len(f) > 2 || f[0] == "" {
		return "a section is config, its type and perhaps its name"
	}
	s := Section{Type: f[0], Line: line}
	if len(f) == 2 {
		s.Name = f[1]
	}
	key := [2]string{s.Type, s.Name}
	if n, known := b.named[key]; known && s.Name != "" {
		b.current = n
		return ""
	}
	if len(b.file.Sections) == maxSections {
		return fmt.Sprintf("there are more than %d sections", maxSections)
	}
	b.current, b.open = len(b.file.Sections), true
	b.named[key] = b.current
	b.file.Sections = append(b.file.Sections, s)
	return ""
}

// option sets an option of the current section; the last word counts. A list's
// value joins those before it.
func (b *builder) option(f []string, list bool) (wrong string) {
	switch {
	case len(f) != 2 || f[0] == "":
		return "an option or list is a name and one value; quote a value of several words"
	case !b.open:
		return "an option before any config"
	case b.options == maxOptions:
		return fmt.Sprintf("there are more than %d options", maxOptions)
	}
	b.options++
	s := &b.file.Sections[b.current]
	var values []string
	if f[1] != "" {
		values = []string{f[1]}
	}
	for i := range s.Options {
		if o := &s.Options[i]; o.Name == f[0] {
			if list {
				values = append(o.Values, values...)
			}
			o.Values = values
			return ""
		}
	}
	s.Options = append(s.Options, Option{Name: f[0], Values: values})
	return ""
}
