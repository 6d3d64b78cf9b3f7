package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"github.com/homesweep/homesweep/probes/lan"
)

// Summary is a past sweep without its devices.
type Summary struct {
	Sweep    lan.Sweep `json:"sweep"`    // Devices is empty
	Devices  int       `json:"devices"`  // how many it saw
	Problems int       `json:"problems"` // findings of it that asked something of the owner
}

// summary keeps the sweep's own part.
func (c commit) summary() error {
	sum := Summary{Sweep: c.sweep, Devices: len(c.sweep.Devices)}
	sum.Sweep.Devices = nil
	sum.Sweep.Notes = slices.Clone(c.sweep.Notes[:min(len(c.sweep.Notes), maxNotes)])
	for i, note := range sum.Sweep.Notes {
		sum.Sweep.Notes[i] = lan.Printable(note, lan.MaxRaw)
	}
	for _, d := range c.sweep.Devices {
		for _, f := range d.Findings {
			if f.Verdict.Problem() {
				sum.Problems++
			}
		}
	}
	b := c.tx.Bucket(sweepsBucket)
	n, err := b.NextSequence()
	if last, _ := b.Cursor().Last(); err == nil && string(last) >= sweepKey(n) {
		// A restored bucket counts from one again; go on after what is there.
		if n, err = strconv.ParseUint(string(last), 10, 64); err == nil {
			n++
			err = b.SetSequence(n)
		}
	}
	if err != nil {
		return err
	}
	return putJSON(b, []byte(sweepKey(n)), sum, maxDevice)
}

func sweepKey(n uint64) string { return fmt.Sprintf("%012d", n) }

// Latest is what is known now: the head of the last sweep with every device
// that is remembered, one that the sweep did not see with its own LastSeen. It
// is the zero Sweep before the first Commit. Devices are in order of address.
func (s *Store) Latest() (sweep lan.Sweep, err error) {
	s.catchUp()
	err = s.view(func(tx *bolt.Tx) error {
		if _, v := tx.Bucket(sweepsBucket).Cursor().Last(); v != nil {
			var sum Summary
			if err := json.Unmarshal(v, &sum); err != nil {
				return fmt.Errorf("%w: last sweep: %w", ErrDamaged, err)
			}
			sweep = sum.Sweep
		}
		sweep.Devices, err = devices(tx)
		unmap(tx)
		return err
	})
	if err != nil {
		return lan.Sweep{}, fmt.Errorf("store: read %s: %w", s.live, err)
	}
	return sweep, nil
}

// Sweeps are the summaries of the last 90 days, at most 200, newest first.
func (s *Store) Sweeps() (list []Summary, err error) {
	err = s.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(sweepsBucket).Cursor()
		for k, v := c.Last(); k != nil; k, v = c.Prev() {
			var sum Summary
			if err := json.Unmarshal(v, &sum); err != nil {
				return fmt.Errorf("%w: sweep %s: %w", ErrDamaged, k, err)
			}
			list = append(list, sum)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: read %s: %w", s.live, err)
	}
	return list, nil
}

func devices(tx *bolt.Tx) (list []lan.Device, err error) {
	err = tx.Bucket(devicesBucket).ForEach(func(id, raw []byte) error {
		var d lan.Device
		var seen sight
		err := errors.Join(json.Unmarshal(raw, &d), get(tx.Bucket(seenBucket), id, &seen))
		if err != nil {
			return fmt.Errorf("%w: device %s: %w", ErrDamaged, id, err)
		}
		d.LastSeen, d.Presence = seen.LastSeen, seen.Stands
		if b := tx.Bucket(findingsBucket).Bucket(id); b != nil {
			if d.Findings, err = findings(b, seen); err != nil {
				return err
			}
		}
		list = append(list, d)
		return nil
	})
	lan.Sort(list, func(a, b lan.Device) int {
		return cmp.Or(first(a).Compare(first(b)), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// findings are in order of their key, which is bbolt's.
func findings(b *bolt.Bucket, seen sight) (list []lan.Finding, err error) {
	err = b.ForEach(func(key, _ []byte) error {
		var k kept
		err := get(b, key, &k)
		k.Finding.LastSeen = cmp.Or(k.Finding.LastSeen, seen.Inspected)
		list = append(list, k.Finding)
		return err
	})
	return list, err
}

// first is d's lowest address: IPv4 before IPv6, none before both.
func first(d lan.Device) netip.Addr {
	if len(d.Addresses) == 0 {
		return netip.Addr{}
	}
	return slices.MinFunc(d.Addresses, netip.Addr.Compare)
}
