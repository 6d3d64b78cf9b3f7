package packing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
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
	maxCost    = 400_000  // of all texts of a section, as regular expressions
)

// Each hands one the records of text, a JSON array that may come from a
// stranger, one after the other, to be decoded into a value; a field that the
// value does not have is an error. It ends at the first record that is too
// large or costs too much, at the first beyond MaxRecords and at one's first
// error, which names the record by its number.
func Each(text []byte, one func(decode func(into any) error) error) error {
	switch text = bytes.TrimSpace(text); {
	case !json.Valid(text):
		return fmt.Errorf("breaks off, or is no JSON: %w", json.Unmarshal(text, &struct{}{}))
	case text[0] != '[':
		return errors.New("is not a list of records")
	}
	n, budget := 0, NewBudget()
	return Elements(text, func(raw []byte) (err error) {
		if n++; n > MaxRecords {
			return fmt.Errorf("has more than %d records", MaxRecords)
		}
		switch {
		case len(raw) > MaxRecord:
			err = fmt.Errorf("is larger than %d bytes", MaxRecord)
		case string(raw) == "null":
			err = errors.New("is null")
		default:
			err = budget.texts(raw)
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

// Known is Each for a text that passed Each and its one before, or that the
// program carries: nothing is checked again.
func Known(text []byte, one func(decode func(into any) error) error) error {
	return Elements(bytes.TrimSpace(text), func(raw []byte) error {
		return one(func(into any) error { return json.Unmarshal(raw, into) })
	})
}

// Walk is Known or Each.
func Walk(known bool, text []byte, one func(decode func(into any) error) error) error {
	if known {
		return Known(text, one)
	}
	return Each(text, one)
}

// Elements hands one the elements of a JSON array, or the members of an object,
// which is known to be valid. Nothing is copied: a bundle's records are many.
func Elements(array []byte, one func([]byte) error) error {
	depth, start := 0, 1
	for i := 0; i < len(array); i++ {
		switch c := array[i]; {
		case c == '"':
			i += quoted(array[i+1:])
		case c == '{' || c == '[':
			depth++
		case depth == 1 && (c == ',' || c == ']' || c == '}'):
			if raw := bytes.TrimSpace(array[start:i]); len(raw) > 0 {
				if err := one(raw); err != nil {
					return err
				}
			}
			start = i + 1
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// quoted is how long a string is whose first quote is gone, with its last.
func quoted(text []byte) int {
	for n := 0; n < len(text); n++ {
		switch text[n] {
		case '"':
			return n + 1
		case '\\':
			n++
		}
	}
	return len(text)
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

// Web reports whether text is an https URL of a host with a dot, as a source is.
func Web(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && strings.Contains(u.Host, ".")
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

// Budget is what the patterns of one layer's section may still cost together. A pattern
// is compiled when it is first needed and kept, and a device may need them all.
type Budget int

// NewBudget is that of a section of one layer.
func NewBudget() Budget { return maxCost }

// Spend takes off what a text costs if it is a pattern.
func (b *Budget) Spend(text string) error {
	cost := len(text)
	if re, err := syntax.Parse(text, syntax.Perl); err == nil && len(text) <= maxPattern {
		cost = steps(re)
	}
	if *b -= Budget(cost); *b < 0 {
		return errors.New("the patterns are too many, or repeat too much")
	}
	return nil
}

// texts looks at all texts of a record: refused are those that could do something
// to a terminal, a page or a protocol (control characters, ends of lines, marks
// that turn the direction), and those that cost too much.
func (b *Budget) texts(raw []byte) error {
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
		if text, ok := token.(string); ok {
			if !Plain(text) {
				return fmt.Errorf("text %.60q holds what cannot be printed", text)
			}
			if err := b.Spend(text); err != nil {
				return err
			}
		}
	}
}

// steps is about how many instructions re compiles to, the letters and ranges
// that they hold counted in eights.
func steps(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)/8
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
