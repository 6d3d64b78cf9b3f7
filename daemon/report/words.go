// Package report puts a sweep on paper: text for people at a terminal, schema 1
// JSON for programs, a table for spreadsheets, and the one line of a sweep under
// way. It compares two sweeps, and strikes out of one what tells whose home it is.
package report

import (
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

var verdicts = map[lan.Verdict]string{
	lan.Undecided:     "We can't tell from here",
	lan.Fail:          "Problem found",
	lan.LikelyFail:    "Probably a problem",
	lan.Pass:          "Looks fine",
	lan.LikelyPass:    "Nothing worrying seen",
	lan.NotTested:     "Not checked",
	lan.NotApplicable: "Does not apply",
	lan.Stale:         "Not checked lately",
}

// VerdictWords is v as a household reads it; what is not a verdict is unknown.
func VerdictWords(v lan.Verdict) string {
	if words, ok := verdicts[v]; ok {
		return words
	}
	return verdicts[lan.Undecided]
}

var severities = map[lan.Severity]string{
	lan.ForInfo:    "For your information",
	lan.WhenYouCan: "When you can",
	lan.Soon:       "Soon",
	lan.ActNow:     "Act now",
}

// SeverityWords is s as a household reads it.
func SeverityWords(s lan.Severity) string {
	if words, ok := severities[s]; ok {
		return words
	}
	return severities[lan.ForInfo]
}

var touches = map[lan.Touch]string{
	lan.Listen: "listening only",
	lan.Look:   "presence, open ports and greetings",
	lan.Ask:    "read-only questions",
	lan.Login:  "read-only questions and documented factory logins",
}

var rungs = map[string]string{
	"raw":     "with packets of its own",
	"connect": "with ordinary connections",
	"passive": "from what could be heard",
}

// count is "1 device", "1,204 devices", "no devices".
func count(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun + "s"
	case 1:
		return "1 " + noun
	}
	return grouped(n) + " " + noun + "s"
}

// grouped is n with a comma before every three digits.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// clean makes a stranger's words fit for a terminal, whoever forgot to before.
// Their length was bounded where they were heard; the bound here is what
// Printable can make of them at most.
func clean(s string) string { return lan.Printable(s, 2*len(s)) }
