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
// seen go on counting from next.
func count(tx *bolt.Tx, id []byte, seen *sight, until, next time.Time) error {
	var d struct{ Kind lan.Kind }
	h, err := wholeHistory(tx, id, *seen)
	if err == nil {
		err = get(tx.Bucket(devicesBucket), id, &d)
	}
	if err != nil {
		return err
	}
	personal := d.Kind.Personal()
	from := later(seen.Stands.Since, seen.Today.Counted)
	if here(seen.Stands) && (from.Before(until) || personal && from.Equal(until)) {
		h.add(from, until, personal)
	}
	if personal {
		next = lan.DayOf(next, until.Location())
	}
	seen.Today.Counted = later(next, seen.Today.Counted).UTC()
	if len(h.Days) == 0 {
		return nil
	}
	seen.Today.Date, seen.Today.Minutes = h.part()
	return putJSON(tx.Bucket(daysBucket), id, h, maxEvent)
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
	now := s.o.Now()
	if err := s.settle(func(time.Time) time.Time { return now }); err != nil {
		return fmt.Errorf("store: when devices were here is not kept: %w", err)
	}
	return nil
}

// settle counts every device that stands here up to when until says, to which the
// latest time is told from which anything is known. The next time counts from now.
func (s *Store) settle(until func(known time.Time) time.Time) error {
	if err := s.flush(); err != nil {
		return err
	}
	stands, known := map[string]sight{}, time.Time{}
	err := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(seenBucket).ForEach(func(id, _ []byte) error {
			var seen sight
			err := get(tx.Bucket(seenBucket), id, &seen)
			known = later(later(known, seen.LastSeen), later(seen.Stands.Since, seen.Stands.At))
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
	end := until(known).In(now.Location())
	s.unsaved = true
	return s.update(func(tx *bolt.Tx) error {
		if sure, err := believe(tx, now); err != nil || !sure && !end.Equal(known) {
			return err
		}
		for id, seen := range stands {
			if err := count(tx, []byte(id), &seen, end, later(now, end)); err != nil {
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
	var d struct{ Kind lan.Kind }
	var seen sight
	if tx.Bucket(devicesBucket).Get(id) == nil {
		return nil, nil
	}
	if err := errors.Join(get(tx.Bucket(devicesBucket), id, &d), get(tx.Bucket(seenBucket), id, &seen)); err != nil {
		return nil, err
	}
	h, err := wholeHistory(tx, id, seen)
	if err != nil {
		return nil, err
	}
	personal := d.Kind.Personal()
	if here(seen.Stands) {
		if from := later(seen.Stands.Since, seen.Today.Counted); !from.After(now) {
			h.add(from, now, personal)
		}
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
