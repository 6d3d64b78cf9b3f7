package logins

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what a Secret shows of itself.
const hidden = "***"

// Secret prints as *** whatever asks it: fmt with any verb, JSON, log/slog.
// Only the code that sends it calls Reveal. Even where fmt cannot call methods
// (inside unexported fields) it finds a pointer, not the text.
type Secret struct{ text *string }

// Hide makes a Secret of text.
func Hide(text string) Secret { return Secret{text: &text} }

// Reveal is the text, for the wire only.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String is "***".
func (s Secret) String() string { return hidden }

// GoString is "***", for %#v.
func (s Secret) GoString() string { return hidden }

// Format writes "***" for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalJSON is "***".
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText is "***", for encoders other than JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue is "***".
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
