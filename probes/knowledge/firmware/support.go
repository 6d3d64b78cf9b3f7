package firmware

import (
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// support is what r alone says of d at the given time.
func (r *Row) support(d *lan.Device, f fit, at time.Time) Answer {
	a := r.answer()
	if why, advice := r.doubt(d, f); why != "" {
		a.Why, a.Advice = why, advice
		return a
	}
	if r.Date == "" {
		a.Why = fmt.Sprintf("%s We do not know that day for this device, so we cannot tell.", r.Rule)
		return a
	}
	last, err := time.Parse(time.DateOnly, r.Date)
	if err != nil { // check has ruled it out
		a.Why = "The date on file cannot be read, so we cannot tell."
		return a
	}
	over := last.AddDate(0, 0, 1)
	when := last.Format("2 January 2006")
	switch {
	case !at.Before(over):
		return r.ended(a, d, when)
	case at.AddDate(1, 0, 0).After(over):
		a.Verdict, a.Severity = lan.Pass, lan.WhenYouCan
		a.Why = fmt.Sprintf("Security updates end on %s, in less than a year: plan what comes after it.", when)
	default:
		a.Verdict, a.Advice = lan.Pass, ""
		a.Why = fmt.Sprintf("The maker gives security updates until %s.", when)
	}
	return a
}

// ended finishes a for a device past its last day. Only the maker's own date
// for a model that the device itself named is proof.
func (r *Row) ended(a Answer, d *lan.Device, when string) Answer {
	a.Verdict, a.Severity = lan.LikelyFail, lan.Soon
	a.Why = fmt.Sprintf("The maker stopped security updates on %s.", when)
	if r.DateBy {
		a.Why = fmt.Sprintf("The maker had stopped security updates by %s.", when)
	}
	named := sure(d, lan.FieldModel, d.Model)
	if r.Match.Model == "" {
		named = sure(d, lan.FieldFirmware, d.Firmware)
	}
	if r.PublishedBy == "vendor" && !r.DateBy && named {
		a.Verdict = lan.Fail
	}
	a.Urgency.NoFix = true
	if r.Provider || provided(d) {
		a.Provider, a.Advice = true, askProviderNewer
	}
	return r.capped(a)
}
