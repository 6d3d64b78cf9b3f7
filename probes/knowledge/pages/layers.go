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
func Read(base []byte, overlays ...[]byte) (*Set, error) { return layers(packing.Each, base, overlays) }

// Reread is Read for pages that it has passed before: nothing is checked.
func Reread(base []byte, overlays ...[]byte) (*Set, error) {
	return layers(packing.Known, base, overlays)
}

func layers(walk packing.Walk, base []byte, overlays [][]byte) (*Set, error) {
	all := map[string]Page{}
	for i, text := range append([][]byte{base}, overlays...) {
		walk := walk
		if i == 0 && base == nil {
			text, walk = Packed(), packing.Known
		}
		seen := map[string]bool{}
		err := walk(text, func(decode func(any) error) error {
			var p Page
			if err := decode(&p); err != nil {
				return err
			}
			err := p.check()
