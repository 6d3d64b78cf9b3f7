package report

import (
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// Redact is a copy of s to show to a stranger who is to help: without names,
// addresses, hardware addresses (the maker is named already), serial numbers,
// identities, links, programs' own words about ports, and everything that devices
// announced of themselves. A device is called by its number in the report, and so
// is every mention of it in evidence and advice: "device 3", "address 3.1". What
// cannot be named like that is "[struck out]". Times at which devices were met
// or suffered are rounded to the day.
//
// What was concluded stays: kind, maker, model, firmware, services and what was
// found. Nothing gets into the copy that kept does not name, so a new field of
// lan's is left out until somebody decides about it. What a device put into its
// model name or its greeting is guessed at only: read the copy before you hand it
// on. s is not changed.
func Redact(s lan.Sweep) lan.Sweep {
	s = ordered(s)
	c := newCensor(s)
	c.copy(s, true)
	out := c.copy(s, false)
	out.Knowledge.Layers = nil
	for i := range s.Knowledge.Layers {
		out.Knowledge.Layers = append(out.Knowledge.Layers, fmt.Sprintf("layer %d", i+1))
	}
	for i := range out.Devices {
		c.device(&out.Devices[i], s.Devices[i])
		if d := &out.Devices[i]; s.Devices[i].Resting(s.Finished) && !d.Resting(s.Finished) {
			d.Suffered.At = day(s.Finished) // it suffered the day before, and is left alone still
		}
	}
	if out.Changes != nil {
		c.changes(out.Changes, *s.Changes, out.Devices)
	}
	return out
}

// device finishes the copy d of was.
func (c *censor) device(d *lan.Device, was lan.Device) {
	d.Names = []string{c.name(was.ID)}
	d.Identity = slices.DeleteFunc(d.Identity, func(f lan.Fact) bool { return !slices.Contains(conclusions, f.Field) })
	for i := range d.Findings {
		if f := &d.Findings[i]; slices.Contains(revealing, f.Check) && len(f.Evidence) > 0 {
			f.Evidence = []lan.Evidence{{Heard: struckOut}}
		}
	}
}

// conclusions are the facts that stay.
var conclusions = []string{lan.FieldKind, lan.FieldVendor, lan.FieldModel, lan.FieldHardware, lan.FieldFirmware, lan.FieldPorts}

// revealing are the checks whose evidence names a household's folders and
// databases, concluded those whose evidence is our own knowledge.
var (
	revealing = []string{"nfs-open", "smb-guest", "rsync-open", "database-open"}
	concluded = []string{"vulnerability-contact", "firmware-outdated", "software-outdated", "end-of-support", "known-backdoor"}
)

// changes finishes the copy ch of was; devices are those of the copy, as they are
// called in it. What is said in words is said anew.
func (c *censor) changes(ch *lan.Changes, was lan.Changes, devices []lan.Device) {
	names := map[string]string{}
	for _, d := range devices {
		names[d.ID] = called(d)
	}
	name := func(id string) string {
		if known := names[c.id(id)]; known != "" {
			return known
		}
		return c.name(id)
	}
	for i := range ch.Devices {
		d := &ch.Devices[i]
		d.Name = name(was.Devices[i].Device)
		for j := range d.What {
			if what := &d.What[j]; what.Field != lan.FieldFirmware && what.Field != lan.FieldService {
				what.Was, what.Now = "", ""
			}
		}
		d.Words = deviceWords(*d)
	}
	for i := range ch.Findings {
		f := &ch.Findings[i]
		f.Name = name(was.Findings[i].Device)
		f.Words = findingWords(*f)
	}
}
