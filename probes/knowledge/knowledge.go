// Package knowledge is what is known of devices beyond what they say
// themselves: how to read their words, who made their network interface, their
// factory logins, their firmware's age, who to tell about a flaw and how an owner
// sets them right. All of it is data with a named public source; unknown is
// always a good answer.
//
// The program carries an edition of all of it. A newer one can come as a signed
// file (package bundle), and an owner or provider can lay rows of his own over
// either.
package knowledge

import (
	"time"

	"github.com/homesweep/homesweep/probes/knowledge/bundle"
	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/knowledge/howtos"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/oui"
	"github.com/homesweep/homesweep/probes/knowledge/pages"
	"github.com/homesweep/homesweep/probes/knowledge/vendors"
	"github.com/homesweep/homesweep/probes/lan"
)

// What the program carries of the data files, the fingerprints by their own form;
// then the edition, whose serial grows when any of them has changed.
//
//go:generate go generate ./fingerprints
//go:generate go run ./pack

// Base is the knowledge that a sweep works with. It is safe for concurrent use
// and never changes.
type Base struct {
	Fingerprints *fingerprints.Set
	Logins       *logins.Set
	Firmware     *firmware.Set
	Vendors      *vendors.Set
	Howtos       *howtos.Set
	Pages        *pages.Set
	OUI          *oui.Table

	Edition lan.Knowledge // what it was made of
	Expires time.Time     // from when on it counts as old
}

// Load reads the embedded data. It fails only if a data file is damaged, which
// the packages' own tests rule out for a released program.
func Load() (*Base, error) { return Read(nil) }

// Read is the newer of base, which may be nil, and the program's own knowledge,
// with overlays laid over it, the later ones on top. Where base lacks a section
// the program's own holds. What came in a bundle is checked row by row; any fault
// makes an error, and then nothing of it is to be used.
func Read(base *bundle.Bundle, overlays ...*bundle.Bundle) (*Base, error) {
	return layers{base: base, overlays: overlays}.read()
}

// Reread is Read for bundles that this very program has read together before:
// their rows are not checked again, which costs a small router seconds.
func Reread(base *bundle.Bundle, overlays ...*bundle.Bundle) (*Base, error) {
	return layers{base: base, overlays: overlays, known: true}.read()
}

// Check reads every row of a bundle as Read does, whatever its serial.
func Check(b *bundle.Bundle) error {
	whole := *b
	whole.Serial = max(whole.Serial, 1<<62) // newer than the program's own
	var err error
	if b.IsBase() {
		_, err = Read(&whole)
	} else {
		_, err = Read(nil, b)
	}
	return err
}
