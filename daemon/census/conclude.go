package census

import (
	"cmp"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// room is how many facts of each field are kept of why we think so, the best of
// them, so that none crowds out another.
var room = map[string]int{
	lan.FieldName: 8, lan.FieldKind: 6, lan.FieldVendor: 8, lan.FieldModel: 8, lan.FieldHardware: 4, lan.FieldFirmware: 6,
	lan.FieldMAC: 8, lan.FieldAddress: maxAddrs, lan.FieldIdentity: 12,
}

// maxFacts is how many facts fit in room.
const maxFacts = 40 + 8 + maxAddrs + 12

// marks are the fields that the census itself fills in.
var marks = map[string]bool{lan.FieldName: true, lan.FieldMAC: true, lan.FieldAddress: true, lan.FieldIdentity: true}

// Conclude weighs facts and fills in what we believe of d: for each field the
// value with the best support, less half the support of the strongest one that
// contradicts it. The facts, best first, join what the census knows of d's
// addresses and names in d.Identity, and the nicest of its names comes first. It
// can be called again with more facts; d's earlier conclusions do not count as
// evidence, but a fact that was known before keeps the time it was first seen.
func Conclude(d *lan.Device, facts []lan.Fact) {
	before := d.Identity
	own := slices.DeleteFunc(slices.Clone(before), func(f lan.Fact) bool { return !marks[f.Field] })
	facts = dedupe(slices.Concat(own, facts))
	for i, f := range facts {
		if f.LastSeen.IsZero() {
			facts[i].FirstSeen, facts[i].LastSeen = d.LastSeen, d.LastSeen
		}
	}
	facts = dated(facts, before)
	lan.Sort(facts, compareFact)
	d.Identity = foremost(facts)
	var vendor, model, kind float64
	d.Vendor, vendor = best(facts, lan.FieldVendor)
	d.Model, model = best(facts, lan.FieldModel)
	d.Hardware, _ = best(facts, lan.FieldHardware)
	d.Firmware, _ = best(facts, lan.FieldFirmware)
	k, sure := best(facts, lan.FieldKind)
	d.Kind, kind = lan.Kind(k), sure
	if !d.Kind.Known() {
		d.Kind, kind = lan.Unknown, 0
	}
	// How sure we are of the device is how sure we are of the most telling
	// thing we can say of it: model, else maker, else kind.
	d.Confidence = max(model, 0.7*vendor, 0.5*kind)
	d.Names = nicest(called(*d, facts), dull(*d))
}

// called are d's names with those among the facts. What only others call it
// counts for nothing once it has a name of its own.
func called(d lan.Device, facts []lan.Fact) []string {
	names := slices.Clone(d.Names)
	for _, f := range facts {
		if f.Field == lan.FieldName && f.Confidence > sureClaimed {
			names = addOne(names, f.Value, maxNames)
		}
	}
	own := func(name string) bool {
		return slices.ContainsFunc(facts, func(f lan.Fact) bool {
			return f.Field == lan.FieldName && f.Value == name && f.Confidence > sureClaimed
		})
	}
	if slices.ContainsFunc(names, own) {
		names = slices.DeleteFunc(names, func(name string) bool {
			return !own(name) && slices.ContainsFunc(facts, func(f lan.Fact) bool { return f.Field == lan.FieldName && f.Value == name })
		})
	}
	return names
}

func compareFact(a, b lan.Fact) int {
	return cmp.Or(strings.Compare(a.Field, b.Field), cmp.Compare(b.Confidence, a.Confidence),
		b.LastSeen.Compare(a.LastSeen), strings.Compare(a.Value, b.Value), strings.Compare(a.Source, b.Source))
}

// foremost are the first facts of each field, which stand in order.
func foremost(facts []lan.Fact) []lan.Fact {
	kept := map[string]int{}
	return slices.DeleteFunc(slices.Clone(facts), func(f lan.Fact) bool {
		kept[f.Field]++
		return kept[f.Field] > max(room[f.Field], 1)
	})
}

// dated gives each fact the time at which an earlier one said the same.
func dated(facts, before []lan.Fact) []lan.Fact {
	for i, f := range facts {
		for _, old := range before {
			if old.Field == f.Field && old.Value == f.Value && !old.FirstSeen.IsZero() && old.FirstSeen.Before(f.FirstSeen) {
				facts[i].FirstSeen = old.FirstSeen
			}
		}
	}
	return facts
}

// best is the value of field with the strongest support and how sure it is.
func best(facts []lan.Fact, field string) (string, float64) {
	type candidate struct {
		value   string
		support float64
	}
	var list []candidate
	for _, f := range facts {
		if f.Field != field || f.Value == "" {
			continue
		}
		i := slices.IndexFunc(list, func(c candidate) bool { return alike(field, c.value, f.Value) })
		if i < 0 {
			list = append(list, candidate{f.Value, f.Confidence})
			continue
		}
		// Another voice for the same value: a tenth of what is still missing.
		list[i].support = max(list[i].support, f.Confidence)
		list[i].support += (1 - list[i].support) * f.Confidence / 10
	}
	if len(list) == 0 {
		return "", 0
	}
	lan.Sort(list, func(a, b candidate) int { return cmp.Compare(b.support, a.support) })
	sure := list[0].support
	if len(list) > 1 {
		sure -= list[1].support / 2
	}
	return list[0].value, min(max(sure, 0.05), 0.99)
}

// alike reports whether two values say the same of field. Makers write their
// own name in many ways ("TP-LINK", "TP-Link Systems Inc."), so a vendor that
// begins another is the same one.
func alike(field, a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	if a == b {
		return true
	}
	if field != lan.FieldVendor {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	return strings.HasPrefix(b, a+" ") || strings.HasPrefix(b, a+",") || strings.HasPrefix(b, a+"-")
}

// dedupe keeps one fact of several that say the same from the same words.
func dedupe(facts []lan.Fact) []lan.Fact {
	type key struct{ field, value, source, raw string }
	seen := map[key]bool{}
	return slices.DeleteFunc(slices.Clone(facts), func(f lan.Fact) bool {
		k := key{f.Field, f.Value, f.Source, f.Raw}
		dup := seen[k]
		seen[k] = true
		return dup
	})
}
