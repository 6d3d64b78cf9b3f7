package store

import (
	"errors"
	"fmt"
	"runtime/debug"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// guarded runs work, which reads mapped pages, and turns what a damaged page
// does to it into ErrDamaged: bbolt panics on contents that cannot be, and the
// kernel sends SIGBUS for a page that failing flash cannot deliver. Without
// this the second would end the process, whoever recovers.
func guarded(work func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, r)
		}
	}()
	return work()
}

func (s *Store) view(work func(*bolt.Tx) error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	return guarded(func() error { return s.db.View(work) })
}

// update runs work, after what is held, and renews the seal in one transaction: all of
// it is kept, or nothing.
func (s *Store) update(work func(*bolt.Tx) error) error {
	err := guarded(func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			if err := s.takeHeld(tx); err != nil {
				return err
			}
			if err := work(tx); err != nil {
				return err
			}
			return seal(tx)
		})
	})
	if err == nil {
		s.taken()
	}
	s.meter()
	if errors.Is(err, berrors.ErrMaxSizeReached) {
		return fmt.Errorf("%s has reached its bound: %w; stop homesweep and delete the file, it will find out anew what was in it; your decisions are kept elsewhere", s.live, err)
	}
	return err
}

// meter counts the pages that were written since the last time, and the head page of
// the commit.
func (s *Store) meter() {
	if s.fallback {
		return
	}
	stats := s.db.Stats()
	alloc := stats.TxStats.GetPageAlloc()
	s.o.Meter.Wrote(max(0, alloc-s.metered) + pageSize)
	s.metered = alloc
}
