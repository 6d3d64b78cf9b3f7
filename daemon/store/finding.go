package store

import (
	"cmp"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxHeldPass is how long "looks fine" is kept without being tested again. A
// problem is kept until it is.
const maxHeldPass = 30 * 24 * time.Hour

// kept is a finding at rest. Its LastSeen is set only once a later inspection
// did not look at it again; else it is the device's last inspection.
type kept struct {
	Touch   lan.Touch   `json:"touch"` // of the sweep that found it
	Finding lan.Finding `json:"finding"`
}

// findings keeps what an inspection of d reported and drops what it no longer
// did; before is when d was inspected the time before.
func (c *commit) findings(d lan.Device, before time.Time) error {
	b, old, err := c.keptOf(d)
	if err != nil {
		return err
	}
	now := c.foldAll(d, old, before)
	for key := range old {
		if _, stays := now[key]; !stays {
			if err := b.Delete([]byte(key)); err != nil {
				return err
			}
		}
	}
	for key, k := range now {
		err := putJSON(b, []byte(key), k, maxFinding)
		if errors.Is(err, errTooLarge) {
			k.Finding.Evidence = nil
			err = putJSON(b, []byte(key), k, maxFinding)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// routerFindings keeps what the router knew of d in a sweep that did not inspect it,
// drops what it no longer does, and leaves the other findings as they are. They were
// last seen on that day: a time would be written with every sweep.
func (c *commit) routerFindings(d lan.Device, before time.Time) error {
	list := slices.DeleteFunc(slices.Clone(d.Findings), func(f lan.Finding) bool { return !lan.ByRouter(f.Check) || f.Verdict == lan.NotTested })
	if len(list) == 0 && c.tx.Bucket(findingsBucket).Bucket([]byte(d.ID)) == nil {
		return nil
	}
	b, old, err := c.keptOf(d)
	if err != nil {
		return err
	}
	for key, o := range old {
		if told := func(f lan.Finding) bool { return f.Key() == key }; lan.ByRouter(o.Finding.Check) && !slices.ContainsFunc(list, told) {
			if err := b.Delete([]byte(key)); err != nil {
				return err
			}
		}
	}
	for _, f := range list {
		o, known := old[f.Key()]
		k := c.fold(o, known, f, before)
		if k.Finding.LastSeen.IsZero() {
			k.Finding.LastSeen = lan.DayOf(c.at, time.UTC)
		}
		if err := putJSON(b, []byte(f.Key()), k, maxFinding); err != nil {
			return err
		}
	}
	return nil
}

// keptOf is where d's findings are kept, and what is there.
func (c *commit) keptOf(d lan.Device) (*bolt.Bucket, map[string]kept, error) {
	b, err := c.tx.Bucket(findingsBucket).CreateBucketIfNotExists([]byte(d.ID))
	if err != nil {
		return nil, nil, err
	}
	old, err := storedFindings(b)
	return b, old, err
}

func storedFindings(b *bolt.Bucket) (map[string]kept, error) {
	stored := map[string]kept{}
	err := b.ForEach(func(key, _ []byte) error {
		var k kept
		err := get(b, key, &k)
		stored[string(key)] = k
		return err
	})
	return stored, err
}

// foldAll is what to keep of d after this inspection.
func (c *commit) foldAll(d lan.Device, old map[string]kept, before time.Time) map[string]kept {
	now := map[string]kept{}
	for _, f := range d.Findings[:min(len(d.Findings), maxFindings)] {
		if key := f.Key(); f.Check != "" && len(key) <= maxID {
			o, known := old[key]
			now[key] = c.fold(o, known, f, before)
		}
	}
	for key, o := range old {
		if _, reported := now[key]; !reported && (c.part(d) || c.beyond(d, o)) {
			now[key] = hold(o, before)
		}
	}
	return now
}

// fold is what to keep after a check reported f where o was known. Not having
// tested, or not being able to tell, does not undo a problem that was seen; not
// having tested does not for a while undo a pass. FirstSeen is when the problem,
// or its absence, began: it restarts only when one turns into the other.
func (c *commit) fold(o kept, known bool, f lan.Finding, before time.Time) kept {
	was := o.Finding.Verdict
	untold := f.Verdict == lan.NotTested || f.Verdict == lan.Undecided
	fresh := c.at.Sub(cmp.Or(o.Finding.LastSeen, before)) <= maxHeldPass
	passed := was == lan.Pass || was == lan.LikelyPass
	if known && (was.Problem() && untold || passed && f.Verdict == lan.NotTested && fresh) {
		return hold(o, before)
	}
	if known && was.Problem() == f.Verdict.Problem() {
		f.FirstSeen = o.Finding.FirstSeen
	}
	f.FirstSeen = cmp.Or(f.FirstSeen, c.at).UTC()
	f.LastSeen = time.Time{}
	return kept{Touch: c.sweep.Touch, Finding: f}
}

// beyond reports whether o, which this inspection did not report, is a problem
// that it was not allowed to look for: found at a higher touch, on a service
// that is still there. All else that is not reported any more is over.
func (c *commit) beyond(d lan.Device, o kept) bool {
	return o.Finding.Verdict.Problem() && !lan.ByRouter(o.Finding.Check) && c.sweep.Touch < o.Touch &&
		(o.Finding.Service == "" || slices.ContainsFunc(d.Services, func(s lan.Service) bool {
			return s.Key() == o.Finding.Service
		}))
}

// hold keeps o with the time at which it was last looked at.
func hold(o kept, before time.Time) kept {
	o.Finding.LastSeen = cmp.Or(o.Finding.LastSeen, before)
	return o
}
