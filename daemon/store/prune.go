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

const (
	maxAge     = lan.EventsKept // of what is remembered unseen, and of what happened
	maxDevices = 2048           // more is a stranger making up addresses
	maxSweeps  = 200
)

// prune drops what is older than maxAge at now, if that is sure, and the oldest of what
// is too many.
func prune(tx *bolt.Tx, now time.Time, sure bool) error {
	oldest := oldestAt(now, sure)
	if err := pruneDevices(tx, now, sure); err != nil {
		return err
	}
	if err := pruneSweeps(tx.Bucket(sweepsBucket), oldest); err != nil {
		return err
	}
	return pruneEvents(tx, oldest)
}

// oldestAt is before when things are too old at now; nothing is if that is not sure.
func oldestAt(now time.Time, sure bool) time.Time {
	if !sure {
		return time.Time{}
	}
	return now.Add(-maxAge)
}

// pruneDevices takes those that a wrong clock saw last, when it was not set or years
// ahead, for seen now, so that they go in time.
func pruneDevices(tx *bolt.Tx, now time.Time, sure bool) error {
	oldest := oldestAt(now, sure)
	type dated struct {
		id string
		at time.Time
	}
	var all []dated
	err := tx.Bucket(devicesBucket).ForEach(func(id, _ []byte) error {
		var seen sight
		err := get(tx.Bucket(seenBucket), id, &seen)
		if err == nil && sure && (seen.LastSeen.Before(dawn) || seen.LastSeen.After(now.Add(leap))) {
			seen.LastSeen = now.UTC()
			err = putJSON(tx.Bucket(seenBucket), id, seen, maxDevice)
		}
		all = append(all, dated{string(id), seen.LastSeen})
		return err
	})
	if err != nil {
		return err
	}
	lan.Sort(all, func(a, b dated) int { return b.at.Compare(a.at) })
	for i, s := range all {
		if i >= maxDevices || s.at.Before(oldest) {
			if err := forget(tx, []byte(s.id)); err != nil {
				return err
			}
		}
	}
	return nil
}

// forget drops all that is known of a device.
func forget(tx *bolt.Tx, id []byte) error {
	err := errors.Join(tx.Bucket(devicesBucket).Delete(id), tx.Bucket(seenBucket).Delete(id), tx.Bucket(daysBucket).Delete(id))
	if fs := tx.Bucket(findingsBucket); fs.Bucket(id) != nil {
		err = errors.Join(err, fs.DeleteBucket(id))
	}
	return err
}

func pruneSweeps(b *bolt.Bucket, oldest time.Time) error {
	var old [][]byte
	n := 0
	c := b.Cursor()
	for k, v := c.Last(); k != nil; k, v = c.Prev() {
		var sum Summary
		if err := json.Unmarshal(v, &sum); err != nil {
			return fmt.Errorf("%w: sweep %s: %w", ErrDamaged, k, err)
		}
		if n++; n > maxSweeps || n > 1 && sum.Sweep.Finished.Before(oldest) {
			old = append(old, slices.Clone(k))
		}
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}
