package code

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// words is the verdict of a guideline on one device, as a household reads it.
func words(g lan.Guideline, looks []look) string {
	switch g.Verdict {
	case lan.Fail:
		return "Problem found: " + problems(looks)
	case lan.LikelyFail:
		return "Probably a problem: " + problems(looks)
	case lan.LikelyPass:
		return fmt.Sprintf("Nothing worrying in what could be looked at (%d of %d).", g.Checked, g.Possible)
	case lan.NotTested:
		return "Not checked."
	case lan.Stale:
		return "Not checked lately."
	}
	return "We can't tell from here."
}

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
func why(number int, looks []look, left leftover) string {
	about := guidelines[number-1]
	var parts []string
	if len(looks) == 0 && about.none != "" {
		parts = append(parts, about.none)
	}
	if reason := left.reason(looks); reason != "" {
		parts = append(parts, reason)
	}
	if topics := unanswered(looks); topics != "" {
		parts = append(parts, "No answer came on: "+topics+".")
	}
	return strings.Join(append(parts, about.why), " ")
}

// maxTopics is how many checks without an answer are named.
const maxTopics = 6

// unanswered names what was looked at and came to no answer, or to one that is
// old by now.
func unanswered(looks []look) string {
	var topics []string
	more := 0
	for _, l := range looks {
		switch {
		case l.verdict != lan.Undecided && l.verdict != lan.Stale:
		case len(topics) == maxTopics:
			more++
		default:
			topics = append(topics, topic(l))
		}
	}
	text := strings.Join(topics, "; ")
	if more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// topic is what l looked at, in a few words. What came to no answer has a finding.
func topic(l look) string {
	return cmp.Or(l.check.Topic, l.finding.Title, l.check.ID)
}
