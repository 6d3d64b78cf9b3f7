package feeds

import (
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/homesweep/homesweep/probes/knowledge/fingerprints"
	"github.com/homesweep/homesweep/probes/lan"
)

// proven gives r examples of p's own, and of other fingerprints' what it must not
// take. An example that the pattern fails, or finds something else in than recog
// says, rules the record out: the two kinds of patterns differ here and there.
func (p print) proven(r *fingerprints.Record, field string, others []print) error {
	re, err := regexp.Compile(r.Match[field])
	if err != nil {
		return err
	}
	for _, e := range p.Examples {
		text, ok := e.heard()
		if !ok || len(text) > lan.MaxValue {
			continue
		}
		groups := re.FindStringSubmatch(text)
		if groups == nil {
			return fmt.Errorf("it fails its own example %.80q", text)
		}
		if err := p.agrees(e, groups); err != nil {
			return err
		}
		if len(r.Examples.Match) < maxExamples {
			r.Examples.Match = append(r.Examples.Match, fingerprints.Example{
				Heard: lan.Heard{field: text}, Expect: expected(r, field, groups),
			})
		}
	}
	if len(r.Examples.Match) == 0 {
		return errors.New("it has no example that could be heard here")
	}
	r.Examples.NotMatch = []lan.Heard{{field: stranger(re, others)}}
	return nil
}

// heard is the example's text as it would be kept; base64 is undone, and what no
// device could have been heard to say is not ok.
func (e example) heard() (text string, ok bool) {
	text = e.Text
	for _, a := range e.Expected {
		switch a.Name.Local {
		case "_encoding":
			plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
			if a.Value != "base64" || err != nil {
				return "", false
			}
			text = string(plain)
		case "_filename":
			return "", false // it stands in another file
		}
	}
	kept := lan.Printable(text, lan.MaxValue)
	return kept, kept == strings.TrimSpace(text)
}

// agrees compares what the pattern found in an example with what recog says.
func (p print) agrees(e example, groups []string) error {
	for _, param := range p.Params {
		if param.Pos < 1 || param.Pos >= len(groups) {
			continue
		}
		for _, a := range e.Expected {
			if a.Name.Local == param.Name && a.Value != groups[param.Pos] {
				return fmt.Errorf("it finds %.64q in its own example for %s, not %.64q", groups[param.Pos], param.Name, a.Value)
			}
		}
	}
	return nil
}

// expected is what r says of an example, by the field of a fact.
func expected(r *fingerprints.Record, field string, groups []string) map[string]string {
	all := map[string]string{}
	for about, text := range map[string]string{
		lan.FieldVendor: r.Vendor, lan.FieldModel: r.Model, lan.FieldKind: r.Kind, lan.FieldFirmware: r.Firmware,
	} {
		for i := len(groups) - 1; i > 0; i-- {
			text = strings.ReplaceAll(text, fmt.Sprintf("${%s.%d}", field, i), groups[i])
		}
		if text != "" {
			all[about] = text
		}
	}
	return all
}

// stranger is an example of others that re leaves alone.
func stranger(re *regexp.Regexp, others []print) string {
	for _, other := range others {
		for _, e := range other.Examples {
			if text, ok := e.heard(); ok && text != "" && !re.MatchString(text) {
				return text
			}
		}
	}
	return "homesweep"
}
