package firmware

import (
	"fmt"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxShown is how much of a device's own words goes into a sentence, in bytes.
const maxShown = 64

// outdated is what r alone says of d's version.
func (r *Row) outdated(d lan.Device, f fit) Answer {
	a := r.answer()
	if why, advice := r.doubt(d, f); why != "" {
		a.Why, a.Advice = why, advice
		return a
	}
	if len(r.Floors) == 0 {
		return r.vulnerable(a, d, sure(d, lan.FieldModel, d.Model), "The maker has no fix for "+r.hole()+" in this model.")
	}
	a.Advice = lookUpVersion // until the version is known to be bad
	shown := lan.Printable(d.Firmware, maxShown)
	if shown == "" {
		a.Why = "The device did not show its firmware version, so we cannot tell whether a known security hole is closed."
		return a
	}
	floor, ok := r.floor(d.Firmware)
	if !ok {
		a.Why = fmt.Sprintf("We have no facts on the line of software that version %s belongs to, so we cannot tell.", shown)
		return a
	}
	bound := floor.FixedIn + floor.AffectedThrough
	order, ok := schemes[r.Scheme].against(d.Firmware, bound)
	if !ok {
		a.Why = fmt.Sprintf("Version %s cannot be compared with %s, so we cannot tell.", shown, bound)
		return a
	}
	if order < 0 || order == 0 && floor.AffectedThrough != "" {
		certain := sure(d, lan.FieldModel, d.Model) && sure(d, lan.FieldFirmware, d.Firmware)
		return r.vulnerable(a, d, certain, fmt.Sprintf("It says it runs %s, which has %s; %s.", shown, r.hole(), floor.words()))
	}
	a.Verdict, a.Advice = lan.LikelyPass, ""
	a.Why = fmt.Sprintf("Version %s is not older than the last known hole we have on file (%s).", shown, floor.words())
	return a
}

// vulnerable finishes a for a device with the hole. certain: the device itself
// said clearly what it is.
func (r *Row) vulnerable(a Answer, d lan.Device, certain bool, why string) Answer {
	a.Verdict, a.Severity, a.Why, a.Advice = lan.LikelyFail, lan.Soon, why, r.Advice
	if certain && r.exploited() {
		a.Severity = lan.ActNow
	}
	if certain && r.PublishedBy == "vendor" {
		a.Verdict = lan.Fail
	}
	return r.capped(a)
}

func (r *Row) hole() string {
	if r.exploited() {
		return "a security hole that criminals use"
	}
	return "a known security hole"
}

// capped holds a problem to what the row may say at most.
func (r *Row) capped(a Answer) Answer {
	if r.VerdictCap == "likely_fail" && a.Verdict == lan.Fail {
		a.Verdict = lan.LikelyFail
	}
	return a
}

// Advice for those whom we cannot tell: a row's own would say too much.
const (
	lookUpVersion = "Look up the version in the maker's app or the device's settings, and install what updates are offered there."
	readLabel     = "Read the hardware version and the country on the label under the device, and look them up on the maker's support page."
	updateOther   = "Update that software from its own settings page."
)

// doubt is why r cannot decide whatever the version is, and what to do then;
// both are empty when it can.
func (r *Row) doubt(d lan.Device, f fit) (why, advice string) {
	switch {
	case f == foreign:
		return "It runs other software than the maker's, for which the maker's facts do not hold.", updateOther
	case f == unknownRevision:
		return "The answer depends on the hardware revision printed on its label, which the device did not show.", readLabel
	case f == unknownRegion:
		return "The answer depends on the country it was made for, which the device did not show.", readLabel
	case guessed(d):
		return "We are not sure enough of the model to tell.", readLabel
	case r.VerdictCap == "unknown":
		return "Public sources disagree about this model, so we cannot tell.", r.Advice
	case !r.Verified || r.Confidence == "weak":
		return "There is a report about this model, but we could not confirm it.", r.Advice
	}
	return "", ""
}

// floor is the first floor whose line the version belongs to.
func (r *Row) floor(version string) (Floor, bool) {
	for i, f := range r.Floors {
		if r.lines[i] == nil || r.lines[i]().MatchString(version) {
			return f, true
		}
	}
	return Floor{}, false
}

func (f Floor) words() string {
	if f.FixedIn != "" {
		return f.FixedIn + " closed it"
	}
	return "versions up to " + f.AffectedThrough + " have it"
}

// answer is the undecided answer with r's references.
func (r *Row) answer() Answer {
	return Answer{Row: r.ID, Advice: r.Advice, Source: r.SourceURL, CVEs: r.CVEs}
}

func noFacts(d lan.Device, about string) string {
	if d.Vendor == "" || d.Model == "" {
		return "We do not know the exact model, so we cannot tell."
	}
	return "We have no facts on " + about + ", so we cannot tell."
}
