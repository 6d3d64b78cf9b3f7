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

var clockKey = []byte("clock")

// course is how the clock has gone, in meta/clock.
type course struct {
	Known time.Time `json:"known"`          // the newest time that is believed
	Doubt time.Time `json:"doubt,omitzero"` // the first after a jump, on trial
}

// believe takes in the time of a commit and reports whether it is to be believed.
func believe(tx *bolt.Tx, now time.Time) (sure bool, err error) {
	b := tx.Bucket(metaBucket)
	var c course
	if err := get(b, clockKey, &c); err != nil {
		return false, err
	}
	if now = now.UTC().Truncate(time.Second); c.Known.IsZero() {
		c.Known = now
	}
	switch {
	case follows(c.Known, now):
		c = course{Known: now}
	case c.Doubt.IsZero() || !follows(c.Doubt, now): // another jump
		c.Doubt = now
	case now.Sub(c.Doubt) >= trial:
		c = course{Known: now}
	}
	return c.Doubt.IsZero(), putJSON(b, clockKey, c, maxEvent)
}

// follows reports whether a clock that showed then may well show now.
func follows(then, now time.Time) bool { return !now.Before(then) && now.Sub(then) <= leap }
