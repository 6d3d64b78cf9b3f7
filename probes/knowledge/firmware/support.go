package firmware

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// support is what r alone says of d at the given time.
func (r *Row) support(d *lan.Device, at time.Time) judgement {
	j := judgement{row: r, reason: onlyRule}
	if r.Date == "" {
		return j
	}
	last, err := time.Parse(time.DateOnly, r.Date)
	if err != nil { // check has ruled it out
		return j
	}
	over := last.AddDate(0, 0, 1)
	switch {
	case !at.Before(over):
		j.ended(d)
	case at.AddDate(1, 0, 0).After(over):
		j.reason, j.verdict, j.severity = supportEnds, lan.Pass, lan.WhenYouCan
	default:
		j.reason, j.verdict = supported, lan.Pass
	}
	return j
}

// ended makes j one of a device past its last day. Only the maker's own date
// for a model that the device itself named is proof.
func (j *judgement) ended(d *lan.Device) {
	j.reason, j.verdict, j.severity = supportEnded, lan.LikelyFail, lan.Soon
	named := sure(d, lan.FieldModel, d.Model)
	if j.row.Match.Model == "" {
		named = sure(d, lan.FieldFirmware, d.Firmware)
	}
	if named && j.row.mayFail() && !j.row.DateBy {
		j.verdict = lan.Fail
	}
	j.urgency.NoFix = true
	j.provider = j.row.Provider || provided(d)
}
