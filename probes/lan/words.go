package lan

import (
	"fmt"
	"slices"
)

// Verdict is what a check came to. The zero Verdict is Undecided ("unknown"): a device that
// stayed silent, refused or locked us out is never a pass.
type Verdict int

// The verdicts, in the words of schema 1.
const (
	Undecided Verdict = iota
	Fail
	LikelyFail
	Pass
	LikelyPass
	NotTested
	NotApplicable
	Stale
)

var verdictWords = []string{"unknown", "fail", "likely_fail", "pass", "likely_pass", "not_tested", "not_applicable", "stale"}

// String is the schema's word.
func (v Verdict) String() string { return word(verdictWords, int(v)) }

// MarshalText is String.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the schema's word.
func (v *Verdict) UnmarshalText(text []byte) error {
	return parseWord((*int)(v), "verdict", verdictWords, text)
}

// Problem reports whether the verdict asks something of the owner.
func (v Verdict) Problem() bool { return v == Fail || v == LikelyFail }

// Severity says how soon a problem wants doing. The zero Severity is ForInfo.
type Severity int

// The severities, mildest first, so that they compare with <.
const (
	ForInfo Severity = iota
	WhenYouCan
	Soon
	ActNow
)

var severityWords = []string{"for_info", "when_you_can", "soon", "act_now"}

// String is the schema's word.
func (s Severity) String() string { return word(severityWords, int(s)) }

// MarshalText is String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the schema's word.
func (s *Severity) UnmarshalText(text []byte) error {
	return parseWord((*int)(s), "severity", severityWords, text)
}

// Touch is how far a sweep may go. Each level includes the ones before it; the
// zero Touch is Listen.
type Touch int

// The levels, least first, so that they compare with <.
const (
	Listen Touch = iota // passive only
	Look                // presence sweep, open ports, greetings
	Ask                 // read-only protocol questions
	Login               // documented default logins
)

var touchWords = []string{"listen", "look", "ask", "login"}

// String is the schema's word.
func (t Touch) String() string { return word(touchWords, int(t)) }

// MarshalText is String.
func (t Touch) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the schema's word.
func (t *Touch) UnmarshalText(text []byte) error {
	return parseWord((*int)(t), "touch", touchWords, text)
}

// Kind is what sort of thing a device is. The zero Kind marshals as "unknown".
type Kind string

// Kinds are the words of schema 1, in the order the dashboard lists them.
var Kinds = []Kind{
	"camera", "nvr", "printer", "nas", "tv", "speaker", "hub", "plug", "bulb", "appliance",
	"router", "ap", "phone", "computer", "console", "voip", "energy", "media", "server", "unknown",
}

// MarshalText gives "unknown" for the zero Kind.
func (k Kind) MarshalText() ([]byte, error) {
	if k == "" {
		return []byte(Unknown), nil
	}
	return []byte(k), nil
}

// Known reports whether k is one of Kinds and not unknown.
func (k Kind) Known() bool { return k != Unknown && slices.Contains(Kinds, k) }

func word(words []string, i int) string {
	if i < 0 || i >= len(words) {
		return words[0]
	}
	return words[i]
}

func parseWord(into *int, what string, words []string, text []byte) error {
	i := slices.Index(words, string(text))
	if i < 0 {
		return fmt.Errorf("%s %q is not one of %v", what, text, words)
	}
	*into = i
	return nil
}
