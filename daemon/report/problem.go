package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// problems writes groups of problems, called by their severity, or by label where
// there is one.
func (p *paper) problems(groups [][]problem, label string) {
	for _, group := range groups {
		p.line("", "")
		p.problem(group, cmp.Or(label, SeverityWords(group[0].finding.Severity)))
	}
}

// problem writes one problem with every device that has it.
func (p *paper) problem(group []problem, label string) {
	head := group[0].finding
	style := map[lan.Severity]string{lan.ActNow: red, lan.Soon: yellow}[head.Severity]
	p.para(style, label+": ", cmp.Or(head.Title, head.Check))
	if head.Verdict != lan.Fail {
		p.para("", "  Verdict:    ", VerdictWords(head.Verdict))
	}
	p.advice(head)
	told := head.Steps
	for _, m := range group {
		p.para("", "  Where:      ", place(m, head))
		if !slices.Equal(told, m.finding.Steps) {
			told = m.finding.Steps
			p.steps("  What to do: ", told)
		}
		p.proof(m.finding)
	}
}

// place is the device and service of one of a group, and what is told of it alone.
func place(m problem, head lan.Finding) string {
	at := title(m.device)
	if where := where(m.device, m.finding.Service); where != "" {
		at += ", " + where
	}
	if m.finding.Title != head.Title {
		at += ": " + cmp.Or(m.finding.Title, m.finding.Check)
	}
	if m.finding.Verdict != head.Verdict {
		at += " (" + VerdictWords(m.finding.Verdict) + ")"
	}
	return at
}

// advice writes what to do and its steps, either of them once: the same advice
// for another problem is pointed to.
func (p *paper) advice(f lan.Finding) {
	before, given := p.given[f.Advice]
	switch {
	case f.Advice == "":
	case given:
		p.para("", "  What to do: ", "The same as for: "+cmp.Or(before.Title, before.Check))
	default:
		p.para("", "  What to do: ", f.Advice)
		p.given[f.Advice] = f
	}
	if !given || !slices.Equal(before.Steps, f.Steps) {
		p.steps("", f.Steps)
	}
}

// steps writes how it is done, one after the other, the first after label.
func (p *paper) steps(label string, list []string) {
	for i, step := range list {
		p.para("", fmt.Sprintf("%-14s%d. ", label, i+1), step)
		label = ""
	}
}

// Bounds of a proof on paper; the JSON has all of it.
const (
	maxExchanges = 6
	maxWords     = 240 // cells of either side of one
)

// proof writes the exchanges that led to f. The last ones decided it.
func (p *paper) proof(f lan.Finding) {
	label := "  Proof:      "
	for _, e := range f.Evidence[max(0, len(f.Evidence)-maxExchanges):] {
		if text := exchange(e); text != "" {
			p.para("", label, text)
			label = "              "
		}
	}
}

// exchange is what was done and what came of it.
func exchange(e lan.Evidence) string {
	said, heard := cut(clean(e.Said), maxWords), cut(clean(e.Heard), maxWords)
	if said != "" && heard != "" {
		return said + " → " + heard
	}
	return said + heard
}
