package store

import (
	"fmt"
	"maps"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// CommitPresence keeps how devices stand after a transition, by device ID, and counts
// when they were here. A device that is not remembered is left out.
func (s *Store) CommitPresence(stands map[string]lan.Presence) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	news := map[string]lan.Presence{}
	err := s.view(func(tx *bolt.Tx) error {
		for id, p := range stands {
			if id == "" || len(id) > maxID {
				continue
			}
			var seen *sight
			if err := get(tx.Bucket(seenBucket), []byte(id), &seen); err != nil {
				return err
			}
			if seen != nil && (seen.Stands != p || len(s.held) > 0) {
				p.By = lan.Printable(p.By, lan.MaxName)
				news[id] = p
			}
		}
		return nil
	})
	if err == nil && len(news) > 0 {
		err = s.jot(recent{Stands: news})
	}
	if err != nil {
		return fmt.Errorf("store: who is here is not kept: %w", err)
	}
	s.unsaved = s.unsaved || len(news) > 0
	return nil
}

// putStands writes how devices stand, and counts up to then unless the clock was in doubt.
func putStands(tx *bolt.Tx, stands map[string]lan.Presence, doubt bool, horizon time.Time) error {
	b := tx.Bucket(seenBucket)
	for _, id := range slices.Sorted(maps.Keys(stands)) {
		var seen *sight
		if err := get(b, []byte(id), &seen); err != nil {
			return err
		}
		if seen == nil || seen.Stands == stands[id] {
			continue
		}
		if !doubt { // by a wrong clock the days would be pushed out
			if err := count(tx, []byte(id), seen, stands[id].Since.In(horizon.Location()), stands[id].Since, horizon); err != nil {
				return err
			}
		}
		seen.Stands = stands[id]
		if err := putJSON(b, []byte(id), seen, maxDevice); err != nil {
			return err
		}
	}
	return nil
}
