package fingerprints

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// Record says what follows when every pattern of Match finds its field. Values
// may take over what a pattern captured: "${http.server.1}" is the first group
// of the pattern on http.server. A value whose group stayed empty is left out.
type Record struct {
	ID string `json:"id"`
	// Match is field of lan.Heard → RE2 pattern. The field HostName stands for
	// each of the device's names in turn.
	Match map[string]string `json:"match"`

	Vendor   string `json:"vendor,omitempty"`
	Model    string `json:"model,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Firmware string `json:"firmware,omitempty"`
	Hardware string `json:"hardware,omitempty"`
	Name     string `json:"name,omitempty"`

	Confidence     float64 `json:"confidence"`                // 0 to 0.95, of every fact
	KindConfidence float64 `json:"kind_confidence,omitempty"` // of the kind, where that is less sure

	Source  string `json:"source"`  // public URL of what the record rests on
	Checked string `json:"checked"` // YYYY-MM-DD; empty when nobody has read the source

	Examples Examples `json:"examples,omitzero"` // how it is tested; the packed records go without
}

// Examples are a record's own tests.
type Examples struct {
	Match    []Example   `json:"match"`
	NotMatch []lan.Heard `json:"not_match"`
}

// Example is one thing heard and what the record makes of it, by field of a
// Fact.
type Example struct {
	Heard  lan.Heard         `json:"heard"`
	Expect map[string]string `json:"expect"`
}

// saying is what a record says of one field, as written.
type saying struct{ about, text string }

// said are the record's values.
func (r *Record) said() []saying {
	all := []saying{
		{lan.FieldVendor, r.Vendor}, {lan.FieldModel, r.Model}, {lan.FieldKind, r.Kind},
		{lan.FieldFirmware, r.Firmware}, {lan.FieldHardware, r.Hardware}, {lan.FieldName, r.Name},
	}
	return slices.DeleteFunc(all, func(s saying) bool { return s.text == "" })
}

// say sets what the record says about a field of a Fact.
func (r *Record) say(about, text string) {
	switch about {
	case lan.FieldVendor:
		r.Vendor = text
	case lan.FieldModel:
		r.Model = text
	case lan.FieldKind:
		r.Kind = text
	case lan.FieldFirmware:
		r.Firmware = text
	case lan.FieldHardware:
		r.Hardware = text
	case lan.FieldName:
		r.Name = text
	}
}

// idForm is made ready only where records are checked.
var idForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`) })

const (
	// maxUnchecked is the most confidence of a record whose source nobody has read.
	maxUnchecked = 0.8
	// maxAddressBlock is the most confidence of who holds an address block: the
	// weakest evidence there is, and of the maker alone.
	maxAddressBlock = 0.35
)

// check rules out what a record must not have, also one that came in a bundle.
func (r *Record) check() error {
	switch {
	case !idForm().MatchString(r.ID):
		return errors.New("id is not lower-case words with hyphens")
	case len(r.Match) == 0:
		return errors.New("matches nothing")
	case !(r.Confidence > 0 && r.Confidence <= 0.95 && r.KindConfidence >= 0 && r.KindConfidence <= 0.95): // nor NaN
		return errors.New("confidence is not between 0 and 0.95")
	case r.Kind != "" && !lan.Kind(r.Kind).Known():
		return fmt.Errorf("kind %q is not one of lan.Kinds", r.Kind)
	case r.Vendor != "" && !strings.Contains(r.Vendor, "${") && Brand(r.Vendor) != r.Vendor:
		return fmt.Errorf("vendor %q is written %q here, or names a module's maker", r.Vendor, Brand(r.Vendor))
	case !strings.HasPrefix(r.Source, "https://"):
		return errors.New("source is not an https address")
	case len(r.said()) == 0:
		return errors.New("says nothing")
	}
	if _, block := r.Match[lan.OUIVendor]; block && len(r.Match) == 1 {
		if r.Confidence > maxAddressBlock || len(r.said()) > 1 || r.Vendor == "" {
			return fmt.Errorf("an address block alone tells the vendor only, at %v or below", maxAddressBlock)
		}
	}
	if r.Checked == "" {
		if r.Confidence > maxUnchecked {
			return fmt.Errorf("nobody has checked the source, so confidence stays at or below %v", maxUnchecked)
		}
		return nil
	}
	if _, err := time.Parse(time.DateOnly, r.Checked); err != nil {
		return fmt.Errorf("checked: %w", err)
	}
	return nil
}
