package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxEvent = 4 << 10 // bytes of one event
	// afterRestore is how many numbers are left out when an older copy is read back:
	// those of events that are lost may have been told under them.
	afterRestore = lan.MaxEvents
	// repeats is for how long the same is not said again of what flaps: of two DHCP
	// servers now one is heard and now the other, and games open ports every evening.
	repeats = 24 * time.Hour
)

// AppendEvents keeps what happened, in one transaction, and returns it with its
// numbers; what was only said again is left out. Events older than lan.EventsKept go,
// and the oldest of more than lan.MaxEvents.
func (s *Store) AppendEvents(list []lan.Event) (kept []lan.Event, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(list) == 0 || s.bare { // of a home that nobody remembers nothing can happen
		return nil, nil
	}
	err = s.update(func(tx *bolt.Tx) error {
		last, err := lastEvent(tx)
		if err != nil {
			return err
		}
		for _, e := range list[:min(len(list), lan.MaxEvents)] {
			if again, err := repeated(tx, e); again || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			last++
			e.ID = last
			if err := putJSON(tx.Bucket(eventsBucket), []byte(sweepKey(last)), e, maxEvent); err != nil {
				return err
			}
			kept = append(kept, e)
		}
		if err := putJSON(tx.Bucket(metaBucket), eventKey, last, maxEvent); err != nil {
			return err
		}
		return pruneEvents(tx, s.o.Now())
	})
	if err != nil {
		return nil, fmt.Errorf("store: what happened is not kept: %w", err)
	}
	if len(kept) > 0 {
		s.changed()
	}
	return kept, nil
}

// lastEvent is the number of the newest event ever kept.
func lastEvent(tx *bolt.Tx) (last uint64, err error) {
	return last, get(tx.Bucket(metaBucket), eventKey, &last)
}

// repeated reports whether e was said within a day, of what may come and go by itself.
func repeated(tx *bolt.Tx, e lan.Event) (again bool, err error) {
	if e.What != lan.SecondDHCP && e.What != lan.PortMapped {
		return false, nil
	}
	err = eachEvent(tx, "", 0, func(old lan.Event) bool {
		again = again || old.What == e.What && old.Device == e.Device && old.Service == e.Service && old.Now == e.Now &&
			e.At.Sub(old.At) < repeats
		return !again
	})
	return again, err
}

// Events are those of one device, or of all for the empty ID, newest first, at most
// limit of them, with numbers below before; 0 begins with the newest.
func (s *Store) Events(device string, before uint64, limit int) (list []lan.Event, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		return eachEvent(tx, device, before, func(e lan.Event) bool {
			if len(list) < limit {
				list = append(list, e)
			}
			return len(list) < limit
		})
	})
	if err != nil {
		return nil, fmt.Errorf("store: read %s: %w", s.live, err)
	}
	return list, nil
}

// eachEvent goes back through the events of one device, or of all, until each has
// enough.
func eachEvent(tx *bolt.Tx, device string, before uint64, each func(lan.Event) bool) error {
	name, err := json.Marshal(device)
	if err != nil {
		return err
	}
	c := tx.Bucket(eventsBucket).Cursor()
	k, raw := c.Last()
	if before > 0 {
		if k, _ = c.Seek([]byte(sweepKey(before))); k == nil {
			k, raw = c.Last()
		}
		for k != nil && string(k) >= sweepKey(before) {
			k, raw = c.Prev()
		}
	}
	for ; k != nil; k, raw = c.Prev() {
		if device != "" && !bytes.Contains(raw, name) {
			continue // decoding is what costs
		}
		var e lan.Event
		if err := json.Unmarshal(raw, &e); err != nil {
			return fmt.Errorf("%w: event %s: %w", ErrDamaged, k, err)
		}
		if (device == "" || e.Device == device) && !each(e) {
			return nil
		}
	}
	return nil
}

// pruneEvents drops what is too old at now, and the oldest of what is too much.
func pruneEvents(tx *bolt.Tx, now time.Time) error {
	b := tx.Bucket(eventsBucket)
	var old [][]byte
	n, oldest := 0, now.Add(-lan.EventsKept)
	c := b.Cursor()
	for k, raw := c.Last(); k != nil; k, raw = c.Prev() {
		var e struct{ At time.Time }
		if err := json.Unmarshal(raw, &e); err != nil {
			return fmt.Errorf("%w: event %s: %w", ErrDamaged, k, err)
		}
		if n++; n > lan.MaxEvents || e.At.Before(oldest) {
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

// skipEvents leaves out the numbers of events that a copy just read back may lack.
func skipEvents(tx *bolt.Tx) error {
	last, err := lastEvent(tx)
	if err != nil {
		return err
	}
	return tx.Bucket(metaBucket).Put(eventKey, strconv.AppendUint(nil, last+afterRestore, 10))
}

// discreet rounds what was kept of a device that turned out to go where a person
// goes: its events to the day, its days to whether it was seen. That it came and went
// is forgotten.
func discreet(tx *bolt.Tx, id string, zone *time.Location) error {
	var list []lan.Event
	if err := eachEvent(tx, id, 0, func(e lan.Event) bool { list = append(list, e); return true }); err != nil {
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
	var h history
	if err := get(tx.Bucket(daysBucket), []byte(id), &h); err != nil || len(h.Days) == 0 {
		return err
	}
	for i := range h.Days {
		h.Days[i] = min(h.Days[i], 0)
	}
	h.Counted = lan.DayOf(h.Counted, zone)
	return putJSON(tx.Bucket(daysBucket), []byte(id), h, maxEvent)
}
