// Package knowledge is what is known of devices beyond what they say
// themselves: how to read their words, who made their network interface, their
// factory logins, their firmware's age and who to tell about a flaw. All of it
// is data with a named public source; unknown is always a good answer.
package knowledge

import (
	"errors"

	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/knowledge/firmware"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/knowledge/oui"
	"github.com/homesweep/homesweep/probes/knowledge/vendors"
)

// What the program carries of the data files, the fingerprints by their own form.
//
//go:generate go run ./pack
//go:generate go generate ./fingerprints

// Base is the knowledge compiled into the program. It is safe for concurrent
// use and never changes.
type Base struct {
	Fingerprints *fingerprints.Set
	Logins       *logins.Set
	Firmware     *firmware.Set
	Vendors      *vendors.Set
	OUI          *oui.Table
}

// Load reads the embedded data. It fails only if a data file is damaged, which
// the packages' own tests rule out for a released program.
func Load() (*Base, error) {
	var errs [5]error
	var b Base
	b.Fingerprints, errs[0] = fingerprints.Load()
	b.Logins, errs[1] = logins.Load()
	b.Firmware, errs[2] = firmware.Load()
	b.Vendors, errs[3] = vendors.Load()
	b.OUI, errs[4] = oui.Load()
	return &b, errors.Join(errs[:]...)
}
