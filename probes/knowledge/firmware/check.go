package firmware

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes/lan"
)

// check finds what makes a row unusable.
func (r *Row) check() error {
	errs := []error{r.checkFields(), r.checkExprs()}
	switch r.Kind {
	case Outdated, Backdoor:
		errs = append(errs, r.checkModel(), r.checkVersions())
	case Component:
		errs = append(errs, r.checkComponent(), r.checkVersions())
	case EndOfSupport:
		if (r.Date == "") == (r.Rule == "") {
			errs = append(errs, errors.New("wants either a date or a rule"))
		}
		errs = append(errs, r.checkModel(), day("date", r.Date, true))
	default:
		errs = append(errs, fmt.Errorf("kind %q is none of: %s %s %s %s", r.Kind, Outdated, EndOfSupport, Component, Backdoor))
	}
	return errors.Join(errs...)
}

// The bounds of one row, in bytes and in number.
const (
	maxText  = 400
	maxCount = 40
)

func (r *Row) checkFields() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if !isID(r.ID) {
		wrong("id is missing or no word of small letters, digits, dots and hyphens")
	}
	texts := append([]string{r.Vendor, r.Advice, r.Rule, r.Conflict, r.SourceURL, r.ExploitedSource, r.SourceName}, r.Aliases...)
	for _, text := range append(texts, r.CVEs...) {
		if lan.Printable(text, maxText) != text {
			wrong("%.40q is too long or not printable", text)
		}
	}
	if max(len(r.Aliases), len(r.CVEs), len(r.Floors)) > maxCount {
		wrong("more than %d aliases, CVEs or floors", maxCount)
	}
	for _, name := range append([]string{r.Vendor}, r.Aliases...) {
		if len(lan.AppendWords(nil, name)) < 3 {
			wrong("vendor is missing, or an alias has no letter")
		}
	}
	if r.Advice == "" {
		wrong("advice is missing")
	}
	for _, cve := range r.CVEs {
		if !strings.HasPrefix(cve, "CVE-") {
			wrong("%.40q is no CVE", cve)
		}
	}
	for _, c := range []struct{ name, value, words string }{
		{"published_by", r.PublishedBy, " vendor record press "},
		{"confidence", r.Confidence, " strong medium weak "},
		{"verdict_cap", r.VerdictCap, "  likely_fail unknown "},
	} {
		if !strings.Contains(c.words, " "+c.value+" ") {
			wrong("%s %q is none of: %s", c.name, c.value, strings.TrimSpace(c.words))
		}
	}
	for _, url := range []string{r.SourceURL, r.ExploitedSource} {
		if !strings.HasPrefix(url, "https://") && (url != "" || r.SourceURL == "") {
			wrong("source_url or exploited_source %q is no https URL", url)
		}
	}
	return errors.Join(append(errs, day("source_date", r.SourceDate, true), day("checked", r.Checked, false), r.checkWeights())...)
}

// checkWeights looks at what the order of problems rests on.
func (r *Row) checkWeights() error {
	switch {
	case r.EPSS < 0 || r.EPSS > 1 || r.EPSS > 0 && r.EPSSDate == "":
		return errors.New("epss is 0 to 1 and wants its epss_date")
	case r.CVSS < 0 || r.CVSS > 10:
		return errors.New("cvss is 0 to 10")
	}
	return errors.Join(day("epss_date", r.EPSSDate, true), day("kev_added", r.KEVAdded, true), day("released", r.Released, true))
}

func isID(text string) bool {
	for i := range len(text) {
		c := text[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || (c == '-' || c == '.') && i > 0) {
			return false
		}
	}
	return text != "" && len(text) <= lan.MaxName
}

// checkExprs parses the expressions as they will be compiled.
func (r *Row) checkExprs() error {
	exprs := []string{r.Match.Vendor, r.Match.Model, modelExpr(r.Match.Model), r.Match.Not, r.Match.Hardware, r.Match.Region, r.Match.Firmware, r.Product, productExpr(r.Product)}
	for _, f := range r.Floors {
		exprs = append(exprs, f.Line)
	}
	for _, expr := range exprs {
		if len(expr) > maxExpr {
			return fmt.Errorf("match: an expression of %d bytes, more than %d", len(expr), maxExpr)
		}
		tree, err := syntax.Parse(expr, syntax.Perl)
		if err != nil {
			return fmt.Errorf("match: %w", err)
		}
		if states(tree) > maxStates {
			return fmt.Errorf("match: %.40q repeats too much", expr)
		}
	}
	return nil
}

// The bounds of an expression: its text, and what it is once its repetitions are
// written out, which is what it costs in memory.
const (
	maxExpr   = 1024
	maxStates = 4000
)

// states is about how many instructions the expression compiles to.
func states(e *syntax.Regexp) int {
	n := 1 + len(e.Rune)
	for _, sub := range e.Sub {
		n += states(sub)
	}
	if e.Op == syntax.OpRepeat {
		n *= max(e.Min, e.Max, 1)
	}
	return min(n, maxStates+1)
}

func (r *Row) checkModel() error {
	switch {
	case r.Product != "" || r.IsProduct:
		return errors.New("product is for components")
	case r.Door && r.Kind != Backdoor:
		return errors.New("door is for backdoors")
	}
	if r.Match.Model == "" && (r.Match.Firmware == "" || r.Kind == Backdoor) && r.Rule == "" {
		return errors.New("match wants a model or a line of firmware")
	}
	return nil
}

func (r *Row) checkComponent() error {
	if r.Product == "" || r.Match != (Match{}) {
		return errors.New("a component wants a product, and no match")
	}
	return nil
}

func (r *Row) checkVersions() error {
	s, known := schemes[r.Scheme]
	switch {
	case len(r.Floors) == 0 && !r.NoFix:
		return errors.New("wants floors or no_fix")
	case len(r.Floors) > 0 && !known:
		return fmt.Errorf("scheme %q is not known", r.Scheme)
	case len(r.CVEs) == 0 && r.Kind != Backdoor:
		return errors.New("names no CVE")
	}
	for i, f := range r.Floors {
		if (f.FixedIn == "") == (f.AffectedThrough == "") {
			return fmt.Errorf("floor %d wants either fixed_in or affected_through", i+1)
		}
		if _, ok := s.parse(f.FixedIn + f.AffectedThrough); !ok {
			return fmt.Errorf("floor %d: %q is no version of scheme %q", i+1, f.FixedIn+f.AffectedThrough, r.Scheme)
		}
	}
	return nil
}

func day(name, value string, optional bool) error {
	if optional && value == "" {
		return nil
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return fmt.Errorf("%s %q is no day such as 2026-01-31", name, value)
	}
	return nil
}
