package firmware

import (
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxShown is how much of a device's own words goes into a sentence, in bytes.
const maxShown = 64

// outdated is what r alone says of d's version.
func (r *Row) outdated(d *lan.Device, f fit, at time.Time) Answer {
	a := r.answer()
	if why, advice := r.doubt(d, f); why != "" {
		a.Why, a.Advice = why, advice
		return a
	}
	a.Provider = r.Provider || provided(d)
	if len(r.Floors) == 0 {
		return r.vulnerable(a, sure(d, lan.FieldModel, d.Model), "The maker has no fix for "+r.hole()+" in this model.")
	}
	shown := lan.Printable(d.Firmware, maxShown)
	if shown == "" {
		a.Why, a.Advice = "The device did not show its firmware version, so we cannot tell whether a known security hole is closed.", lookUpVersion
		return a
	}
	bad, floor, why := r.compare(d.Firmware, shown)
	switch {
	case why != "":
		a.Why, a.Advice = why, lookUpVersion
	case !bad:
		a.Verdict, a.Advice = lan.LikelyPass, ""
		a.Why = r.closed(shown, floor)
	case !r.due(at):
		a.Why, a.Advice = fmt.Sprintf("Version %s is behind, but the device updates itself and may be about to.", shown), leaveOn
	default:
		certain := sure(d, lan.FieldModel, d.Model) && sure(d, lan.FieldFirmware, d.Firmware)
		return r.vulnerable(a, certain, fmt.Sprintf("It says it runs %s, which has %s; %s.", shown, r.hole(), floor.words()))
	}
	return a
}

// compare says whether the version has r's hole, by which floor, and else why it
// cannot be told.
func (r *Row) compare(version, shown string) (bad bool, floor Floor, why string) {
	floor, ok := r.floor(version)
	if !ok {
		return false, floor, fmt.Sprintf("We have no facts on the line of software that version %s belongs to, so we cannot tell.", shown)
	}
	bound := floor.FixedIn + floor.AffectedThrough
	order, ok := schemes[r.Scheme].against(version, bound)
	if !ok {
		return false, floor, fmt.Sprintf("Version %s cannot be compared with %s, so we cannot tell.", shown, bound)
	}
	return order < 0 || order == 0 && floor.AffectedThrough != "", floor, ""
}

// due reports whether what updates itself has had its year to do so.
func (r *Row) due(at time.Time) bool {
	released, err := time.Parse(time.DateOnly, r.Released)
	return err != nil || !at.Before(released.AddDate(1, 0, 0)) // without a day it does not update itself
}

// vulnerable finishes a for what has the hole. certain: the device itself said
// clearly what it is.
func (r *Row) vulnerable(a Answer, certain bool, why string) Answer {
	a.Verdict, a.Severity, a.Why, a.Advice = lan.LikelyFail, lan.Soon, why, r.Advice
	a.Urgency = lan.Urgency{Exploited: r.exploited(), NoFix: r.NoFix, EPSS: r.EPSS, CVSS: r.CVSS}
	if certain && r.exploited() {
		a.Severity = lan.ActNow
	}
	if certain && r.PublishedBy == "vendor" {
		a.Verdict = lan.Fail
	}
	if a.Provider {
		a.Advice = askProvider
		if r.NoFix {
			a.Advice = askProviderToSwap
		}
	}
	return r.capped(a)
}

// hole is what the row's versions have, in words that follow "has".
func (r *Row) hole() string {
	what := "a known security hole"
	if r.Kind == Backdoor {
		what = "a hidden account of its maker's"
		if r.Door {
			what = "a hidden way in that its maker left"
		}
		if r.exploited() {
			what += " that criminals use"
		}
		return what
	}
	if r.exploited() {
		return "a security hole that criminals use"
	}
	return what
}

// closed is that the version shown is without the hole that floor speaks of.
func (r *Row) closed(shown string, floor Floor) string {
	if r.Kind == Backdoor {
		return fmt.Sprintf("Version %s does not have the hidden way in that we have on file (%s).", shown, floor.words())
	}
	return fmt.Sprintf("Version %s is not older than the last known hole we have on file (%s).", shown, floor.words())
}

// capped holds a problem to what the row may say at most, and tells of a conflict.
func (r *Row) capped(a Answer) Answer {
	if a.Verdict == lan.Fail && (r.VerdictCap == "likely_fail" || r.Conflict != "" || r.PublishedBy != "vendor") {
		a.Verdict = lan.LikelyFail
	}
	if r.Conflict != "" {
		a.Why += " Public sources disagree: " + r.Conflict
	}
	return a
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
	return Answer{Row: r.ID, Advice: r.Advice, Source: r.SourceURL, Checked: r.Checked, CVEs: r.CVEs}
}
