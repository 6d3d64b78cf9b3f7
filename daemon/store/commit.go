package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what is kept of one device, whatever it said.
const (
	maxID       = 256 // bytes of a device's ID or a finding's key
	maxDevice   = 64 << 10
	maxFinding  = 32 << 10
	maxFindings = 256 // of one device
	maxServices = 128
	maxNotes    = 32 // of one sweep
)

// Commit keeps what a sweep concluded, in one transaction: all of it or, on an
// error, nothing. A device that the sweep did not see stays as it was, and so
// do the findings that it did not look at again (see fold). What has not been
// seen for 90 days goes. Only what changed is written; for a home where nothing
// did that is a time of day per device.
//
// A sweep that began before the last Erase is not kept, which is no error.
func (s *Store) Commit(sweep lan.Sweep) error { return s.commit(sweep, commit.summary) }

// CommitDevices keeps what an inspection concluded of its devices, as Commit does, but
// the last sweep stays the last.
func (s *Store) CommitDevices(sweep lan.Sweep) error {
	return s.commit(sweep, func(commit) error { return nil })
}

func (s *Store) commit(sweep lan.Sweep, head func(commit) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sweep.Started.Before(s.erased) {
		return nil
	}
	at := sweep.Finished
	if at.IsZero() {
		at = s.o.Now()
	}
	err := s.update(func(tx *bolt.Tx) error {
		now := s.o.Now()
		sure, err := believe(tx, now)
		if err != nil {
			return err
		}
		c := commit{tx: tx, sweep: sweep, at: at.UTC(), now: now, sure: sure}
		for _, d := range sweep.Devices {
			err := c.device(d)
			if errors.Is(err, errTooLarge) { // it costs itself only
				s.o.Log.Warn("a device is not kept", "device", lan.Printable(d.ID, lan.MaxName), "error", err)
			} else if err != nil {
				return err
			}
		}
		if err := head(c); err != nil {
			return err
		}
		return prune(tx, now, sure)
	})
	if err != nil {
		return fmt.Errorf("store: the sweep of %s is not kept: %w", at.Format(time.RFC3339), err)
	}
	s.unsaved, s.bare = true, false
	if err := s.snapshotIfDue(); err != nil {
		s.o.Log.Warn("snapshot failed, the one before it stays", "error", err)
	}
	return nil
}

// commit is one Commit under way.
type commit struct {
	tx    *bolt.Tx
	sweep lan.Sweep
	at    time.Time // when the sweep ended
	now   time.Time
	sure  bool // that it is now
}

// lastSeen is the later of both times, unless the earlier sighting lies in the time to
// come: then the clock was wrong.
func (c *commit) lastSeen(before, at time.Time) time.Time {
	if c.sure && before.After(c.now) {
		return at.UTC()
	}
	return later(before, at).UTC()
}

// sight is what changes with every sweep, kept apart so that the rest need
// not be written again.
type sight struct {
	LastSeen time.Time `json:"last_seen"`
	// Inspected is when the device's services and checks were last gone
	// through: the LastSeen of each of its findings that has none of its own.
	Inspected time.Time `json:"inspected,omitzero"`
	// Stands is the device's state at its last transition.
	Stands lan.Presence `json:"stands,omitzero"`
	Today  today        `json:"today,omitzero"`
}

// device keeps one device of the sweep with its findings.
func (c *commit) device(d lan.Device) error {
	if d.ID == "" || len(d.ID) > maxID {
		return fmt.Errorf("its id of %d bytes: %w", len(d.ID), errTooLarge)
	}
	id := []byte(d.ID)
	var old *lan.Device
	if err := get(c.tx.Bucket(devicesBucket), id, &old); err != nil {
		return err
	}
	var seen sight
	if err := get(c.tx.Bucket(seenBucket), id, &seen); err != nil {
		return err
	}
	before := seen
	seenNow := d.LastSeen.IsZero() || !d.LastSeen.Before(c.sweep.Started)
	inspected := seenNow && c.inspected(d)
	if seenNow && d.LastSeen.IsZero() {
		d.LastSeen = c.at
	}
	if old == nil || seenNow {
		seen.LastSeen = c.lastSeen(seen.LastSeen, d.LastSeen)
		now, err := c.putDevice(old, d, inspected)
		if _, ok := seen.uncounted(c.now); c.sure && here(seen.Stands) && !ok { // it came before the clock was set
			if seen.Today.Counted = c.at; now.Personal() {
				seen.Today.Counted = lan.DayOf(c.at, c.now.Location()).UTC()
			}
		}
		if err == nil && now.Personal() && (old == nil || !old.Personal() || now.Kind != old.Kind) {
			err = discreet(c.tx, d.ID, c.now.Location(), &seen)
		}
		if err != nil {
			return err
		}
	} else if d.LastSeen.After(seen.LastSeen) {
		seen.LastSeen = d.LastSeen.UTC() // heard since, outside a sweep
	}
	if inspected {
		seen.Inspected = c.at
		if err := c.findings(d, before.Inspected); err != nil {
			return err
		}
	} else if seenNow {
		if err := c.routerFindings(d, before.Inspected); err != nil {
			return err
		}
	}
	if seen == before {
		return nil
	}
	return putJSON(c.tx.Bucket(seenBucket), id, seen, maxDevice)
}

// inspected reports whether the sweep went through d's ports and checks, rather
// than only hearing that it is there, or from the router of it.
func (c *commit) inspected(d lan.Device) bool {
	return c.sweep.Touch > lan.Listen && (len(d.Services) > 0 || slices.ContainsFunc(d.Findings, func(f lan.Finding) bool { return !lan.ByRouter(f.Check) }))
}

// part reports whether the sweep left off in the middle of d, as it suffered.
func (c *commit) part(d lan.Device) bool {
	return !d.Suffered.At.IsZero() && !d.Suffered.At.Before(c.sweep.Started)
}

// get decodes b's value under key into v; a missing key leaves v as it is.
func get(b *bolt.Bucket, key []byte, v any) error {
	raw := b.Get(key)
	if raw == nil {
		return nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, key, err)
	}
	return nil
}

var errTooLarge = errors.New("not of a size to be kept")

// putJSON writes v under key unless that is what stands there already: in bbolt
// a page is written again for every Put, changed or not.
func putJSON(b *bolt.Bucket, key []byte, v any, bound int) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	if len(raw) > bound {
		return fmt.Errorf("%s: %w (%d bytes)", key, errTooLarge, len(raw))
	}
	if string(b.Get(key)) == string(raw) {
		return nil
	}
	return b.Put(key, raw)
}
