package proof

import (
	"bytes"
	"html"
	"regexp"
	"strings"
	"sync"
)

// Bounds of what is read of a page's markup.
const (
	maxForms  = 16
	maxInputs = 64 // of one form
	maxAttrs  = 32 // of one tag
	maxAttr   = 4 << 10
	maxName   = 32 // bytes of a tag's name
)

// markup is what a page holds for a visitor who looks for the login. Texts are
// the page's own bytes, references decoded, so that what is sent back is in the
// page's own encoding.
type markup struct {
	forms   []form // the last may be what stands outside of any form
	refresh string // where the page leads by itself
	exit    string // the first link that says it logs out
	captcha bool
}

// skipped are the elements whose content is no markup, or none for a browser
// that runs scripts.
var skipped = []string{"script", "style", "title", "textarea", "template", "noscript", "iframe", "xmp", "noframes"}

var exitWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)log[-_]?(?:out|off)\b|sign[-_]?out\b`)
})

// parsePage reads a page's markup as browsers tolerate it (WHATWG HTML section
// 13.2.5), without building a tree.
func parsePage(text []byte) markup {
	m := markup{}
	open := -1 // index of the form that is open
	loose := form{loose: true}
	for len(text) > 0 {
		at := bytes.IndexByte(text, '<')
		if at < 0 {
			break
		}
		text = text[at:]
		t, rest := nextTag(text)
		text = rest
		switch {
		case t.name == "form" && len(m.forms) < maxForms:
			m.forms = append(m.forms, formOf(t))
			open = len(m.forms) - 1
		case t.name == "/form":
			open = -1
		case open >= 0:
			m.forms[open].add(t)
		default:
			loose.add(t)
		}
		m.note(t)
	}
	if len(loose.inputs) > 0 {
		m.forms = append(m.forms, loose)
	}
	return m
}

// note takes what counts outside of forms too.
func (m *markup) note(t tag) {
	switch t.name {
	case "meta":
		_, to, ok := strings.Cut(t.attrs["content"], "=")
		if ok && m.refresh == "" && strings.EqualFold(t.attrs["http-equiv"], "refresh") {
			m.refresh = strings.Trim(to, " \t\r\n'\"")
		}
	case "a", "area":
		if href := t.attrs["href"]; m.exit == "" && exitWords().MatchString(href) {
			m.exit = href
		}
	}
	for _, key := range []string{"id", "class", "src", "name"} {
		m.captcha = m.captcha || strings.Contains(strings.ToLower(t.attrs[key]), "captcha")
	}
}

// tag is one start tag, or an end tag with its slash; the zero tag is none.
type tag struct {
	name  string // lower case
	attrs map[string]string
	text  string // of a textarea
}

// nextTag reads what stands at the start of text, which is a "<", and gives what
// comes after it; after a skipped element that is what comes after its content.
func nextTag(text []byte) (t tag, rest []byte) {
	if len(text) > 1 && (text[1] == '!' || text[1] == '?') {
		mark := ">"
		if bytes.HasPrefix(text, []byte("<!--")) && !bytes.HasPrefix(text, []byte("<!-->")) {
			mark = "-->"
		}
		return tag{}, after(text[2:], mark)
	}
	end := 1
	for end < len(text) && (strings.IndexByte(" \t\r\n\f/>", text[end]) < 0 || end == 1 && text[end] == '/') {
		end++
	}
	name := strings.ToLower(string(text[1:min(end, 1+maxName)]))
	if letter := strings.TrimPrefix(name, "/"); letter == "" || letter[0] < 'a' || letter[0] > 'z' {
		return tag{}, text[1:]
	}
	t = tag{name: name, attrs: map[string]string{}}
	rest = t.readAttrs(text[end:])
	for _, raw := range skipped {
		if raw == name {
			content := rest
			rest = afterElement(rest, raw)
			if raw == "textarea" {
				t.text = html.UnescapeString(string(content[:min(len(content)-len(rest), maxAttr)]))
			}
		}
	}
	return t, rest
}

// readAttrs reads a tag's attributes up to and with its ">". Of one that is there
// twice the first counts.
func (t *tag) readAttrs(text []byte) (rest []byte) {
	for {
		text = bytes.TrimLeft(text, " \t\r\n\f/")
		if len(text) == 0 {
			return nil
		}
		if text[0] == '>' {
			return text[1:]
		}
		end := 1
		for end < len(text) && strings.IndexByte(" \t\r\n\f/>=", text[end]) < 0 {
			end++
		}
		key := strings.ToLower(string(text[:min(end, maxAttr)]))
		text = bytes.TrimLeft(text[end:], " \t\r\n\f")
		var value []byte
		if len(text) > 0 && text[0] == '=' {
			value, text = attrValue(bytes.TrimLeft(text[1:], " \t\r\n\f"))
		}
		if _, twice := t.attrs[key]; !twice && len(t.attrs) < maxAttrs {
			t.attrs[key] = html.UnescapeString(string(value[:min(len(value), maxAttr)]))
		}
	}
}

// attrValue cuts an attribute's value, in quotes or not, off text.
func attrValue(text []byte) (value, rest []byte) {
	if len(text) > 0 && (text[0] == '"' || text[0] == '\'') {
		end := bytes.IndexByte(text[1:], text[0])
		if end < 0 {
			return nil, nil // never closed: the rest of the page is no markup
		}
		return text[1 : 1+end], text[2+end:]
	}
	end := bytes.IndexAny(text, " \t\r\n\f>")
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:]
}

// after is what comes after mark in text, nothing where it never comes.
func after(text []byte, mark string) []byte {
	_, rest, _ := bytes.Cut(text, []byte(mark))
	return rest
}

// afterElement is text from the end tag of the named element on.
func afterElement(text []byte, name string) []byte {
	for i := 0; i < len(text); i++ {
		end := i + len("</") + len(name)
		if text[i] == '<' && end <= len(text) && text[i+1] == '/' && strings.EqualFold(string(text[i+2:end]), name) {
			return text[i:]
		}
	}
	return nil
}
