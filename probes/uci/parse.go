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
// backslash; "#" ends a line. An error is an *Error with the first line that is
// wrong; the File is what the others say, for so does OpenWrt itself take it:
// netifd, the firewall and the services' scripts read without UCI_FLAG_STRICT,
// and only the program uci refuses the whole file.
func Parse(text []byte) (File, error) {
	if len(text) > MaxFile {
		return File{}, &Error{Line: 1 + bytes.Count(text[:MaxFile], newline), What: fmt.Sprintf("the file is longer than %d KiB", MaxFile>>10)}
	}
	b := builder{named: map[string]int{}}
	w := words{text: text, line: 1}
	var first *Error
	for more := true; more; {
		line := w.line
		var statement []string
		statement, more = w.statement()
		what := w.wrong
		if what == "" {
			what = b.add(statement, line)
		} else {
			line = w.line
		}
		if what != "" && first == nil {
			first = &Error{Line: line, What: what}
		}
	}
	if first != nil {
		return b.file, first
	}
	return b.file, nil
}

// builder makes a File of statements.
type builder struct {
	file    File
	named   map[string]int // name of a section → its place
	current int            // the section that options belong to
	open    bool           // there is one
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

// section opens the section, or opens it again: a name is one section, and of the
// type that was said last.
func (b *builder) section(f []string, line int) (wrong string) {
	switch {
	case len(f) < 1 || f[0] == "":
		return "a section is config, its type and perhaps its name"
	case !valid(f[0], true) || len(f) > 1 && f[1] != "" && !valid(f[1], false):
		return fmt.Sprintf("%.40q is no name of a section; letters, digits and _ are", f[min(len(f)-1, 1)])
	case len(f) > 2:
		wrong = "a section is config, its type and perhaps its name"
	}
	s := Section{Type: f[0], Line: line}
	if len(f) > 1 {
		s.Name = f[1]
	}
	if n, known := b.named[s.Name]; known && s.Name != "" {
		old := &b.file.Sections[n]
		if b.current = n; old.Type != s.Type {
			wrong = fmt.Sprintf("there is another section %.40q, of the type %.40q", s.Name, old.Type)
			old.Type = s.Type
		}
		return wrong
	}
	if len(b.file.Sections) == maxSections {
		return fmt.Sprintf("there are more than %d sections", maxSections)
	}
	b.current, b.open = len(b.file.Sections), true
	b.named[s.Name] = b.current
	b.file.Sections = append(b.file.Sections, s)
	return wrong
}

// valid reports whether libuci takes word for the name of a section or an option,
// or for a type (uci_validate_str in util.c).
func valid(word string, kind bool) bool {
	for _, c := range []byte(word) {
		letter := c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (!kind || c < 33 || c > 126) {
			return false
		}
	}
	return true
}

// option sets an option of the current section; the last word counts. A list's
// value joins those before it. Without a value it is not set.
func (b *builder) option(f []string, list bool) (wrong string) {
	switch {
	case len(f) == 0 || f[0] == "":
		return "an option or list is a name and one value; quote a value of several words"
	case !b.open:
		return "an option before any config"
	case !valid(f[0], false):
		return fmt.Sprintf("%.40q is no name of an option; letters, digits and _ are", f[0])
	case b.options == maxOptions:
		return fmt.Sprintf("there are more than %d options", maxOptions)
	case len(f) > 2:
		wrong = "an option or list is a name and one value; quote a value of several words"
	}
	b.options++
	s := &b.file.Sections[b.current]
	var values []string
	if len(f) > 1 && f[1] != "" {
		values = []string{f[1]}
	}
	for i := range s.Options {
		if o := &s.Options[i]; o.Name == f[0] {
			if list {
				values = append(o.Values, values...)
			}
			o.Values = values
			return wrong
		}
	}
	s.Options = append(s.Options, Option{Name: f[0], Values: values})
	return wrong
}
