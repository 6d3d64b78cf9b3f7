package lan

import (
	"unicode"
	"unicode/utf8"
)

// AppendWords appends text to b in lower case with one blank around each word, so
// that a name is found as whole words only: " tp link technologies co ltd ". A b with
// room enough costs no memory.
func AppendWords(b []byte, text string) []byte {
	b = append(b, ' ')
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			b = utf8.AppendRune(b, unicode.ToLower(r))
		case b[len(b)-1] != ' ':
			b = append(b, ' ')
		}
	}
	if b[len(b)-1] != ' ' {
		b = append(b, ' ')
	}
	return b
}
