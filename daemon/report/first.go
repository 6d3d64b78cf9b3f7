package report

import (
	"cmp"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxFirst is how many problems a home is told to act on now (Code of Practice
// reference, section 5): a longer list is put off as a whole.
const maxFirst = 3

// First are the problems to begin with, at most three, by their device, check
// and service: those to act on now, the weightiest first (see weigh), each on a
// device of its own as long as there are such. The same problem on several
// devices, told with the same advice, counts once and is named by the first of
// them.
func First(s lan.Sweep) (list []lan.Ref) {
	todo, _ := problems(ordered(s))
	first, _, _ := split(alike(todo))
	for _, group := range first {
		list = append(list, lan.Ref{Device: group[0].device.ID, Check: group[0].finding.Check, Service: group[0].finding.Service})
	}
	return list
}

// weigh orders two problems of the same severity, the weightier first: those that
// criminals use, those that the internet can reach, those that no update will
// ever close, then by how likely attacks are and how bad they would be, and
// the certain before the probable. Equal ones stand by check.
func weigh(a, b lan.Finding) int {
	x, y := a.Urgency, b.Urgency
	return cmp.Or(yes(y.Exploited)-yes(x.Exploited), yes(y.Exposed)-yes(x.Exposed), yes(y.NoFix)-yes(x.NoFix),
		cmp.Compare(y.EPSS, x.EPSS), cmp.Compare(y.CVSS, x.CVSS),
		cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Check, b.Check))
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}

// split parts groups of problems into those to begin with, as First has them,
// those that are as urgent and follow as soon as these are done, and the others.
func split(groups [][]problem) (first, next, others [][]problem) {
	n := 0
	for n < len(groups) && groups[n][0].finding.Severity == lan.ActNow {
		n++
	}
	told := map[string]bool{} // devices
	for _, group := range groups[:n] {
		if device := group[0].device.ID; len(first) < maxFirst && !told[device] {
			first, told[device] = append(first, group), true
			continue
		}
		next = append(next, group)
	}
	more := min(maxFirst-len(first), len(next))
	return append(first, next[:more]...), next[more:], groups[n:]
}
