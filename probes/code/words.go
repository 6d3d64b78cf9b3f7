package code

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// words is the verdict of a guideline on one device, as a household reads it: what
// was found by name.
func words(g lan.Guideline, looks []look) string {
	switch g.Verdict {
	case lan.Fail:
		return "Problem found: " + problems(looks)
	case lan.LikelyFail:
		return "Probably a problem: " + problems(looks)
	case lan.LikelyPass:
		return "Nothing worrying seen: " + topics(looks, lan.Pass, lan.LikelyPass) + "."
	case lan.NotTested:
		return "Not checked."
	case lan.Stale:
		return "Not checked lately."
	}
	if len(looks) == 0 {
		return cannotTell + ": " + guidelines[g.Number-1].none
	}
	return cannotTell + "."
}

// cannotTell begins the words for what is unknown.
const cannotTell = "We can't tell from here"

// problems names the worst problem of looks, and says how many more there are.
func problems(looks []look) string {
	var worst look
	n := 0
	for _, l := range looks {
		if !l.verdict.Problem() {
			continue
		}
		if n++; n == 1 || before(l.finding, worst.finding) {
			worst = l
		}
	}
	text := strings.TrimRight(cmp.Or(worst.finding.Title, worst.check.ID), ".") + "."
	if n > 1 {
		text += fmt.Sprintf(" And %d more.", n-1)
	}
	return text
}

// why is what of a guideline could not be looked at on a device, and why: what was
// left out, what came to no answer, and what never can be.
func why(number int, looks []look, reason string) string {
	parts := []string{reason, "", guidelines[number-1].why}
	if open := topics(looks, lan.Undecided, lan.Stale); open != "" {
		parts[1] = "No sure answer came on: " + open + "."
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}

// maxTopics is how many checks are named in one sentence.
const maxTopics = 6

// topics names the looks that came to one of two verdicts, by what they say or else
// by what they look at.
func topics(looks []look, a, b lan.Verdict) string {
	var list []string
	more := 0
	for _, l := range looks {
		switch {
		case l.finding == nil || l.verdict != a && l.verdict != b:
		case len(list) == maxTopics:
			more++
		default:
			list = append(list, strings.TrimRight(cmp.Or(l.finding.Title, l.check.Topic, l.check.ID), "."))
		}
	}
	text := strings.Join(list, "; ")
	if more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}
