package census

import (
	"cmp"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// maxFacts bounds what is kept of why we think so.
const maxFacts = 48

// Conclude weighs facts and fills in what we believe of d: for each field the
// value with the best support, less half the support of the strongest one that
// contradicts it. The facts, best first, become d.Identity, and the nicest of
// its names comes first. It can be called
// again with more facts; d's earlier conclusions do not count as evidence.
func Conclude(d *lan.Device, facts []lan.Fact) {
	facts = dedupe(facts)
	slices.SortStableFunc(facts, func(a, b lan.Fact) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), cmp.Compare(b.Confidence, a.Confidence),
			strings.Compare(a.Value, b.Value), strings.Compare(a.Source, b.Source))
	})
	d.Identity = facts[:min(len(facts), maxFacts)]
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
	for _, f := range facts {
		if f.Field == lan.FieldName {
			d.Names = addOne(d.Names, f.Value, maxNames)
		}
	}
	d.Names = nicest(d.Names)
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
		i := slices.IndexFunc(list, func(c candidate) bool { return same(field, c.value, f.Value) })
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
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(b.support, a.support) })
	sure := list[0].support
	if len(list) > 1 {
		sure -= list[1].support / 2
	}
	return list[0].value, min(max(sure, 0.05), 0.99)
}

// same reports whether two values say the same of field. Makers write their
// own name in many ways ("TP-LINK", "TP-Link Systems Inc."), so a vendor that
// begins another is the same one.
func same(field, a, b string) bool {
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
