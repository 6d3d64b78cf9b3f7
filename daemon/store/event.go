package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/daemon/journal"
	"github.com/homesweep/homesweep/probes/lan"
)

const (
	maxEvent = 4 << 10 // bytes of one event
	// eventsInLine is for how many at once a line has room.
	eventsInLine = journal.MaxLine / maxEvent / 2
	// afterRestore is how many numbers are left out when an older copy is read back:
	// those of events that are lost may have been told under them.
	afterRestore = lan.MaxEvents
	// repeats is for how long the same is not said again of what flaps: of two DHCP
	// servers now one is heard and now the other, and games open ports every evening.
	repeats = 24 * time.Hour
)

// AppendEvents keeps what happened, all of it or nothing, and returns it with its
// numbers; what was only said again is left out, and so is one that is too large. Events
// older than lan.EventsKept go, and the oldest of more than lan.MaxEvents.
func (s *Store) AppendEvents(list []lan.Event) (kept []lan.Event, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(list) == 0 || s.bare { // of a home that nobody remembers nothing can happen
		return nil, nil
	}
	if slices.ContainsFunc(list, mayRepeat) {
		err = s.flush() // to have all of them to compare with
	}
	if err == nil {
		err = s.view(func(tx *bolt.Tx) error {
			kept, err = s.number(tx, list[:min(len(list), lan.MaxEvents)])
			return err
		})
	}
	if err == nil && len(kept) > 0 {
		err = s.jot(recent{Events: kept})
	}
	if err != nil {
		return nil, fmt.Errorf("store: what happened is not kept: %w", err)
	}
	if len(kept) > 0 {
		s.changed()
	}
	return kept, nil
}

// number is what of list is worth keeping, with its numbers.
func (s *Store) number(tx *bolt.Tx, list []lan.Event) (kept []lan.Event, err error) {
	last, err := lastEvent(tx)
	if last = max(last, s.newest); last == 0 { // begun anew: above all that were used before, one a second at most
		last = uint64(max(0, s.o.Now().Unix()))
	}
	for _, e := range list {
		again, rerr := repeated(tx, kept, e)
		if rerr != nil {
			return nil, rerr
		}
		if again {
			continue
		}
		e.ID = last + 1
		if raw, merr := json.Marshal(e); merr != nil || len(raw) > maxEvent {
			s.o.Log.Warn("one thing that happened is too large to keep", "what", e.What, "bytes", len(raw), "error", merr)
			continue
		}
		last, kept = e.ID, append(kept, e)
	}
	return kept, err
}

// putEvents writes events at now, if that is sure to be the time.
func putEvents(tx *bolt.Tx, list []lan.Event, now time.Time, sure bool) error {
	if len(list) == 0 {
		return nil
	}
	b := tx.Bucket(eventsBucket)
	b.FillPercent = 0.95 // they are only added at the end, where half a page would stay empty
	for _, e := range list {
		if err := putJSON(b, []byte(sweepKey(e.ID)), e, maxEvent); err != nil {
			return err
		}
	}
	last, err := lastEvent(tx) // after a copy was read back it is above those of lines left over
	if err == nil {
		err = putJSON(tx.Bucket(metaBucket), eventKey, max(last, list[len(list)-1].ID), maxEvent)
	}
	if err != nil {
		return err
	}
	return pruneEvents(tx, oldestAt(now, sure))
}

// lastEvent is the number of the newest event ever kept.
func lastEvent(tx *bolt.Tx) (last uint64, err error) {
	return last, get(tx.Bucket(metaBucket), eventKey, &last)
}

// mayRepeat reports whether e is of what may come and go by itself.
func mayRepeat(e lan.Event) bool { return e.What == lan.SecondDHCP || e.What == lan.PortMapped }

// repeated reports whether such an e was said within a day, just now or before.
func repeated(tx *bolt.Tx, now []lan.Event, e lan.Event) (again bool, err error) {
	if !mayRepeat(e) {
		return false, nil
	}
	said := func(old lan.Event) bool {
		since := e.At.Sub(old.At)
		return old.What == e.What && old.Device == e.Device && old.Service == e.Service && old.Now == e.Now &&
			0 <= since && since < repeats
	}
	if slices.ContainsFunc(now, said) {
		return true, nil
	}
	err = eachEvent(tx, "what", string(e.What), 0, func(old lan.Event) bool {
		again = said(old)
		return !again
	})
	return again, err
}

// Events are those of one device, or of all for the empty ID, newest first, at most
// limit of them, with numbers below before; 0 begins with the newest.
func (s *Store) Events(device string, before uint64, limit int) (list []lan.Event, err error) {
	s.catchUp()
	err = s.view(func(tx *bolt.Tx) error {
		return eachEvent(tx, "device", device, before, func(e lan.Event) bool {
			if len(list) < limit && (device == "" || e.Device == device) {
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

// eachEvent goes back through the events, or through those in which the field may have
// that value, until each has enough.
func eachEvent(tx *bolt.Tx, field, value string, before uint64, each func(lan.Event) bool) error {
	has, err := json.Marshal(map[string]string{field: value})
	if err != nil {
		return err
	}
	has = has[1 : len(has)-1]
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
		if value != "" && !bytes.Contains(raw, has) {
			continue // decoding is what costs
		}
		var e lan.Event
		if err := json.Unmarshal(raw, &e); err != nil {
			return fmt.Errorf("%w: event %s: %w", ErrDamaged, k, err)
		}
		if !each(e) {
			return nil
		}
	}
	return nil
}

// skipEvents leaves out the numbers of events that a copy just read back may lack. Where
// it has none they may have begun at any second up to now, as number does.
func skipEvents(tx *bolt.Tx, now time.Time) error {
	last, err := lastEvent(tx)
	if err != nil {
		return err
	}
	if last == 0 {
		last = uint64(max(0, now.Unix()))
	}
	return tx.Bucket(metaBucket).Put(eventKey, strconv.AppendUint(nil, last+afterRestore, 10))
}
