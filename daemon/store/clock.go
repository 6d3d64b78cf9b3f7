package store

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// A router without a battery starts in 1970 or on the day its firmware was made, and a
// clock may jump years ahead until the network's time corrects it. What is thrown out
// because of its age would be gone for good, so a time far from the last one has to hold
// for a while before anything goes.
const (
	leap  = 30 * 24 * time.Hour // more at once is a jump
	trial = 7 * 24 * time.Hour
)

// dawn is when there was no homesweep yet: a clock that shows less was not set.
var dawn = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

var clockKey = []byte("clock")

// course is how the clock has gone, in meta/clock.
type course struct {
	Known time.Time `json:"known"`          // the newest time that is believed
	Doubt time.Time `json:"doubt,omitzero"` // the first after a jump, on trial
}

// believe takes in the time of a commit and reports whether it is to be believed.
func believe(tx *bolt.Tx, now time.Time) (sure bool, err error) {
	c, err := courseOf(tx)
	if err != nil || now.Before(dawn) {
		return false, err
	}
	c = c.on(now)
	return c.Doubt.IsZero(), putJSON(tx.Bucket(metaBucket), clockKey, c, maxEvent)
}

func courseOf(tx *bolt.Tx) (c course, err error) {
	return c, get(tx.Bucket(metaBucket), clockKey, &c)
}

// on is the course once the clock shows now, which is after dawn.
func (c course) on(now time.Time) course {
	now = now.UTC().Truncate(time.Second)
	switch {
	case c.Known.Before(dawn), follows(c.Known, now):
		return course{Known: now}
	case c.Doubt.IsZero() || !follows(c.Doubt, now): // another jump
		c.Doubt = now
	case now.Sub(c.Doubt) >= trial:
		return course{Known: now}
	}
	return c
}

// doubtful reports whether now is not to be believed, as believe would.
func doubtful(tx *bolt.Tx, now time.Time) (bool, error) {
	c, err := courseOf(tx)
	return err != nil || now.Before(dawn) || !c.on(now).Doubt.IsZero(), err
}

// horizon is the latest that a time kept before can be, in now's zone: now if that is
// sure, or else what the clock, going as it did when it was believed, may have reached.
func horizon(tx *bolt.Tx, now time.Time, sure bool) (time.Time, error) {
	if sure {
		return now, nil
	}
	c, err := courseOf(tx)
	return c.Known.Add(leap).In(now.Location()), err
}

// follows reports whether a clock that showed then may well show now.
func follows(then, now time.Time) bool { return !now.Before(then) && now.Sub(then) <= leap }
