package report

import (
	"strings"
	"unicode"
)

// squeeze is s without what stands between its words and without upper case, so
// that "Front door", "front-door.local" and a hardware address in any form are
// found again however they are written.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// token is one word of a text: where it stands, and squeezed.
type token struct {
	at, end int
	text    string
}

func tokens(s string) (list []token) {
	in := -1
	end := func(i int) {
		if in >= 0 {
			list = append(list, token{in, i, strings.ToLower(s[in:i])})
		}
		in = -1
	}
	for i, r := range s {
		switch word := unicode.IsLetter(r) || unicode.IsDigit(r); {
		case word && in < 0:
			in = i
		case !word:
			end(i)
		}
	}
	end(len(s))
	return list
}
