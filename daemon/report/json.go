package report

import (
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// JSON writes s in schema 1, indented, its lists in stable order and no byte in
// it that a terminal would obey.
func JSON(w io.Writer, s lan.Sweep) error {
	b, err := json.MarshalIndent(ordered(s), "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = w.Write(append(visible(b), '\n'))
	return err
}

// visible escapes what encoding/json lets through although a terminal obeys it:
// DEL, the C1 controls (one of which starts a sequence as ESC does) and format
// characters that turn text around. In JSON they can only stand in strings.
func visible(b []byte) []byte {
	out := make([]byte, 0, len(b)+64)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == '\n', r >= ' ' && r < 0x7f, !unicode.In(r, unicode.Cc, unicode.Cf):
			out = append(out, b[:n]...)
		case r > 0xFFFF: // the tag characters, as the surrogate pair JSON wants
			r -= 0x10000
			out = fmt.Appendf(out, `\u%04x\u%04x`, 0xD800+(r>>10), 0xDC00+(r&0x3FF))
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		b = b[n:]
	}
	return out
}
