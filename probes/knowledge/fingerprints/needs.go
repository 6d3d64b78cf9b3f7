package fingerprints

import (
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"
)

// Bounds of what is asked of a text before its pattern is.
const (
	minNeed  = 2 // bytes: a single letter stands in most texts
	maxNeeds = 8 // of alternatives
)

// needsOf are lower-case literals of which every text that re matches has at
// least one; nil when nothing is certain. A longer shortest literal is better.
func needsOf(re *syntax.Regexp) []string {
	var best []string
	switch re.Op {
	case syntax.OpLiteral:
		if slices.ContainsFunc(re.Rune, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return nil // some letters have three cases
		}
		best = []string{fold(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return needsOf(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needsOf(re.Sub[0])
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if needs := needsOf(sub); shortest(needs) > shortest(best) {
				best = needs
			}
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			needs := needsOf(sub)
			if needs == nil {
				return nil
			}
			best = append(best, needs...)
		}
		slices.Sort(best)
		best = slices.Compact(best)
	}
	if shortest(best) < minNeed || len(best) > maxNeeds ||
		slices.ContainsFunc(best, func(s string) bool { return strings.ContainsAny(s, packBreaks+"|") }) {
		return nil
	}
	return best
}

// shortest is the length of the shortest of list, 0 when it is empty.
func shortest(list []string) int {
	least := 0
	for i, s := range list {
		if i == 0 || len(s) < least {
			least = len(s)
		}
	}
	return least
}
