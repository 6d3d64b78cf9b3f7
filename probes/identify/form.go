package identify

import (
	"bytes"
	"strings"
)

// maxTag is the longest tag that is looked at.
const maxTag = 1 << 10

// unset are words that stand only on the page of one product before its first
// password is chosen, in lower case: LuCI's header, and the installers of Nextcloud
// and WordPress.
var unset = []string{">no password set!</h", `name="adminlogin"`, `<form id="setup" method="post" action="install.php`}

// parseForm tells whether a page asks for a password: "login" where it has a
// field for one (WHATWG HTML, section 4.10.5.1.6), "new-password" where it has
// several and one of them says that it is the same once more, "first-password"
// where it says that there is none yet. Comments, scripts and styles are skipped:
// what a script may put in later was not seen.
func parseForm(page []byte) string {
	page = unicodePage(page)
	lower := lowerASCII(page)
	for _, words := range unset {
		if bytes.Contains(lower, []byte(words)) {
			return "first-password"
		}
	}
	fields, again := 0, false
	markup(lower, func(_ int, rest []byte) int {
		if !tag(rest, "input") {
			return 1
		}
		text, _, _ := bytes.Cut(rest[:min(len(rest), maxTag)], []byte(">"))
		if words := bare.Replace(string(text)); strings.Contains(words, " type=password") {
			fields++
			again = again || repeats(words)
		}
		return len(text)
	})
	switch {
	case fields > 1 && again:
		return "new-password"
	case fields > 0:
		return "login"
	}
	return ""
}

// bare takes the quotes and line ends out of a tag.
var bare = strings.NewReplacer(`"`, "", "'", "", "\t", " ", "\r", " ", "\n", " ", " = ", "=", "= ", "=", " =", "=")

// repeats reports whether a field's tag says that it is for the same password
// once more.
func repeats(tag string) bool {
	for _, word := range []string{"confirm", "repeat", "retype", "re-type", "reenter", "re-enter", "again", "verify"} {
		if strings.Contains(tag, word) {
			return true
		}
	}
	return false
}
