// Package code is the UK Code of Practice for Consumer IoT Security and ETSI EN
// 303 645, as far as they can be looked at from a home's network: what each
// guideline asks, how it can be seen, and what a sweep's findings say of it. It
// says what was seen of one device on one day, and gives no mark for the whole:
// whether a product meets the standard is its maker's to claim.
package code

import (
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Check is what the judgement has to know of a check; its fields are those of
// probes.Check.
type Check struct {
	ID        string
	Topic     string
	Guideline int    // 1..13
	Provision string // "5.1-1"
	Touch     lan.Touch
}

// Source is where facts of this package were read.
type Source struct{ Name, URL, Checked string }

// Sources are all of them. The standard's table B.1 was read where a maker had
// filled it in; what the provisions mean is said in our own words.
var Sources = []Source{
	{"Code of Practice for Consumer IoT Security, DCMS, October 2018",
		"https://www.gov.uk/government/publications/code-of-practice-for-consumer-iot-security/code-of-practice-for-consumer-iot-security", "2026-11-23"},
	{"ETSI EN 303 645, table B.1 of its third version, as Ruuvi filled it in for its gateway",
		"https://github.com/ruuvi/ruuvi.gateway_esp.c/blob/9120ed3360f1c16fec5d618b264652ed8713dd00/cra/303645/ICS_Ruuvi_Gateway.md", "2026-11-23"},
}

// Fill is s with the guidelines of each device and of the home, concluded from
// the findings. s itself and its lists stay as they are. wipe is how a device of
// its family is wiped, step by step, and may be nil. Fill does no I/O and its
// result does not depend on the order of findings or checks.
func Fill(s lan.Sweep, checks []Check, wipe func(lan.Device) []string) lan.Sweep {
	b := newBook(checks, s.Devices)
	s.Devices = slices.Clone(s.Devices)
	for i, d := range s.Devices {
		var steps []string
		if wipe != nil {
			steps = wipe(d)
		}
		s.Devices[i].Guidelines = b.device(d, s, steps)
	}
	s.Guidelines = b.home(s.Devices)
	return s
}

// Device is what s says of d by each of the 13 guidelines, in order; wipe are the
// steps that wipe one of its family, if known.
func Device(d lan.Device, s lan.Sweep, checks []Check, wipe []string) []lan.Guideline {
	return newBook(checks, []lan.Device{d}).device(d, s, wipe)
}

// Meaning is what guideline n asks, in a household's words; empty unless n is
// 1..13.
func Meaning(n int) string {
	if n < 1 || n > len(guidelines) {
		return ""
	}
	return guidelines[n-1].meaning
}

// book is the checks, in the order of the provisions that they look at, and where
// each one stands.
type book struct {
	checks []entry
	at     map[string]int
}

// entry is a check and where its provision stands among all.
type entry struct {
	Check
	place int
}

// newBook has checks, and those that devices have findings of without.
func newBook(checks []Check, devices []lan.Device) book {
	b := book{at: make(map[string]int, len(checks))}
	for i, c := range checks {
		b.at[c.ID] = i
		b.checks = append(b.checks, entry{Check: c})
	}
	for _, d := range devices {
		for _, f := range d.Findings {
			b.learn(f)
		}
	}
	for i := range b.checks {
		b.checks[i].place = place(b.checks[i].Provision)
		for j := i; j > 0 && b.checks[j].before(&b.checks[j-1]); j-- {
			b.checks[j], b.checks[j-1] = b.checks[j-1], b.checks[j]
		}
	}
	for i := range b.checks {
		b.at[b.checks[i].ID] = i
	}
	return b
}

func (e *entry) before(o *entry) bool {
	return e.place < o.place || e.place == o.place && e.ID < o.ID
}

// learn has the check of f too, if nothing is known of it: of findings that
// disagree on where it belongs the one that names the first guideline.
func (b *book) learn(f lan.Finding) {
	i, known := b.at[f.Check]
	if !known {
		i = len(b.checks)
		b.at[f.Check] = i
		b.checks = append(b.checks, entry{Check: Check{ID: f.Check, Guideline: f.Guideline, Provision: f.Provision, Touch: learned}})
	}
	if c := &b.checks[i]; c.Touch == learned &&
		(f.Guideline < c.Guideline || f.Guideline == c.Guideline && f.Provision < c.Provision) {
		c.Guideline, c.Provision = f.Guideline, f.Provision
	}
}

// learned is the touch of a check that is known by its findings alone: it is never
// missed where it has none.
const learned = lan.Touch(-1)
