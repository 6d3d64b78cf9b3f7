package fingerprints

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// Record says what follows when every pattern of Match finds its field. Values
// may take over what a pattern captured: "${http.server.1}" is the first group
// of the pattern on http.server. A value whose group stayed empty is left out.
type Record struct {
	ID    string            `json:"id"`
	Match map[string]string `json:"match"` // field of lan.Heard → RE2 pattern

	Vendor   string `json:"vendor,omitempty"`
	Model    string `json:"model,omitempty"`
	Kind     string `json:"kind,omitempty"`
	Firmware string `json:"firmware,omitempty"`
	Hardware string `json:"hardware,omitempty"`
	Name     string `json:"name,omitempty"`

	Confidence     float64 `json:"confidence"`                // 0 to 0.95, of every fact
	KindConfidence float64 `json:"kind_confidence,omitempty"` // of the kind, where that is less sure

	Source   string   `json:"source"`  // public URL of what the record rests on
	Checked  string   `json:"checked"` // YYYY-MM-DD; empty when nobody has read the source
	Examples Examples `json:"examples"`
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

// rule is a Record made ready.
type rule struct {
	Record
	fields   []string // of Match, sorted
	patterns []func() *regexp.Regexp
	values   []value
}

// value is what a rule says about one field: parts put together.
type value struct {
	about string
	parts []part
}

// part is literal text, or a group of the pattern on a field.
type part struct {
	text  string
	field string
	group int
}

// read adds the rule's facts if h has every field and every pattern finds its
// own.
func (r *rule) read(f *facts, h lan.Heard) {
	for _, field := range r.fields {
		if h[field] == "" {
			return // before any pattern is compiled
		}
	}
	found := make(map[string][]string, len(r.fields))
	for i, field := range r.fields {
		re := r.patterns[i]()
		if re == nil {
			return
		}
		groups := re.FindStringSubmatch(cut(h[field]))
		if groups == nil {
			return
		}
		found[field] = groups
	}
	for _, v := range r.values {
		text, from, ok := v.fill(found)
		if !ok {
			continue
		}
		if from == "" {
			from = r.fields[0]
		}
		confidence := r.Confidence
		if v.about == lan.FieldKind && r.KindConfidence > 0 {
			confidence = r.KindConfidence
		}
		f.add(v.about, text, from, confidence, h[from])
	}
}

// fill puts the value together; from is the field that gave a group. ok is
// false when a group caught nothing.
func (v value) fill(found map[string][]string) (text, from string, ok bool) {
	var b strings.Builder
	for _, p := range v.parts {
		if p.field == "" {
			b.WriteString(p.text)
			continue
		}
		groups := found[p.field]
		if p.group >= len(groups) || groups[p.group] == "" {
			return "", "", false
		}
		b.WriteString(groups[p.group])
		from = p.field
	}
	return b.String(), from, true
}

// cut keeps a pattern from running over more than Heard may hold.
func cut(s string) string {
	if len(s) > lan.MaxRaw {
		return s[:lan.MaxRaw]
	}
	return s
}

// template is "${field.group}" inside a value.
var template = regexp.MustCompile(`\$\{([^{}]+)\.([1-9])\}`)

// parse takes a value apart; caps tells how many groups each pattern has.
func parse(about, text string, caps map[string]int) (value, error) {
	v := value{about: about}
	at := 0
	for _, m := range template.FindAllStringSubmatchIndex(text, -1) {
		field := text[m[2]:m[3]]
		group, _ := strconv.Atoi(text[m[4]:m[5]])
		if have, known := caps[field]; !known || group > have {
			return v, fmt.Errorf("%s takes group %d of %q, which its patterns do not have", about, group, field)
		}
		v.parts = append(v.parts, part{text: text[at:m[0]]}, part{field: field, group: group})
		at = m[1]
	}
	if rest := text[at:]; strings.Contains(rest, "${") {
		return v, fmt.Errorf("%s has the odd template %q", about, rest)
	}
	v.parts = append(v.parts, part{text: text[at:]})
	return v, nil
}

// lazy compiles a pattern that syntax has already accepted, once, when needed.
func lazy(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil
		}
		return re
	})
}

// groups checks a pattern without keeping a compiled form in memory.
func groups(pattern string) (int, error) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0, err
	}
	return re.MaxCap(), nil
}
