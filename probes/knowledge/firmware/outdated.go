package firmware

import (
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// outdated is what r alone says of d's version.
func (r *Row) outdated(d *lan.Device, at time.Time) judgement {
	j := judgement{row: r, provider: r.Provider || provided(d)}
	named := sure(d, lan.FieldModel, d.Model)
	if len(r.Floors) == 0 {
		j.problem(neverFixed, named)
		return j
	}
	switch j.reason, j.floor = r.compare(d.Firmware); {
	case j.reason == closed:
		j.verdict = lan.LikelyPass
	case j.reason == hasHole && !r.due(at):
		j.reason = updating
	case j.reason == hasHole:
		j.problem(hasHole, named && sure(d, lan.FieldFirmware, d.Firmware))
	}
	return j
}

// compare says whether the version has r's hole, by which floor, and else why it
// cannot be told.
func (r *Row) compare(version string) (reason, *Floor) {
	if version == "" {
		return noVersion, nil
	}
	floor := r.floor(version)
	if floor == nil {
		return noLine, nil
	}
	order, ok := schemes[r.Scheme].against(version, floor.bound())
	switch {
	case !ok:
		return incomparable, floor
	case order < 0 || order == 0 && floor.AffectedThrough != "":
		return hasHole, floor
	}
	return closed, floor
}

// due reports whether what updates itself has had its year to do so.
func (r *Row) due(at time.Time) bool {
	if r.Released == "" { // it does not update itself
		return true
	}
	released, err := time.Parse(time.DateOnly, r.Released)
	return err != nil || !at.Before(released.AddDate(1, 0, 0))
}

// floor is the first floor whose line the version belongs to, or nil.
func (r *Row) floor(version string) *Floor {
	for i := range r.Floors {
		if r.lines[i] == nil || r.lines[i]().MatchString(version) {
			return &r.Floors[i]
		}
	}
	return nil
}

// bound is the version that f names.
func (f *Floor) bound() string {
	if f.FixedIn != "" {
		return f.FixedIn
	}
	return f.AffectedThrough
}
