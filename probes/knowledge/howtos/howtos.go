// Package howtos tells in a few steps how the commonest families of devices are
// set up, given a password of one's own, updated and wiped.
//
// Its rows are JSON files under data, each with the public page it was checked
// against; a new family is a new row or a new file, and then "go generate
// ./probes/knowledge" for what the program carries of it. A device without a row
// gets no steps: a wrong menu is worse than none.
package howtos

import (
	_ "embed" // the packed rows
	"encoding/json"
	"fmt"

	"github.com/homesweep/homesweep/probes/lan"
)

//go:embed rows.json.gz
var zipped []byte

// Set is the loaded how-tos. It is safe for concurrent use and never changes;
// a nil Set knows nothing.
type Set struct{ rows []*row }

// Howto is what one family's owner can do. Each list has at most five steps, in
// our words; a list is empty where the family has nothing of that sort.
type Howto struct {
	ID     string // of the row
	Family string // as people call it: "Philips Hue"
	Source string // URL of the public page that the steps were checked against
	// General says that the steps hold for many makers' devices and were not
	// checked for this family: they name no menus, and Source is about all.
	General bool
	Checked string // YYYY-MM-DD

	Setup    []string // where a set-up on the network can be left unfinished
	Password []string // a password of one's own
	Update   []string // and automatic updates
	Wipe     []string // before it is sold or thrown away, the maker's account included
}

// Load is the how-tos that the program carries. It fails only if they are
// damaged.
func Load() (*Set, error) {
	s := &Set{}
	if err := json.Unmarshal(Packed(), &s.rows); err != nil {
		return nil, fmt.Errorf("howtos: the packed rows are damaged: %w", err)
	}
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("howtos: the packed rows are damaged: %w", err)
	}
	return s, nil
}

// prepare makes every row ready for For. It fails where one leans on a row that
// is not there.
func (s *Set) prepare() error {
	byID := make(map[string]*row, len(s.rows))
	for _, r := range s.rows {
		byID[r.ID] = r
	}
	for _, r := range s.rows {
		if r.like = byID[r.Like]; r.like == nil && r.Like != "" {
			return fmt.Errorf("row %q is like %q, which is not there", r.ID, r.Like)
		}
		for i := range r.Match {
			r.Match[i].prepare()
		}
	}
	return nil
}

// maxWords is how much of a device's words is looked at, in bytes.
const maxWords = 256

// For is the how-to of d's family; ok is false where there is none. Of several
// rows the one that asks for most wins: the software, then the model, the
// maker, the kind of device; of equals the last one, so that an overlay's goes
// before the program's.
func (s *Set) For(d lan.Device) (h Howto, ok bool) {
	if s == nil {
		return Howto{}, false
	}
	heard := device{string(lan.AppendWords(nil, head(d.Vendor))), head(d.Model), head(d.Firmware), d.Kind}
	var best *row
	most := 0
	for _, r := range s.rows {
		if n := r.fit(heard); n > 0 && n >= most {
			best, most = r, n
		}
	}
	if best == nil {
		return Howto{}, false
	}
	return best.howto(), true
}

// All lists the how-tos in the order of their files' names, without what is
// only there for others to lean on.
func (s *Set) All() []Howto {
	var all []Howto
	for _, r := range s.rows {
		if len(r.Match) > 0 {
			all = append(all, r.howto())
		}
	}
	return all
}

func head(text string) string {
	if len(text) > maxWords {
		return text[:maxWords]
	}
	return text
}
