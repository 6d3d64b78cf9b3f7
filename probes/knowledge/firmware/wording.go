package firmware

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxShown is how much of a device's own words goes into a sentence, in bytes.
const maxShown = 64

// answer puts j, of a row, into words; version is what the device or the program says
// it runs.
func (j *judgement) answer(version string) Answer {
	r := j.row
	a := Answer{
		Verdict: j.verdict, Severity: j.severity, Urgency: j.urgency, Worth: j.worth, Provider: j.provider,
		Row: r.ID, Source: r.SourceURL, Checked: r.Checked, CVEs: r.CVEs,
	}
	shown := lan.Printable(version, maxShown)
	if shown == "" && (j.reason == noLine || j.reason == incomparable) {
		j.reason = noVersion
	}
	switch {
	case j.reason >= onlyRule:
		a.Why = j.supportWords()
	case r.Kind == Component:
		a.Why = j.programWords(shown)
	default:
		a.Why = j.deviceWords(shown)
	}
	if j.verdict.Problem() && r.Conflict != "" {
		a.Why += " Public sources disagree: " + r.Conflict
	}
	a.Advice = j.advice()
	return a
}

func (j *judgement) doubtWords() string {
	switch j.reason {
	case otherProgram:
		return "It runs other software than the maker's, for which the maker's facts do not hold."
	case noRevision:
		return "The answer depends on the hardware revision printed on its label, which the device did not show."
	case noRegion:
		return "The answer depends on the country it was made for, which the device did not show."
	case modelGuessed:
		return "We are not sure enough of the model to tell."
	case sourcesDisagree:
		return "Public sources disagree about this model, so we cannot tell."
	}
	return "There is a report about this model, but we could not confirm it."
}

// versionWords are of a version and its row's floors.
func (j *judgement) versionWords(shown string) string {
	switch j.reason {
	case noLine:
		return "We have no facts on the line of software that version " + shown + " belongs to, so we cannot tell."
	case incomparable:
		return "Version " + shown + " cannot be compared with " + j.floor.bound() + ", so we cannot tell."
	case closed:
		if j.row.Kind == Backdoor {
			return "Version " + shown + " does not have the hidden way in that we have on file (" + j.floor.words() + ")."
		}
		return "Version " + shown + " is not older than the last known hole we have on file (" + j.floor.words() + ")."
	}
	return j.doubtWords()
}

func (j *judgement) deviceWords(shown string) string {
	switch j.reason {
	case noVersion:
		return "The device did not show its firmware version, so we cannot tell whether a known security hole is closed."
	case neverFixed:
		return "The maker has no fix for " + j.row.hole() + " in this model."
	case updating:
		return "Version " + shown + " is behind, but the device updates itself and may be about to."
	case hasHole:
		return "It says it runs " + shown + ", which has " + j.row.hole() + "; " + j.floor.words() + "."
	}
	return j.versionWords(shown)
}

func (j *judgement) programWords(shown string) string {
	const silently = " The maker of the device may have closed it without a new number."
	switch j.reason {
	case noVersion:
		return "The program did not show its version, so we cannot tell whether a known security hole is closed."
	case neverFixed:
		return "Every version of it that we know of has " + j.row.hole() + "." + silently
	case distributionBuilt:
		return "Version " + shown + " is from a distribution of Linux, which closes holes without a new number, so we cannot tell."
	case hasHole:
		return "It says it runs version " + shown + ", which has " + j.row.hole() + "; " + j.floor.words() + "."
	case oldNumber:
		return "It shows version " + shown + ", which had " + j.row.hole() + "; " + j.floor.words() + "." + silently
	}
	return j.versionWords(shown)
}

func (j *judgement) supportWords() string {
	if j.reason == onlyRule {
		return j.row.Rule + " We do not know that day for this device, so we cannot tell."
	}
	last, _ := time.Parse(time.DateOnly, j.row.Date) // support could read it
	when := last.Format("2 January 2006")
	switch {
	case j.reason == supportEnds:
		return "Security updates end on " + when + ", in less than a year: plan what comes after it."
	case j.reason == supported:
		return "The maker gives security updates until " + when + "."
	case j.row.DateBy:
		return "The maker had stopped security updates by " + when + "."
	}
	return "The maker stopped security updates on " + when + "."
}

// hole is what the row's versions have, in words that follow "has".
func (r *Row) hole() string {
	switch {
	case r.Kind != Backdoor && r.exploited():
		return "a security hole that criminals use"
	case r.Kind != Backdoor:
		return "a known security hole"
	case r.Door && r.exploited():
		return "a hidden way in that its maker left that criminals use"
	case r.Door:
		return "a hidden way in that its maker left"
	case r.exploited():
		return "a hidden account of its maker's that criminals use"
	}
	return "a hidden account of its maker's"
}

func (f *Floor) words() string {
	if f.FixedIn != "" {
		return f.FixedIn + " closed it"
	}
	return "versions up to " + f.AffectedThrough + " have it"
}
