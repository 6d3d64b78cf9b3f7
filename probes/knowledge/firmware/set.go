package firmware

import (
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// Set is the loaded rows. It is safe for concurrent use and never changes.
type Set struct {
	rows  []*Row
	index func() *index
}

// index is the rows by the first word of each name of their vendor. A look-up of
// a maker of whom nothing is known ends there.
type index struct {
	byWord     map[string][]*Row
	anyVendor  []*Row // those that tell by an expression
	components []*Row
}

// newSet makes rows ready, of which the expressions are compiled when they are
// first needed.
func newSet(rows []*Row) *Set {
	for _, r := range rows {
		r.prepare()
	}
	s := &Set{rows: rows}
	s.index = sync.OnceValue(s.sorted)
	return s
}

func (s *Set) sorted() *index {
	x := &index{byWord: map[string][]*Row{}}
	for _, r := range s.rows {
		switch {
		case r.Kind == Component:
			x.components = append(x.components, r)
			continue
		case r.vendor != nil:
			x.anyVendor = append(x.anyVendor, r)
			continue
		}
		for _, name := range r.vendorNames {
			first, _ := cutWord(name[1:])
			have := x.byWord[string(first)]
			if len(have) == 0 || have[len(have)-1] != r {
				x.byWord[string(first)] = append(have, r)
			}
		}
	}
	return x
}

// each calls see with the rows that may speak of a device of that vendor, some
// of them more than once.
func (s *Set) each(vendor string, see func(*Row)) {
	x := s.index()
	var buf [128]byte
	heard := lan.AppendWords(buf[:0], vendor)
	for rest := heard[1:]; len(rest) > 0; {
		var word []byte
		word, rest = cutWord(rest)
		for _, r := range x.byWord[string(word)] {
			if r.madeBy(vendor, heard) {
				see(r)
			}
		}
	}
	for _, r := range x.anyVendor {
		if r.madeBy(vendor, heard) {
			see(r)
		}
	}
}

// cutWord cuts text of lan.AppendWords after its first word.
func cutWord(text []byte) (word, rest []byte) {
	for i, c := range text {
		if c == ' ' {
			return text[:i], text[i+1:]
		}
	}
	return text, nil
}

// All lists copies of the rows in the order of their files' names, without what
// the packed rows leave out (see Row).
func (s *Set) All() []Row {
	all := make([]Row, len(s.rows))
	for i, r := range s.rows {
		all[i] = *r
	}
	return all
}
