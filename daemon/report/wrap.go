package report

import (
	"strings"
	"unicode"
)

// cells is how many columns of a terminal s takes: marks that combine take
// none, East Asian wide characters and emoji two (Unicode UAX #11, in the
// coarse blocks that names of devices use).
func cells(s string) (n int) {
	for _, r := range s {
		n += runeCells(r)
	}
	return n
}

func runeCells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115F, r >= 0x2E80 && r <= 0xA4CF, r >= 0xAC00 && r <= 0xD7A3,
		r >= 0xF900 && r <= 0xFAFF, r >= 0xFE30 && r <= 0xFE6F, r >= 0xFF00 && r <= 0xFF60,
		r >= 0xFFE0 && r <= 0xFFE6, r >= 0x1F300 && r <= 0x1FAFF, r >= 0x20000 && r <= 0x3FFFD:
		return 2
	}
	return 1
}

// head is the longest start of s that fits into width cells, at least one rune
// of it, so that cutting always gets on.
func head(s string, width int) string {
	n := 0
	for i, r := range s {
		if n += runeCells(r); n > width && i > 0 {
			return s[:i]
		}
	}
	return s
}

// cut is s in at most width cells, its loss marked.
func cut(s string, width int) string {
	if cells(s) <= width {
		return s
	}
	start := head(s, width-1)
	if cells(start) > width-1 {
		start = "" // not even its first rune fits
	}
	return strings.TrimRight(start, " ") + "…"
}

// wrap breaks s at blanks into lines of at most width cells; a longer word is
// cut where the line ends. Empty text is one empty line.
func wrap(s string, width int) (lines []string) {
	width = max(width, 2)
	line := ""
	for word := range strings.FieldsSeq(s) {
		if line != "" && cells(line)+1+cells(word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for start := head(word, width); len(start) < len(word); start = head(word, width) {
			lines, word = append(lines, start), word[len(start):]
		}
		line = word
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

// pad is s with blanks up to width cells.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-cells(s)))
}
