package fingerprints

import (
	"cmp"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what one Read gives back, whatever was heard.
const (
	maxFacts = 48
	maxValue = 96 // bytes of one value
)

// sureFirmware is how sure the name of a firmware for other makers' devices makes
// us of the maker: less than who holds the address block does.
const sureFirmware = 0.25

// firmwares are those names.
var firmwares = set("OpenWrt", "DD-WRT", "LEDE", "FreshTomato")

// facts collects conclusions, each once, the surest one kept.
type facts struct {
	fallback string // source of a field that names no protocol
	list     []lan.Fact
	plain    []plain
	ruled    map[[2]string]bool // field of a fact, field heard: a record reads it
}

// plain is what a field's name alone says of its value. It counts where no
// record knows better.
type plain struct {
	field, value, heardField string
	confidence               float64
	raw                      string
}

// rule notes that a record reads field from what was heard there.
func (f *facts) rule(field, heardField string) {
	if f.ruled == nil {
		f.ruled = make(map[[2]string]bool)
	}
	f.ruled[[2]string{field, heardField}] = true
}

// settle takes in what was said plainly and is no record's business.
func (f *facts) settle() {
	for _, p := range f.plain {
		if !f.ruled[[2]string{p.field, p.heardField}] {
			f.add(p.field, p.value, p.heardField, p.confidence, p.raw)
		}
	}
	f.plain = nil
}

// add notes a fact read from the given field of what was heard. Values that say
// nothing ("unknown", a Wi-Fi module's maker) are left out.
func (f *facts) add(field, value, heardField string, confidence float64, raw string) {
	value = clean(field, value)
	if value == "" || confidence <= 0 {
		return
	}
	if field == lan.FieldVendor && firmwares[value] {
		confidence = min(confidence, sureFirmware)
	}
	fact := lan.Fact{
		Field: field, Value: value, Source: f.source(heardField), Confidence: confidence,
		Raw: lan.Printable(raw, lan.MaxValue),
	}
	for i, have := range f.list {
		if have.Field == field && have.Source == fact.Source && strings.EqualFold(have.Value, value) {
			if confidence > have.Confidence {
				f.list[i] = fact
			}
			return
		}
	}
	f.list = append(f.list, fact)
}

// source is the protocol that a field of Heard belongs to.
func (f *facts) source(heardField string) string {
	protocol, _, found := strings.Cut(heardField, ".")
	if !found || protocol == "" {
		return f.fallback
	}
	return protocol
}

// sorted gives the facts field by field, the surest first.
func (f *facts) sorted() []lan.Fact {
	f.settle()
	lan.Sort(f.list, func(a, b lan.Fact) int {
		return cmp.Or(
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(b.Confidence, a.Confidence),
			cmp.Compare(a.Source, b.Source),
			cmp.Compare(a.Value, b.Value),
			cmp.Compare(a.Raw, b.Raw),
		)
	})
	if len(f.list) > maxFacts {
		f.list = f.list[:maxFacts]
	}
	return f.list
}

// clean makes a value fit to be a fact of field; empty when it says nothing.
func clean(field, value string) string {
	value = strings.TrimSpace(lan.Printable(value, maxValue))
	switch field {
	case lan.FieldKind:
		if !lan.Kind(value).Known() {
			return ""
		}
		return value
	case lan.FieldVendor:
		return Brand(value)
	case lan.FieldName:
		return strings.TrimSpace(lan.Printable(value, lan.MaxName))
	}
	if empty[strings.ToLower(value)] {
		return ""
	}
	return value
}

// empty are words that stand where a value should.
var empty = map[string]bool{
	"": true, "-": true, "0": true, "1": true, "n/a": true, "na": true, "none": true, "null": true,
	"unknown": true, "default": true, "generic": true, "model": true, "modelname": true,
	"model name": true, "manufacturer": true, "vendor": true, "oem": true, "todo": true,
	"undefined": true, "not specified": true, "to be filled by o.e.m.": true,
	"upnp device": true, "linux": true, "gateway": true, "router": true, "device": true,
}
