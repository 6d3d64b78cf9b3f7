package report

import (
	"strings"
	"unicode"
)

// inert is text that no spreadsheet takes for a formula. OWASP's page on CSV
// injection (https://owasp.org/www-community/attacks/CSV_Injection) names what
// begins one: = + - @, tab and CR, and the first four as full-width characters. An
// apostrophe before it makes it text. It is put there
//
//   - at the start of the cell, also behind blanks and quotes, which some programs
//     take away first,
//   - behind a comma, semicolon, tab, bar or line end within the cell: a program
//     set to another separator begins a cell there.
//
// A program that begins cells at blanks, colons or other marks is not provided for:
// addresses and our own sentences would be full of apostrophes.
//
// A tab and a line end themselves begin a cell that is made text as well, though
// CSV has cleaned them away. A reader takes the apostrophes out by the same rule.
func inert(text string) string {
	var b strings.Builder
	fresh := true // a cell may begin here
	for _, r := range text {
		switch {
		case fresh && strings.ContainsRune("=+-@＝＋－＠\t\r\n", r):
			b.WriteByte('\'')
			fresh = strings.ContainsRune("\t\r\n", r)
		case strings.ContainsRune(",;|\t\r\n", r):
			fresh = true
		case fresh && (strings.ContainsRune("\"'`“”‘’«»", r) || unicode.IsSpace(r) || !unicode.IsPrint(r)):
		default:
			fresh = false
		}
		b.WriteRune(r)
	}
	return b.String()
}
