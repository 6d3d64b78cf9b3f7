package report

import (
	"strconv"
	"strings"
)

// maxEscapes is how often text may be escaped to be read all the same.
const maxEscapes = 3

// unescaped is s with the escapes of URLs ("%20", RFC 3986, section 2.1) and of
// names in DNS ("\032", RFC 1035, section 5.1) undone, also where they are escaped
// themselves. What is no such escape stays.
func unescaped(s string) string {
	for range maxEscapes {
		plain := unescapeOnce(s)
		if plain == s {
			break
		}
		s = plain
	}
	return s
}

func unescapeOnce(s string) string {
	if !strings.ContainsAny(s, `%\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		digits, base := 0, 0
		switch s[i] {
		case '%':
			digits, base = 2, 16
		case '\\':
			digits, base = 3, 10
		}
		if digits > 0 && i+digits < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+1+digits], base, 8); err == nil {
				b = append(b, byte(n))
				i += digits
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}
