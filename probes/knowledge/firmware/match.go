package firmware

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/homesweep/homesweep/probes/lan"
)

// fit is how a row relates to a device.
type fit int

const (
	other           fit = iota // not the model, or known to be another revision
	same                       // the row speaks of this device
	unknownRevision            // it may, but the device did not show its hardware revision
	unknownRegion              // it may, but the device did not show for which market it was made
	foreign                    // the model runs software that is not the maker's
)

// fit tells whether r speaks of d.
func (r *Row) fit(d lan.Device) fit {
	if !r.madeBy(d.Vendor) {
		return other
	}
	rest, ok := r.isModel(d.Model)
	if !ok || r.firmware != nil && !r.firmware().MatchString(d.Firmware) {
		return other
	}
	if r.firmware == nil && otherSoftware().MatchString(d.Firmware) {
		return foreign
	}
	if r.hardware != nil {
		revision := d.Hardware
		if revision == "" {
			revision = revisionIn().FindString(rest)
		}
		switch {
		case revision == "":
			return unknownRevision
		case !r.hardware().MatchString(revision):
			return other
		}
	}
	if r.region != nil && !r.region().MatchString(d.Model+" "+d.Hardware+" "+d.Firmware) {
		return unknownRegion
	}
	return same
}

var (
	revisionIn = form(`(?i)\b(?:v|ver\.? ?|rev\.? ?)[0-9a-z][0-9.]*\b`)
	// otherSoftware is what people put on routers instead of the maker's.
	otherSoftware = form(`(?i)\b(?:open-?wrt|lede|dd-wrt|(?:fresh|advanced)?tomato|gargoyle|turris ?os|immortalwrt)\b`)
)

func (r *Row) madeBy(vendor string) bool {
	if r.vendor != nil {
		return r.vendor().MatchString(vendor)
	}
	heard := words(vendor)
	for _, name := range r.vendorNames {
		if strings.Contains(heard, name) {
			return true
		}
	}
	return false
}

// isModel gives what stands behind the model's name in text.
func (r *Row) isModel(text string) (rest string, ok bool) {
	if r.model == nil {
		return "", true
	}
	m := r.model().FindStringSubmatch(text)
	if m == nil || matches(r.not, text) {
		return "", false
	}
	rest = m[len(m)-1]
	next, _, _ := strings.Cut(strings.TrimSpace(words(rest)), " ")
	return rest, !variants[next]
}

// variants are words that turn a model's name into another model's.
var variants = map[string]bool{
	"pro": true, "plus": true, "go": true, "max": true, "mini": true, "lite": true, "ultra": true, "extreme": true,
}

func matches(expr func() *regexp.Regexp, text string) bool {
	return expr != nil && expr().MatchString(text)
}

// words is text in lower case with one blank around each word, so that a name
// is only found as whole words: " tp link technologies ".
func words(text string) string {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	return " " + strings.Join(fields, " ") + " "
}

// sure reports whether value is what the device itself said of field, clearly.
// A vendor read from the hardware address or typed by the owner is not.
func sure(d lan.Device, field, value string) bool {
	for _, f := range d.Identity {
		if f.Field == field && f.Value == value && f.Source != "oui" && f.Source != "owner" && f.Confidence >= 0.8 {
			return true
		}
	}
	return false
}

// guessed reports whether the model is too weak a conclusion to judge by: read
// from the hardware address, or with less than even odds.
func guessed(d lan.Device) bool {
	weak := false
	for _, f := range d.Identity {
		if f.Field != lan.FieldModel || f.Value != d.Model {
			continue
		}
		if f.Source != "oui" && f.Confidence >= 0.5 {
			return false
		}
		weak = true
	}
	return weak
}
