package firmware

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// judgement is what one row says of a device or a program, not yet in words: of the
// rows that speak of it only the weightiest becomes sentences, so that the others
// cost no memory.
type judgement struct {
	row      *Row
	floor    *Floor // which the version was compared with, if it came to that
	reason   reason
	verdict  lan.Verdict
	severity lan.Severity
	urgency  lan.Urgency
	worth    bool
	provider bool
}

// reason is why a judgement is what it is.
type reason int

const (
	noRow reason = iota
	// Whatever the version is, the row cannot decide.
	otherProgram
	noRevision
	noRegion
	modelGuessed
	sourcesDisagree
	unconfirmed
	// The version against the row's floors.
	neverFixed
	noVersion
	noLine
	incomparable
	closed
	updating
	hasHole
	distributionBuilt // of a program: mended under its old number by who packed it
	oldNumber         // of a program: worth checking
	// The day of the last update.
	onlyRule
	supportEnded
	supportEnds
	supported
)

// judge is the weightiest judgement of the rows of that kind that speak of d.
func (s *Set) judge(d *lan.Device, kind Kind, at time.Time) (best judgement) {
	model, rank := spaced(d.Model), 0
	s.each(d.Vendor, func(r *Row) {
		if r.Kind != kind {
			return
		}
		f := r.fit(d, model)
		if f == other {
			return
		}
		j := judgement{row: r, reason: r.doubt(d, f)}
		switch {
		case j.reason != noRow:
		case kind == EndOfSupport:
			j = r.support(d, at)
		default:
			j = r.outdated(d, at)
		}
		if w := j.weight(); w > rank || w == rank && newest(r.CVEs) > newest(best.row.CVEs) {
			best, rank = j, w
		}
	})
	return best
}

// newest is the last of CVEs by year, which a clean version is best told by.
func newest(cves []string) (last string) {
	for _, cve := range cves {
		last = max(last, cve)
	}
	return last
}

// weight orders the judgements of several rows on one device or program; it is more
// than 0.
func (j *judgement) weight() int {
	w := int(j.severity) * 4
	if j.urgency.Exploited {
		w += 2
	}
	if j.urgency.NoFix {
		w++
	}
	switch {
	case j.row.Kind == EndOfSupport && j.row.Date == "": // a rule gives way to any date
		return 1
	case j.verdict == lan.Fail:
		return 100 + w
	case j.verdict == lan.LikelyFail:
		return 60 + w
	case j.worth:
		return 25
	case j.verdict == lan.Undecided:
		return 20
	}
	return 10
}

// problem makes j one of its row's hole. certain: the device itself said clearly
// what it is.
func (j *judgement) problem(why reason, certain bool) {
	r := j.row
	j.reason, j.verdict, j.severity = why, lan.LikelyFail, lan.Soon
	j.urgency = lan.Urgency{Exploited: r.exploited(), NoFix: r.NoFix, EPSS: r.EPSS, CVSS: r.CVSS}
	if certain && r.exploited() {
		j.severity = lan.ActNow
	}
	if certain && r.mayFail() {
		j.verdict = lan.Fail
	}
}

// mayFail reports whether r's fact is good enough for a verdict of fail.
func (r *Row) mayFail() bool {
	return r.PublishedBy == "vendor" && r.VerdictCap != "likely_fail" && r.Conflict == ""
}
