package store

import (
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

func here(p lan.Presence) bool { return p.State == lan.Online || p.State == lan.Idle }

// count counts a device that stood as seen says up to until, in until's zone, and has
// seen go on counting from next. What lies after horizon is from a wrong clock: it is not
// counted, and what was counted so goes.
func count(tx *bolt.Tx, id []byte, seen *sight, until, next, horizon time.Time) error {
	if horizon.Before(dawn) { // nobody knows what the time can be
		return nil
	}
	until, next = earlier(until, horizon.In(until.Location())), earlier(next, horizon)
	h, err := wholeHistory(tx, id, *seen)
	if err != nil {
		return err
	}
	personal, err := personal(tx, id)
	if err != nil {
		return err
	}
	h.cut(horizon.In(until.Location()).Add(slack).Format(time.DateOnly))
	if from, ok := seen.uncounted(horizon); ok && (from.Before(until) || personal && from.Equal(until)) {
		h.add(from, until, personal)
	}
	if personal {
		next = lan.DayOf(next, until.Location())
	}
	if seen.Today.Counted.After(horizon.Add(slack)) {
		seen.Today.Counted = time.Time{}
	}
	seen.Today.Counted = later(next, seen.Today.Counted).UTC()
	if len(h.Days) == 0 {
		seen.Today.Date, seen.Today.Minutes = "", 0
		return tx.Bucket(daysBucket).Delete(id)
	}
	seen.Today.Date, seen.Today.Minutes = h.part()
	return putJSON(tx.Bucket(daysBucket), id, h, maxEvent)
}

// personal reports whether the device kept under id goes where a person goes.
func personal(tx *bolt.Tx, id []byte) (bool, error) {
	var d struct { // of lan.Device what that rests on
		Kind lan.Kind
		MACs []lan.MAC
	}
	err := get(tx.Bucket(devicesBucket), id, &d)
	return lan.Device{Kind: d.Kind, MACs: d.MACs}.Personal(), err
}

// wholeHistory is a device's history with its last day.
func wholeHistory(tx *bolt.Tx, id []byte, seen sight) (h history, err error) {
	if err = get(tx.Bucket(daysBucket), id, &h); err == nil && seen.Today.Date != "" {
		h.mark(seen.Today.Date, seen.Today.Minutes)
	}
	return h, err
}

// Settle counts up to now when devices were here, so that the time until the next
// start is nobody's. The daemon calls it when it is told to stop, before Snapshot.
func (s *Store) Settle() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.settle(true); err != nil {
		return fmt.Errorf("store: when devices were here is not kept: %w", err)
	}
	return nil
}

// settle counts every device that stands here up to now if it was watched until then,
// or else up to the latest time from which anything is known. The next time counts from
// now, or from there again if it is not sure that it is now.
func (s *Store) settle(watched bool) error {
	if err := s.flush(); err != nil {
		return err
	}
	stands, known := map[string]sight{}, []time.Time(nil)
	err := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(seenBucket).ForEach(func(id, _ []byte) error {
			var seen sight
			err := get(tx.Bucket(seenBucket), id, &seen)
			known = append(known, seen.LastSeen, seen.Stands.Since, seen.Stands.At)
			if here(seen.Stands) {
				stands[string(id)] = seen
			}
			return err
		})
	})
	if err != nil || len(stands) == 0 {
		return err
	}
	now := s.o.Now()
	s.unsaved = true
	return s.update(func(tx *bolt.Tx) error {
		sure, err := believe(tx, now)
		if err != nil || watched && !sure {
			return err
		}
		horizon, err := horizon(tx, now, sure)
		if err != nil {
			return err
		}
		end, next := now, now
		if !watched {
			end = newest(known, horizon).In(now.Location())
		}
		if !sure {
			next = end
		}
		for id, seen := range stands {
			if err := count(tx, []byte(id), &seen, end, next, horizon); err != nil {
				return err
			}
			if err := putJSON(tx.Bucket(seenBucket), []byte(id), seen, maxDevice); err != nil {
				return err
			}
		}
		return nil
	})
}

// Days are the last 90 of a device up to today, oldest first; none for one that is
// not remembered. Of what goes where a person goes only Seen is told. Absences that
// ended within the half hour in which transitions are collected are not seen.
func (s *Store) Days(device string) (list []lan.Day, err error) {
	if device == "" || len(device) > maxID {
		return nil, nil
	}
	s.catchUp()
	err = s.view(func(tx *bolt.Tx) error {
		list, err = daysOf(tx, []byte(device), s.o.Now())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: read %s: %w", s.live, err)
	}
	return list, nil
}

func daysOf(tx *bolt.Tx, id []byte, now time.Time) (list []lan.Day, err error) {
	var seen sight
	if tx.Bucket(devicesBucket).Get(id) == nil {
		return nil, nil
	}
	personal, err := personal(tx, id)
	if err := errors.Join(err, get(tx.Bucket(seenBucket), id, &seen)); err != nil {
		return nil, err
	}
	h, err := wholeHistory(tx, id, seen)
	if err != nil {
		return nil, err
	}
	if from, ok := seen.uncounted(now); ok && !from.After(now) {
		h.add(from, now, personal)
	}
	if !seen.LastSeen.IsZero() && !seen.LastSeen.After(now) {
		h.mark(seen.LastSeen.In(now.Location()).Format(time.DateOnly), 0)
	}
	for i := range keptDays {
		date := now.AddDate(0, 0, i-keptDays+1).Format(time.DateOnly)
		day := lan.Day{Date: date, Seen: h.on(date) != unseen}
		if !personal {
			day.Minutes = max(0, h.on(date))
		}
		list = append(list, day)
	}
	return list, nil
}
