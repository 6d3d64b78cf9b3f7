package store

import (
	"fmt"
	"strconv"

	bolt "go.etcd.io/bbolt"
)

// steps bring a database from one schema to the next: steps[0] makes schema 1
// from nothing. One file a step, named after the schema it leads to; a step
// that has been released is never changed.
var steps = []func(*bolt.Tx) error{toSchema1, toSchema2}

// migrate brings the database to the newest schema; one that is there already
// is not written to.
func (s *Store) migrate() error {
	var have int
	err := s.view(func(tx *bolt.Tx) (err error) {
		have, err = schema(tx)
		return err
	})
	if err != nil || have == len(steps) {
		return err
	}
	return s.update(migrate)
}

// migrate brings tx to the newest schema.
func migrate(tx *bolt.Tx) error {
	have, err := schema(tx)
	if err != nil {
		return err
	}
	for i := have; i < len(steps); i++ {
		if err := steps[i](tx); err != nil {
			return fmt.Errorf("bring the database from schema %d to %d: %w", i, i+1, err)
		}
	}
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	return meta.Put(schemaKey, strconv.AppendInt(nil, int64(len(steps)), 10))
}

// schema is the number that tx was written with, 0 when it is empty.
func schema(tx *bolt.Tx) (int, error) {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return 0, nil
	}
	text := meta.Get(schemaKey)
	n, err := strconv.Atoi(string(text))
	switch {
	case err != nil || n < 1:
		return 0, fmt.Errorf("%w: its schema number is %q", ErrDamaged, text)
	case n > len(steps):
		return 0, fmt.Errorf("%w: it has schema %d, this one reads up to %d; install the newer homesweep or choose another database with -state",
			ErrNewer, n, len(steps))
	}
	return n, nil
}
