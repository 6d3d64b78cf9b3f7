package logins

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// Rows are one layer's records, as Pack and PackCommon write them. A list that
// is nil is not there.
type Rows struct{ Records, Common []byte }

// Read is the records of base, each of its lists the program's own where it is
// nil, with overlays laid over: a record replaces that of the same ID, others
// are added. Every record is checked as Pack does; an error names it.
func Read(base Rows, overlays ...Rows) (*Set, error) {
	if base.Records == nil {
		base.Records = Packed()
	}
	if base.Common == nil {
		base.Common = PackedCommon()
	}
	records, common := map[string]meta{}, map[string]*generic{}
	for _, layer := range append([]Rows{base}, overlays...) {
		if err := errors.Join(layer.records(records), layer.common(common)); err != nil {
			return nil, fmt.Errorf("logins: %w", err)
		}
	}
	allRecords, allCommon := values(records), values(common)
	lan.Sort(allRecords, func(a, b meta) int { return cmp.Compare(a.ID, b.ID) })
	lan.Sort(allCommon, func(a, b *generic) int { return cmp.Compare(a.ID, b.ID) })
	for _, g := range allCommon {
		if _, twice := records[g.ID]; twice {
			return nil, fmt.Errorf("logins: record %q is in both lists", g.ID)
		}
	}
	if err := atMostTwo(allCommon); err != nil {
		return nil, fmt.Errorf("logins: %w", err)
	}
	return ready(allRecords, allCommon), nil
}

// records adds the layer's to all.
func (l Rows) records(all map[string]meta) error {
	return layer(l.Records, func(decode func(any) error) (string, error) {
		var m meta
		if err := decode(&m); err != nil {
			return "", err
		}
		err := m.check()
		all[m.ID] = m
		return m.ID, err
	})
}

// common adds the layer's to all.
func (l Rows) common(all map[string]*generic) error {
	return layer(l.Common, func(decode func(any) error) (string, error) {
		var g generic
		if err := decode(&g); err != nil {
			return "", err
		}
		err := g.check()
		all[g.ID] = &g
		return g.ID, err
	})
}

// layer reads one list, in which an ID stands once.
func layer(text []byte, one func(decode func(any) error) (id string, err error)) error {
	if text == nil {
		return nil
	}
	seen := map[string]string{}
	return packing.Each(text, func(decode func(any) error) error {
		id, err := one(decode)
		if err == nil {
			err = once(seen, id, "the list")
		}
		if err != nil && id != "" {
			return fmt.Errorf("%q: %w", id, err)
		}
		return err
	})
}

func values[T any](m map[string]T) []T {
	list := make([]T, 0, len(m))
	for _, v := range m {
		list = append(list, v)
	}
	return list
}
