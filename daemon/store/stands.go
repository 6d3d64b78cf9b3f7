package store

import (
	"fmt"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// CommitPresence keeps how devices stand after a transition, by device ID, in
// one transaction, and counts when they were here. A device that is not remembered
// is left out. One call costs
// what a commit costs (about 20 KB of writes), so callers collect transitions.
func (s *Store) CommitPresence(stands map[string]lan.Presence) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed, zone := false, s.o.Now().Location()
	err := s.update(func(tx *bolt.Tx) error {
		b := tx.Bucket(seenBucket)
		for _, id := range slices.Sorted(maps.Keys(stands)) {
			if id == "" || len(id) > maxID || b.Get([]byte(id)) == nil {
				continue
			}
			var seen sight
			if err := get(b, []byte(id), &seen); err != nil {
				return err
			}
			if seen.Stands == stands[id] {
				continue
			}
			if err := count(tx, []byte(id), seen.Stands, stands[id].Since.In(zone), stands[id].Since); err != nil {
				return err
			}
			seen.Stands, changed = stands[id], true
			seen.Stands.By = lan.Printable(seen.Stands.By, lan.MaxName)
			if err := putJSON(b, []byte(id), seen, maxDevice); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: who is here is not kept: %w", err)
	}
	s.unsaved = s.unsaved || changed
	return nil
}
