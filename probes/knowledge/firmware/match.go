package firmware

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

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

// fit tells whether r speaks of d, whose model is given as spaced writes it.
func (r *Row) fit(d *lan.Device, model string) fit {
	revision := spaced(d.Hardware)
	rest, ok := r.isModel(model)
	if !ok || matches(r.not, revision) || r.firmware != nil && !r.firmware().MatchString(d.Firmware) {
		return other
	}
	if r.model == nil && (matches(r.not, d.Vendor) || matches(r.not, model) || matches(r.not, d.Firmware)) {
		return other
	}
	if r.firmware == nil && otherSoftware().MatchString(d.Firmware) {
		return foreign
	}
	if r.hardware != nil {
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
	if r.region != nil && !matches(r.region, model) && !matches(r.region, revision) && !matches(r.region, d.Firmware) {
		return unknownRegion
	}
	return same
}

var (
	revisionIn = form(`(?i)\b(?:v|ver\.? ?|rev\.? ?)[0-9a-z][0-9.]*\b`)
	// otherSoftware is what people put on routers instead of the maker's.
	otherSoftware = form(`(?i)\b(?:open-?wrt|lede|dd-wrt|(?:fresh|advanced)?tomato|gargoyle|turris ?os|immortalwrt)\b`)
)

// spaced is a name without the underscores that some devices write for blanks
// ("RT-AX58U_V2").
func spaced(name string) string { return strings.ReplaceAll(name, "_", " ") }

// madeBy reports whether r speaks of that vendor's devices; heard is the same by
// lan.AppendWords.
func (r *Row) madeBy(vendor string, heard []byte) bool {
	if r.vendor != nil {
		return r.vendor().MatchString(vendor)
	}
	for _, name := range r.vendorNames {
		if bytes.Contains(heard, name) {
			return true
		}
	}
	return false
}

// isModel gives what stands behind the model's name in text, where the name is
// taken as long as it can be.
func (r *Row) isModel(text string) (rest string, ok bool) {
	if r.model == nil {
		return "", true
	}
	found := r.model().FindString(text)
	if found == "" || matches(r.not, text) {
		return "", false
	}
	for end := len(found); end > 0; end-- {
		if !glued(found[end:]) && r.named().MatchString(found[:end]) {
			rest = found[end:]
			break
		}
	}
	var buf [64]byte
	next, _ := cutWord(lan.AppendWords(buf[:0], rest[:min(len(rest), len(buf)/2)])[1:])
	return rest, !variants[string(next)]
}

// glued reports whether what follows a name belongs to it: "-X" or another letter.
func glued(rest string) bool {
	c, _ := utf8.DecodeRuneInString(rest)
	return rest != "" && (c == '-' || inName().MatchString(rest))
}

var inName = form(`^[` + wordRunes + `]`)

// variants are words that turn a model's name into another model's.
var variants = map[string]bool{
	"pro": true, "plus": true, "go": true, "max": true, "mini": true, "lite": true, "ultra": true, "extreme": true,
}

func matches(expr func() *regexp.Regexp, text string) bool {
	return expr != nil && expr().MatchString(text)
}
