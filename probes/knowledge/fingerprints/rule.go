package fingerprints

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes/lan"
)

// rule is a Record made ready. It keeps no text of its own: its strings are
// parts of the packed records, which are kept as one text.
type rule struct {
	Record         // without Match, Source, Checked and Examples
	source     int // its line in the section of sources
	conditions []condition
}

// condition is one pattern on one field.
type condition struct {
	field   string
	pattern string
	// needs are lower-case literals of which any match has at least one; none
	// means that nothing is known of a match. They spare a device the patterns
	// of others, and memory their compiled form.
	needs []string
	once  *sync.Once
	re    *regexp.Regexp
}

// newCondition has its pattern compiled later. needs are separated by "|".
func newCondition(field, pattern, needs string) condition {
	c := condition{field: field, pattern: pattern, once: new(sync.Once)}
	if needs != "" {
		c.needs = strings.Split(needs, "|")
	}
	return c
}

// heard is what Read is given, with each field's text folded to lower case at
// most once.
type heard struct {
	lan.Heard
	folded map[string]string
}

// lower is a field's text in the one case that needs are compared in.
func (h heard) lower(field string) string {
	text, known := h.folded[field]
	if !known {
		text = fold(cut(h.Heard[field]))
		h.folded[field] = text
	}
	return text
}

// fold is s in lower case, as RE2 folds it: the long s is an s. (The Kelvin sign
// is a k to strings.ToLower already.)
func fold(s string) string {
	return strings.ReplaceAll(strings.ToLower(s), "ſ", "s")
}

// may reports whether the condition could hold, without its pattern.
func (c *condition) may(h heard) bool {
	if h.Heard[c.field] == "" {
		return false
	}
	if len(c.needs) == 0 {
		return true
	}
	lower := h.lower(c.field)
	return slices.ContainsFunc(c.needs, func(need string) bool { return strings.Contains(lower, need) })
}

// find is what the pattern's groups found, nil when it does not match.
func (c *condition) find(text string) []string {
	c.once.Do(func() { c.re, _ = regexp.Compile(c.pattern) }) // pack has compiled it before
	if c.re == nil {
		return nil
	}
	if c.field != HostName {
		return c.re.FindStringSubmatch(cut(text))
	}
	for name := range strings.SplitSeq(cut(text), nameBreak) {
		if groups := c.re.FindStringSubmatch(name); groups != nil {
			return groups
		}
	}
	return nil
}

// read adds the rule's facts if every pattern finds its field.
func (r *rule) read(f *facts, h heard) {
	for i := range r.conditions {
		if !r.conditions[i].may(h) {
			return // before any pattern is compiled
		}
	}
	found := make(map[string][]string, len(r.conditions))
	for i := range r.conditions {
		c := &r.conditions[i]
		groups := c.find(h.Heard[c.field])
		if groups == nil {
			return
		}
		found[c.field] = groups
	}
	for _, s := range r.said() {
		text, from, ok := fill(s.text, found)
		if !ok {
			continue
		}
		if from == "" {
			from = r.conditions[0].field
		}
		confidence := r.Confidence
		if s.about == lan.FieldKind && r.KindConfidence > 0 {
			confidence = r.KindConfidence
		}
		f.rule(s.about, from)
		f.add(s.about, text, from, confidence, h.Heard[from])
	}
}

// template is "${field.group}" inside a value.
var template = regexp.MustCompile(`\$\{([^{}]+)\.([1-9])\}`)

// fill puts a value together; from is the last field that gave a group. ok is
// false when a group caught nothing.
func fill(text string, found map[string][]string) (value, from string, ok bool) {
	if !strings.Contains(text, "${") {
		return text, "", true
	}
	ok = true
	value = template.ReplaceAllStringFunc(text, func(t string) string {
		m := template.FindStringSubmatch(t)
		groups := found[m[1]]
		n, _ := strconv.Atoi(m[2])
		if n >= len(groups) || groups[n] == "" {
			ok = false
			return ""
		}
		from = m[1]
		return groups[n]
	})
	return value, from, ok
}

// cut keeps a pattern from running over more than Heard may hold.
func cut(s string) string {
	if len(s) > lan.MaxRaw {
		return s[:lan.MaxRaw]
	}
	return s
}
