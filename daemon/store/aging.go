package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// aged is among how many of the first events those that are too old are looked for: the
// times of some are rounded, and a wrong clock may have stamped others.
const aged = 64

// pruneEvents drops what is older than oldest, and the first of what is too much. Only
// the first are decoded, which is what costs.
func pruneEvents(tx *bolt.Tx, oldest time.Time) error {
	b := tx.Bucket(eventsBucket)
	n, young := 0, 0
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		n++
	}
	var old [][]byte
	for k, raw := c.First(); k != nil && (n > lan.MaxEvents || young < aged); k, raw = c.Next() {
		var e struct{ At time.Time }
		if err := json.Unmarshal(raw, &e); err != nil {
			return fmt.Errorf("%w: event %s: %w", ErrDamaged, k, err)
		}
		if n > lan.MaxEvents || e.At.Before(oldest) {
			old = append(old, slices.Clone(k))
			n--
		} else {
			young++
		}
	}
	for _, k := range old {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

// discreet rounds what was kept of a device that turned out to go where a person
// goes: its events and how it stands to the day, its days to whether it was seen. That it came and went
// is forgotten.
func discreet(tx *bolt.Tx, id string, zone *time.Location, seen *sight) error {
	var list []lan.Event
	if err := eachEvent(tx, "device", id, 0, func(e lan.Event) bool {
		if e.Device == id {
			list = append(list, e)
		}
		return true
	}); err != nil {
		return err
	}
	b := tx.Bucket(eventsBucket)
	for _, e := range list {
		key := []byte(sweepKey(e.ID))
		var err error
		if e.What == lan.DeviceGone || e.What == lan.DeviceBack {
			err = b.Delete(key)
		} else {
			e.At = lan.DayOf(e.At, zone)
			err = putJSON(b, key, e, maxEvent)
		}
		if err != nil {
			return err
		}
	}
	seen.Stands = seen.Stands.Discreet(zone)
	if seen.Today.Minutes = 0; !seen.Today.Counted.IsZero() {
		seen.Today.Counted = lan.DayOf(seen.Today.Counted, zone).UTC()
	}
	var h history
	if err := get(tx.Bucket(daysBucket), []byte(id), &h); err != nil || len(h.Days) == 0 {
		return err
	}
	for i := range h.Days {
		h.Days[i] = min(h.Days[i], 0)
	}
	return putJSON(tx.Bucket(daysBucket), []byte(id), h, maxEvent)
}
