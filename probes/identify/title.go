package identify

import (
	"bytes"
	"encoding/binary"
	"html"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxTitle is how many bytes of a title's source are looked at.
const maxTitle = 1 << 10

// parseTitle is the text of a page's first title element, references decoded
// and printable; empty when it has none. Comments, scripts and styles are
// skipped; within a title nothing is markup (WHATWG HTML, RCDATA state), so a
// script in one stays text.
func parseTitle(page []byte, contentType string) string {
	page = unicodePage(page)
	lower := lowerASCII(page)
	title := ""
	markup(lower, func(at int, rest []byte) int {
		if !tag(rest, "title") {
			return 1
		}
		title = titleText(page[at:], rest, lower, contentType)
		return len(rest)
	})
	return title
}

// markup calls visit with each place of a page in lower case where a tag may begin,
// comments, scripts and styles left out, and the page from there. visit says how far
// to go on, at least by one.
func markup(lower []byte, visit func(at int, rest []byte) int) {
	for at := 0; ; {
		next := bytes.IndexByte(lower[at:], '<')
		if next < 0 {
			return
		}
		at += next
		rest := lower[at:]
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			at += skipPast(rest, "-->")
		case tag(rest, "script"):
			at += skipPast(rest, "</script")
		case tag(rest, "style"):
			at += skipPast(rest, "</style")
		default:
			at += visit(at, rest)
		}
	}
}

// titleText is the text of the title element at the start of page.
func titleText(page, lower, whole []byte, contentType string) string {
	start := bytes.IndexByte(lower, '>') + 1
	if start == 0 {
		return ""
	}
	end := bytes.Index(lower[start:], []byte("</title"))
	if end < 0 {
		end = len(lower) - start
	}
	text := page[start : start+min(end, maxTitle)]
	words := strings.ToValidUTF8(string(text), "·") // one for a run in a script we do not read
	if !utf8.Valid(text) && saysLatin1(strings.ToLower(contentType), whole) {
		words = latin1(text)
	}
	return lan.Printable(html.UnescapeString(words), lan.MaxValue)
}

// lowerASCII is page in lower case with every byte in its place, which
// bytes.ToLower does not promise for bytes that are no UTF-8.
func lowerASCII(page []byte) []byte {
	lower := bytes.Clone(page)
	for i, b := range lower {
		if 'A' <= b && b <= 'Z' {
			lower[i] = b + 'a' - 'A'
		}
	}
	return lower
}

// tag reports whether text starts with the named element.
func tag(text []byte, name string) bool {
	rest, ok := bytes.CutPrefix(text, []byte("<"+name))
	return ok && len(rest) > 0 && strings.IndexByte("> \t\r\n/", rest[0]) >= 0
}

// skipPast is the length of text up to the end of mark, or all of it.
func skipPast(text []byte, mark string) int {
	if i := bytes.Index(text, []byte(mark)); i >= 0 {
		return i + len(mark)
	}
	return len(text)
}

// saysLatin1 reports whether a page calls itself Latin-1 or its Windows cousin.
func saysLatin1(contentType string, page []byte) bool {
	page = page[:min(len(page), maxTitle)]
	for _, name := range []string{"iso-8859-1", "windows-1252", "latin1"} {
		if strings.Contains(contentType, name) || bytes.Contains(page, []byte(name)) {
			return true
		}
	}
	return false
}

func latin1(text []byte) string {
	runes := make([]rune, len(text))
	for i, b := range text {
		runes[i] = rune(b)
	}
	return string(runes)
}

// unicodePage turns a page that starts with a UTF-16 byte order mark into UTF-8.
func unicodePage(page []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(page, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(page, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return page
	}
	units := make([]uint16, 0, len(page)/2)
	for page = page[2:]; len(page) >= 2; page = page[2:] {
		units = append(units, order.Uint16(page))
	}
	return []byte(string(utf16.Decode(units)))
}
