package packing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of one section of a bundle. The program's own data stay far below.
const (
	MaxRecords = 20_000   // of one section
	MaxRecord  = 32 << 10 // bytes of one record
	maxPattern = 2 << 10  // bytes of one regular expression
	maxSteps   = 10_000   // of a regular expression, repetitions written out
)

// Each hands one the records of text, a JSON array that may come from a
// stranger, one after the other, to be decoded into a value; a field that the
// value does not have is an error. It ends at the first record that is too
// large, at the first beyond MaxRecords and at one's first error, which names
// the record by its number.
func Each(text []byte, one func(decode func(into any) error) error) error {
	switch text = bytes.TrimSpace(text); {
	case !json.Valid(text):
		return fmt.Errorf("breaks off, or is no JSON: %w", json.Unmarshal(text, &struct{}{}))
	case text[0] != '[':
		return errors.New("is not a list of records")
	}
	n := 0
	return elements(text[1:len(text)-1], func(raw []byte) (err error) {
		if n++; n > MaxRecords {
			return fmt.Errorf("has more than %d records", MaxRecords)
		}
		switch {
		case len(raw) > MaxRecord:
			err = fmt.Errorf("is larger than %d bytes", MaxRecord)
		case string(raw) == "null":
			err = errors.New("is null")
		default:
			err = plain(raw)
		}
		if err == nil {
			err = one(func(into any) error { return strictly(raw, into) })
		}
		if err != nil {
			return fmt.Errorf("record %d: %w", n, err)
		}
		return nil
	})
}

// Known is Each for a text that Each and its one have passed before, or that the
// program carries: nothing of it is checked again.
func Known(text []byte, one func(decode func(into any) error) error) error {
	text = bytes.TrimSpace(text)
	if len(text) < 2 {
		return errors.New("is not a list of records")
	}
	return elements(text[1:len(text)-1], func(raw []byte) error {
		return one(func(into any) error { return json.Unmarshal(raw, into) })
	})
}

// elements hands one what stands between the brackets of a JSON array, which is
// known to be valid. Nothing is copied: a bundle's records are many.
func elements(list []byte, one func([]byte) error) error {
	depth, start, quoted := 0, 0, false
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ',' && depth == 0:
			if err := one(bytes.TrimSpace(list[start:i])); err != nil {
				return err
			}
			start = i + 1
		}
	}
	if last := bytes.TrimSpace(list[start:]); len(last) > 0 {
		return one(last)
	}
	return nil
}

// plain refuses texts that could do something to a terminal, a page or a
// protocol: control characters, ends of lines, marks that turn the direction.
func plain(raw []byte) error {
	if !bytes.ContainsFunc(raw, func(r rune) bool { return r == '\\' || r >= 0x7f }) {
		return nil // in a JSON text the lower control characters stand between words only
	}
	if !utf8.Valid(raw) {
		return errors.New("is not in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if text, ok := token.(string); ok && !Plain(text) {
			return fmt.Errorf("text %.60q holds what cannot be printed", text)
		}
	}
}

// Plain reports whether text is made of letters, signs and blanks alone.
func Plain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// strictly decodes one value; a misspelt key must not pass for an absent one.
func strictly(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// Pattern checks a regular expression that may come from a stranger: that RE2
// takes it, and that it compiles to little memory. Matching is linear anyway.
func Pattern(expr string) error {
	if len(expr) > maxPattern {
		return fmt.Errorf("pattern %.40q… is longer than %d bytes", expr, maxPattern)
	}
	re, err := syntax.Parse(expr, syntax.Perl)
	if err != nil {
		return err
	}
	if steps(re) > maxSteps {
		return fmt.Errorf("pattern %.40q repeats too much", expr)
	}
	return nil
}

// steps is about how many instructions re compiles to.
func steps(re *syntax.Regexp) int {
	n := 1
	if re.Op == syntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, sub := range re.Sub {
		n += steps(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return min(n, 1<<30)
}
