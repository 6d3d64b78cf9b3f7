package identify

import (
	"bytes"
	"html"
	"strings"
)

// maxDoorstep is the longest page that is looked through for where its script
// leads to: a page that does nothing else is short, and a longer one has
// scripts that run when somebody clicks.
const maxDoorstep = 4 << 10

// parseRefresh is where a page leads on by itself: the address in its refresh
// (WHATWG HTML, section 4.2.5.3), or the first that its script sets the location
// to. It is empty for a page that stays.
func parseRefresh(page []byte) string {
	lower := lowerASCII(page)
	if at := bytes.Index(lower, []byte("http-equiv")); at >= 0 {
		at = max(0, bytes.LastIndexByte(lower[:at], '<'))
		tag, _, _ := bytes.Cut(lower[at:min(len(lower), at+512)], []byte(">"))
		url := bytes.Index(tag, []byte("url="))
		if bytes.Contains(tag, []byte("refresh")) && url >= 0 {
			return address(page[at+url+len("url=") : at+len(tag)])
		}
	}
	if len(page) > maxDoorstep {
		return ""
	}
	for _, set := range []string{"location.href", "location.replace(", "location.assign(", "window.location", "document.location", "top.location", "self.location"} {
		at := bytes.Index(lower, []byte(set))
		if at < 0 {
			continue
		}
		rest := strings.TrimLeft(string(page[at+len(set):]), " =")
		if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
			return address([]byte(rest))
		}
	}
	return ""
}

// address is the address at the start of text, in quotes or not.
func address(text []byte) string {
	s := strings.TrimLeft(string(text), " ")
	end := "\"' \t\r\n>"
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		s, end = s[1:], s[:1]+"\r\n"
	}
	if i := strings.IndexAny(s, end); i >= 0 {
		s = s[:i]
	}
	return html.UnescapeString(s)
}
