package howtos

import (
	"regexp"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// match is one way of knowing a family. All that it names must hold.
type match struct {
	Vendors  []string   `json:"vendors,omitempty"`  // what devices call the maker, as whole words; any of them
	Model    string     `json:"model,omitempty"`    // regular expression, without regard to case
	Not      string     `json:"not,omitempty"`      // models that are another family's
	Firmware string     `json:"firmware,omitempty"` // regular expression, without regard to case
	Kinds    []lan.Kind `json:"kinds,omitempty"`    // any of them

	vendors              []string // in the form of words
	model, not, firmware func() *regexp.Regexp
}

// device is what is matched: the maker in the form of words, the rest as heard.
type device struct {
	vendor, model, firmware string
	kind                    lan.Kind
}

// prepare makes the expressions ready, uncompiled: a home meets a handful.
func (m *match) prepare() {
	m.vendors = nil
	for _, name := range m.Vendors {
		m.vendors = append(m.vendors, string(lan.AppendWords(nil, name)))
	}
	m.model, m.not, m.firmware = form(m.Model), form(m.Not), form(m.Firmware)
}

// form is nil for the empty expression.
func form(expr string) func() *regexp.Regexp {
	if expr == "" {
		return nil
	}
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)` + expr) })
}

// fit is how much r asked of d and found, by its best match; 0 for another
// family's device.
func (r *row) fit(d device) int {
	best := 0
	for i := range r.Match {
		best = max(best, r.Match[i].fit(d))
	}
	return best
}

// fit counts so that one thing outweighs all that come after it. The maker
// comes first as it is cheap to look for and rules nearly every row out.
func (m *match) fit(d device) int {
	n := 0
	if len(m.vendors) > 0 {
		if !m.madeBy(d.vendor) {
			return 0
		}
		n += 2
	}
	if len(m.Kinds) > 0 {
		if !m.isKind(d.kind) {
			return 0
		}
		n++
	}
	if m.not != nil && m.not().MatchString(d.model) {
		return 0
	}
	for weight, part := range [2]struct {
		expr func() *regexp.Regexp
		text string
	}{{m.model, d.model}, {m.firmware, d.firmware}} {
		if part.expr == nil {
			continue
		}
		if !part.expr().MatchString(part.text) {
			return 0
		}
		n += 4 << weight
	}
	return n
}

func (m *match) madeBy(vendor string) bool {
	for _, name := range m.vendors {
		if strings.Contains(vendor, name) {
			return true
		}
	}
	return false
}

func (m *match) isKind(kind lan.Kind) bool {
	for _, k := range m.Kinds {
		if k == kind {
			return true
		}
	}
	return false
}
