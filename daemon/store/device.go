package store

import (
	"cmp"
	"errors"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// putDevice writes d over old, which is nil for a device not known yet, and gives
// what it is by that.
func (c *commit) putDevice(old *lan.Device, d lan.Device, inspected bool) (lan.Device, error) {
	if d.FirstSeen.IsZero() {
		d.FirstSeen = d.LastSeen
	}
	if old != nil {
		d = renewed(*old, d, inspected, c.part(d))
	}
	d.FirstSeen = d.FirstSeen.UTC()
	d.LastSeen, d.Presence, d.Findings = lan.Device{}.LastSeen, lan.Presence{}, nil // kept under seen and findings
	if d.Personal() {
		d.Clear = nil // noted before it was known as one
	}
	d.Services = slices.Clone(d.Services)
	lan.Sort(d.Services, func(a, b lan.Service) int {
		return cmp.Or(cmp.Compare(a.Transport, b.Transport), cmp.Compare(a.Port, b.Port), a.Address.Compare(b.Address))
	})
	var err error
	for _, slim := range slimmings {
		slim(&d)
		if err = putJSON(c.tx.Bucket(devicesBucket), []byte(d.ID), d, maxDevice); !errors.Is(err, errTooLarge) {
			return d, err
		}
	}
	return d, err
}

// renewed is what is known of a device after a sweep. One that was only heard,
// asleep or in a sweep that only listens, keeps what an inspection found out
// before: its services, and its identity unless the new one is surer. One that
// suffered was asked in part, and keeps what was not come to. That it suffered is
// never forgotten.
func renewed(old, d lan.Device, inspected, part bool) lan.Device {
	if old.Suffered.At.After(d.Suffered.At) {
		d.Suffered = old.Suffered
	}
	if !old.FirstSeen.IsZero() {
		d.FirstSeen = old.FirstSeen
	}
	d.Identity = since(old.Identity, d.Identity)
	if inspected {
		if part {
			d.Services = joined(d.Services, old.Services)
		}
		return d
	}
	d.Services = old.Services
	if len(d.Names) == 0 {
		d.Names = old.Names
	}
	if len(d.MACs) == 0 {
		d.MACs = old.MACs
	}
	if len(d.Addresses) == 0 {
		d.Addresses = old.Addresses
	}
	if d.Confidence < old.Confidence {
		d.Kind, d.Vendor, d.Model = old.Kind, old.Vendor, old.Model
		d.Hardware, d.Firmware = old.Hardware, old.Firmware
		d.Confidence, d.Identity = old.Confidence, old.Identity
	}
	heard := old.Heard.Clone()
	heard.Merge(d.Heard)
	if len(heard) > 0 {
		d.Heard = heard
	}
	return d
}

// joined are now's services and those of old that are not among them. One that
// was named before and is only known to be open now keeps its name.
func joined(now, old []lan.Service) []lan.Service {
	now = slices.Clone(now)
	for _, o := range old {
		i := slices.IndexFunc(now, func(s lan.Service) bool { return s.Key() == o.Key() && s.Address == o.Address })
		switch {
		case i < 0:
			now = append(now, o)
		case now[i].Name == lan.Unknown:
			now[i] = o
		}
	}
	return now
}

// since is the facts of now, each seen first when the same source first said it.
func since(old, now []lan.Fact) []lan.Fact {
	now = slices.Clone(now)
	for i, f := range now {
		k := slices.IndexFunc(old, func(o lan.Fact) bool {
			return o.Field == f.Field && o.Value == f.Value && o.Source == f.Source
		})
		if k >= 0 && !old[k].FirstSeen.IsZero() && (f.FirstSeen.IsZero() || old[k].FirstSeen.Before(f.FirstSeen)) {
			now[i].FirstSeen = old[k].FirstSeen
		}
	}
	return now
}

// dearest is facts with those first by which the device will be known again.
func dearest(facts []lan.Fact) []lan.Fact {
	facts = slices.Clone(facts)
	lan.Sort(facts, func(a, b lan.Fact) int { return cmp.Compare(dear(a), dear(b)) })
	return facts
}

func dear(f lan.Fact) int {
	switch f.Field {
	case lan.FieldIdentity:
		return 0
	case lan.FieldMAC:
		return 1
	}
	return 2
}

// slimmings take ever more from a device until it fits, what is least missed
// first. The first takes nothing.
var slimmings = []func(*lan.Device){
	func(d *lan.Device) { d.Services = d.Services[:min(len(d.Services), maxServices)] },
	func(d *lan.Device) {
		for i := range d.Services {
			d.Services[i].Heard = nil
		}
	},
	func(d *lan.Device) {
		d.Heard = nil
		d.Identity = dearest(d.Identity)[:min(len(d.Identity), 32)]
	},
	func(d *lan.Device) {
		d.Names = d.Names[:min(len(d.Names), 16)]
		d.Addresses = d.Addresses[:min(len(d.Addresses), 32)]
		d.MACs = d.MACs[:min(len(d.MACs), 32)]
		d.Sources = d.Sources[:min(len(d.Sources), 32)]
		d.Services = d.Services[:min(len(d.Services), 32)]
	},
}
