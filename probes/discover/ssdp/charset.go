package ssdp

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// declared finds the charset in an XML declaration, which is ASCII in all that
// are read here.
var declared = regexp.MustCompile(`^\s*<\?xml[^>]{0,128}encoding\s*=\s*["']([A-Za-z0-9._-]{1,32})`)

// latin are charsets of which every byte is a letter of its own, much the same
// in all: Latin-1, and what devices call UTF-8 or nothing without writing it.
var latin = []string{"", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso-8859-15", "windows-1252"}

// clean makes body UTF-8 without the control characters that XML forbids. UTF-16
// shows itself by its first bytes. What is not UTF-8 though it has letters beyond
// ASCII is taken for Latin-1, whatever the heading claims of the two: devices err
// in both directions. In other charsets, such as GB2312, those letters are
// replaced: tables for them would cost a router hundreds of kilobytes.
func clean(body []byte) []byte {
	body = fromUTF16(body)
	out := make([]byte, 0, len(body)+len(body)/8)
	whole := utf8.Valid(body)
	known := whole || slices.Contains(latin, charset(body))
	lost := false
	for len(body) > 0 {
		r, n := utf8.DecodeRune(body)
		if !whole {
			r, n = rune(body[0]), 1
		}
		body = body[n:]
		if r >= utf8.RuneSelf && !known {
			if !lost {
				out = append(out, "·"...)
			}
			lost = true
			continue
		}
		lost = false
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			r = ' '
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// charset is the one that body declares, in lower case.
func charset(body []byte) string {
	m := declared.FindSubmatch(body[:min(len(body), 256)])
	if m == nil {
		return ""
	}
	return strings.ToLower(string(m[1]))
}

// fromUTF16 makes UTF-8 of UTF-16, which begins with a byte order mark or with
// "<" in two bytes (XML 1.0, appendix F); anything else it leaves alone.
func fromUTF16(body []byte) []byte {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(body, []byte{0xFF, 0xFE}), bytes.HasPrefix(body, []byte{'<', 0}):
		order = binary.LittleEndian
	case bytes.HasPrefix(body, []byte{0xFE, 0xFF}), bytes.HasPrefix(body, []byte{0, '<'}):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(body, []byte("\uFEFF"))
	}
	units := make([]uint16, len(body)/2)
	for i := range units {
		units[i] = order.Uint16(body[2*i:])
	}
	text := string(utf16.Decode(units))
	return []byte(strings.TrimPrefix(text, "\uFEFF"))
}
