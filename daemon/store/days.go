package store

import (
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// keptDays is how many days are remembered of when a device was here.
const keptDays = int(lan.EventsKept / (24 * time.Hour))

// history is when a device was here, counted up at its transitions: a device that
// stays costs no writes.
type history struct {
	Counted time.Time `json:"counted,omitzero"` // all before is in Days
	Last    string    `json:"last,omitempty"`   // the date of the last of Days
	Days    []int     `json:"days,omitempty"`   // minutes it was here, oldest day first; unseen for none
}

const unseen = -1

// add counts the time from one moment to the other, both days included; of a
// personal device only that it was seen.
func (h *history) add(from, to time.Time, personal bool) {
	if oldest := to.AddDate(0, 0, -keptDays); from.Before(oldest) {
		from = oldest
	}
	for day := lan.DayOf(from, to.Location()); !day.After(to); day = nextDay(day) {
		here := earlier(to, nextDay(day)).Sub(later(from, day))
		if personal {
			here = 0
		}
		h.mark(day.Format(time.DateOnly), int((here+30*time.Second)/time.Minute))
	}
}

// mark counts minutes for one day.
func (h *history) mark(date string, minutes int) {
	ahead := daysBetween(h.Last, date)
	if len(h.Days) == 0 || ahead > keptDays {
		h.Last, h.Days, ahead = date, nil, 1
	}
	for ; ahead > 0; ahead-- {
		h.Days = append(h.Days, unseen)
	}
	if h.Last < date {
		h.Last = date
	}
	h.Days = h.Days[max(0, len(h.Days)-keptDays):]
	if i := len(h.Days) - 1 + min(0, daysBetween(h.Last, date)); i >= 0 {
		h.Days[i] = min(max(0, h.Days[i])+minutes, 24*60)
	}
}

// on is what is known of that day.
func (h *history) on(date string) (minutes int) {
	if i := len(h.Days) - 1 + daysBetween(h.Last, date); len(h.Days) > 0 && i >= 0 && i < len(h.Days) {
		return h.Days[i]
	}
	return unseen
}

// daysBetween is how many days b is later than a.
func daysBetween(a, b string) int {
	from, err := time.Parse(time.DateOnly, a)
	to, err2 := time.Parse(time.DateOnly, b)
	if err != nil || err2 != nil {
		return 0
	}
	return int(to.Sub(from) / (24 * time.Hour))
}

// nextDay is when the day after that which began at day begins: by its noon, which
// no clock skips.
func nextDay(day time.Time) time.Time {
	y, m, d := day.Date()
	return lan.DayOf(time.Date(y, m, d+1, 12, 0, 0, 0, day.Location()), day.Location())
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func here(p lan.Presence) bool { return p.State == lan.Online || p.State == lan.Idle }

// count counts a device that stands so up to until, in until's zone, and goes on
// counting from next.
func count(tx *bolt.Tx, id []byte, stands lan.Presence, until, next time.Time) error {
	var d struct{ Kind lan.Kind }
	var h history
	b := tx.Bucket(daysBucket)
	if err := get(tx.Bucket(devicesBucket), id, &d); err != nil {
		return err
	}
	if err := get(b, id, &h); err != nil {
		return err
	}
	personal := d.Kind.Personal()
	if from := later(stands.Since, h.Counted); here(stands) && (from.Before(until) || personal && from.Equal(until)) {
		h.add(from, until, personal)
	}
	if personal {
		next = lan.DayOf(next, until.Location())
	}
	h.Counted = later(next, h.Counted).UTC()
	return putJSON(b, id, h, maxEvent)
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
	stands, known := map[string]lan.Presence{}, time.Time{}
	err := s.view(func(tx *bolt.Tx) error {
		return tx.Bucket(seenBucket).ForEach(func(id, _ []byte) error {
			var seen sight
			err := get(tx.Bucket(seenBucket), id, &seen)
			known = later(later(known, seen.LastSeen), later(seen.Stands.Since, seen.Stands.At))
			if here(seen.Stands) {
				stands[string(id)] = seen.Stands
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
		for id, p := range stands {
			if err := count(tx, []byte(id), p, end, later(now, end)); err != nil {
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
	var h history
	if tx.Bucket(devicesBucket).Get(id) == nil {
		return nil, nil
	}
	for bucket, into := range map[string]any{"devices": &d, "seen": &seen, "days": &h} {
		if err := get(tx.Bucket([]byte(bucket)), id, into); err != nil {
			return nil, err
		}
	}
	personal := d.Kind.Personal()
	if here(seen.Stands) {
		if from := later(seen.Stands.Since, h.Counted); !from.After(now) {
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
