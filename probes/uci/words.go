package uci

import (
	"bytes"
	"strings"
)

var newline = []byte{'\n'}

// words cuts a file into statements.
type words struct {
	text  []byte // what is left
	line  int
	wrong string // why there is no more
}

// next takes one byte.
func (w *words) next() byte {
	c := w.text[0]
	w.text = w.text[1:]
	if c == '\n' {
		w.line++
	}
	return c
}

// statement is the words up to the line's end or ";". more is false at the end
// of the file.
func (w *words) statement() (f []string, more bool) {
	for len(w.text) > 0 && w.wrong == "" {
		switch c := w.text[0]; {
		case c == '\n' || c == ';':
			w.next()
			return f, true
		case c == '#':
			w.comment()
		case blank(c):
			w.next()
		case w.joined():
		default:
			f = append(f, w.word())
		}
	}
	return f, false
}

// blank reports white space within a line, as C's isspace has it.
func blank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' }

// joined skips a backslash at a line's end, which joins the next line.
func (w *words) joined() bool {
	rest, ok := bytes.CutPrefix(w.text, []byte("\\\n"))
	if ok {
		w.text = rest
		w.line++
	}
	return ok
}

// comment skips to the line's end.
func (w *words) comment() {
	if end := bytes.IndexByte(w.text, '\n'); end >= 0 {
		w.text = w.text[end:]
	} else {
		w.text = nil
	}
}

// word takes one word of quoted and unquoted parts.
func (w *words) word() string {
	var word strings.Builder
	for len(w.text) > 0 && w.wrong == "" {
		switch c := w.text[0]; {
		case c == '\'' || c == '"':
			w.quoted(&word)
		case c == '\n' || c == ';' || c == '#' || blank(c):
			return word.String()
		case w.joined():
		default:
			w.plain(&word)
		}
	}
	return word.String()
}

// plain takes one character, the one after a backslash as it is.
func (w *words) plain(word *strings.Builder) {
	c := w.next()
	if c == '\\' && len(w.text) > 0 {
		c = w.next()
	}
	if c == 0 {
		w.wrong = "a zero byte; the file is damaged"
	}
	word.WriteByte(c)
}

// quoted takes a part in quotes, which may span lines.
func (w *words) quoted(word *strings.Builder) {
	quote, line := w.next(), w.line
	for len(w.text) > 0 && w.wrong == "" {
		switch c := w.text[0]; {
		case c == quote:
			w.next()
			return
		case quote == '"' && w.joined():
		case quote == '\'' && c != 0:
			word.WriteByte(w.next())
		default:
			w.plain(word)
		}
	}
	if w.wrong == "" {
		w.wrong, w.line = "a quotation that is opened here is never closed", line
	}
}
