package logins

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// Rows are one layer's records, as Pack and PackCommon write them. A list that
// is nil is not there.
type Rows struct{ Records, Common []byte }

// Read is the records of base, each of its lists the program's own where it is
// nil, with overlays laid over: a record replaces that of the same ID, others
// are added. Every record that the program does not carry is checked as Pack
// does; an error names it.
func Read(base Rows, overlays ...Rows) (*Set, error) { return layers(false, base, overlays) }

// Reread is Read for what it has passed before: nothing is checked again.
func Reread(base Rows, overlays ...Rows) (*Set, error) { return layers(true, base, overlays) }

func layers(known bool, base Rows, overlays []Rows) (*Set, error) {
	all := shelf{map[string]meta{}, map[string]*generic{}}
	own := Rows{}
	if base.Records == nil {
		own.Records = Packed()
	}
	if base.Common == nil {
		own.Common = PackedCommon()
	}
	err := errors.Join(all.lay(true, own), all.lay(known, base))
	for _, over := range overlays {
		err = errors.Join(err, all.lay(known, over))
	}
	records, common := values(all.records), values(all.common)
	lan.Sort(records, func(a, b meta) int { return cmp.Compare(a.ID, b.ID) })
	lan.Sort(common, func(a, b *generic) int { return cmp.Compare(a.ID, b.ID) })
	for _, g := range common {
		if _, twice := all.records[g.ID]; twice {
			err = errors.Join(err, fmt.Errorf("record %q is in both lists", g.ID))
		}
	}
	if err = errors.Join(err, atMostTwo(common)); err != nil {
		return nil, fmt.Errorf("logins: %w", err)
	}
	return ready(records, common), nil
}

// shelf is the records of layers by ID.
type shelf struct {
	records map[string]meta
	common  map[string]*generic
}

// lay puts a layer's records over those that are there.
func (s shelf) lay(known bool, l Rows) error {
	return errors.Join(
		layer(known, l.Records, func(decode func(any) error) (string, error) {
			var m meta
			err := decode(&m)
			if err == nil && !known {
				err = m.check()
			}
			if below, there := s.records[m.ID]; there {
				m.Lockout = m.Lockout.stricter(below.Lockout)
			}
			s.records[m.ID] = m
			return m.ID, err
		}),
		layer(known, l.Common, func(decode func(any) error) (string, error) {
			g := &generic{}
			err := decode(g)
			if err == nil && !known {
				err = g.check()
			}
			s.common[g.ID] = g
			return g.ID, err
		}))
}

// stricter is l with what below knows worse: no layer makes a family that locks
// its owner out into one that bears more tries.
func (l lockout) stricter(below lockout) lockout {
	if l.Max == 0 || below.Max > 0 && below.Max < l.Max {
		l.Max = below.Max
	}
	window, _ := time.ParseDuration(l.Window)
	if before, _ := time.ParseDuration(below.Window); before > window {
		l.Window = below.Window
	}
	if l.Says == "" {
		l.Says = below.Says
	}
	return l
}

// layer reads one list, in which an ID stands once.
func layer(known bool, text []byte, one func(decode func(any) error) (id string, err error)) error {
	if text == nil {
		return nil
	}
	seen := map[string]string{}
	return packing.Walk(known, text, func(decode func(any) error) error {
		id, err := one(decode)
		if err == nil && !known {
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
