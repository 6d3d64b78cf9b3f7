package pages

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/homesweep/homesweep/probes/knowledge/packing"
	"github.com/homesweep/homesweep/probes/lan"
)

// Read is the pages of base, the program's own if it is nil, with overlays laid
// over: a page replaces that of the same ID, others are added. Every page that
// the program does not carry is checked as Pack does; an error names it.
func Read(base []byte, overlays ...[]byte) (*Set, error) { return layers(false, base, overlays) }

// Reread is Read for what it has passed before: nothing is checked again.
func Reread(base []byte, overlays ...[]byte) (*Set, error) { return layers(true, base, overlays) }

func layers(known bool, base []byte, overlays [][]byte) (*Set, error) {
	all := map[string]Page{}
	for i, text := range append([][]byte{base}, overlays...) {
		known, seen := known, map[string]bool{}
		if i == 0 && base == nil {
			known, text = true, Packed()
		}
		err := packing.Walk(known, text, func(decode func(any) error) error {
			var p Page
			if err := decode(&p); err != nil {
				return err
			}
			if !known {
				err := p.check()
				if seen[p.ID] {
					err = errors.Join(err, errors.New("the id is already taken"))
				}
				if err != nil {
					return fmt.Errorf("%q: %w", p.ID, err)
				}
				seen[p.ID] = true
			}
			all[p.ID] = p
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("pages: %w", err)
		}
	}
	list := make([]Page, 0, len(all))
	for _, p := range all {
		list = append(list, p)
	}
	lan.Sort(list, func(a, b Page) int { return cmp.Compare(a.ID, b.ID) })
	return ready(list), nil
}

// All are the pages, sorted by ID, without their examples.
func (s *Set) All() []Page {
	list := make([]Page, 0, len(s.pages))
	for _, e := range s.pages {
		list = append(list, e.Page)
	}
	return list
}
