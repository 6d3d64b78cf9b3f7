package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/code"
	"github.com/homesweep/homesweep/probes/lan"
)

var (
	codeHead  = []string{"", "Guideline", "What was seen", "Checks"}
	codeLeast = []int{2, 16, 20, 6}
)

// code writes what was seen of the Code of Practice's guidelines: for the home one
// row each, and in full the provisions and every device. A sweep that was not
// judged by them has no such section.
func (p *paper) code(s lan.Sweep, full bool) {
	if len(s.Guidelines) == 0 {
		return
	}
	p.heading("THE CODE OF PRACTICE")
	p.para("", "", "What can be seen from your network of the 13 guidelines of the UK Code of Practice for Consumer IoT Security. "+
		"It does not speak of phones and computers. That no problem was seen does not prove that there is none.")
	p.codeTable(s.Guidelines)
	if !full {
		p.para("", "", "Each device by each guideline, with what was not looked at, why, and what to do instead: -guidelines.")
		return
	}
	for _, g := range s.Guidelines {
		p.codeHome(g)
	}
	if len(s.Devices) > 0 {
		p.line("", "")
		p.para("", "", "Each device follows with what is so of it alone. What can be seen on no device, why, and what to do instead stands above, with each guideline.")
	}
	for _, d := range s.Devices {
		p.codeDevice(d, s.Guidelines)
	}
}

// codeTable writes one row a guideline, or a block where the terminal is too
// narrow for a table.
func (p *paper) codeTable(list []lan.Guideline) {
	var rows [][]string
	for _, g := range list {
		rows = append(rows, []string{fmt.Sprintf("%2d", g.Number), clean(g.Title), clean(g.Words), coverage(g)})
	}
	lines, ok := table(codeHead, codeLeast, rows, p.width)
	if !ok {
		for _, row := range rows {
			p.para("", row[0]+"  ", row[1])
			p.para("", "    ", row[2]+" Checks: "+row[3]+".")
		}
		return
	}
	for i, l := range lines {
		if i == 0 {
			p.line(bold, l)
		} else {
			p.line("", l)
		}
	}
}

// coverage is how many of a guideline's checks came to an answer.
func coverage(g lan.Guideline) string {
	if g.Possible == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %d", g.Checked, g.Possible)
}

// codeHome writes what g asks and what was seen of each of its provisions.
func (p *paper) codeHome(g lan.Guideline) {
	p.line("", "")
	p.para(bold, fmt.Sprintf("%2d  ", g.Number), g.Title)
	if meaning := code.Meaning(g.Number); meaning != "" {
		p.para("", "    Asks:       ", meaning)
	}
	for _, v := range g.Provisions {
		p.para("", fmt.Sprintf("    %-11s ", clean(v.ID+" "+v.Status)), v.Meaning+": "+provision(v))
	}
	p.para("", "    Not seen:   ", g.Why)
	p.para("", "    Instead:    ", g.Instead)
}

// provision is what was seen of v, and why no more.
func provision(v lan.Provision) string {
	if v.Verdict == lan.Undecided && v.Why != "" {
		return v.Why
	}
	return strings.TrimSpace(VerdictWords(v.Verdict) + ". " + v.Why)
}

// codeDevice writes d by each guideline. Those of which nothing shows on any
// network stand together, and what the home's part says of a guideline is not said
// again: only what is so of d alone. What the Code does not speak of is told once.
func (p *paper) codeDevice(d lan.Device, home []lan.Guideline) {
	if len(d.Guidelines) == 0 {
		return
	}
	p.line("", "")
	p.para(bold, "", called(d))
	if !slices.ContainsFunc(d.Guidelines, func(g lan.Guideline) bool { return g.Verdict != lan.NotApplicable }) {
		p.para("", "  1-13  ", d.Guidelines[0].Words+" "+d.Guidelines[0].Why+" "+d.Guidelines[0].Instead)
		return
	}
	var alike []string // that are as in the home
	words := ""
	for i, g := range d.Guidelines {
		var all lan.Guideline
		if i < len(home) {
			all = home[i]
		}
		if g.Possible == 0 && g.Words == all.Words && g.Why == all.Why {
			alike, words = append(alike, fmt.Sprintf("%d %s", g.Number, g.Title)), g.Words
			continue
		}
		p.para("", fmt.Sprintf("  %2d  ", g.Number), g.Title+": "+g.Words+checks(g))
		for _, f := range findings(d, g) {
			p.para("", "        Result:   ", result(d, f))
		}
		p.own("        Not seen: ", g.Why, all.Why)
		p.own("        Instead:  ", g.Instead, all.Instead)
	}
	if len(alike) > 0 {
		p.para("", "   +  ", strings.Join(alike, "; ")+": "+words)
	}
	for _, g := range d.Guidelines {
		if len(g.Steps) > 0 {
			p.para("", fmt.Sprintf("  %2d  ", g.Number), "To part with it, in this order:")
		}
		for _, step := range g.Steps {
			p.para("", "        [ ] ", step)
		}
	}
}

// own writes what text says beyond what is said of the whole home.
func (p *paper) own(label, text, home string) {
	if text = strings.TrimSpace(strings.TrimSuffix(text, home)); text != "" {
		p.para("", label, text)
	}
}

// checks is the coverage of g in a sentence, where there is any.
func checks(g lan.Guideline) string {
	if g.Possible == 0 {
		return ""
	}
	return " Checks: " + coverage(g) + "."
}

// findings are those of d that g was judged by.
func findings(d lan.Device, g lan.Guideline) (list []lan.Finding) {
	for _, v := range g.Provisions {
		for _, f := range d.Findings {
			if slices.Contains(v.Checks, f.Check) {
				list = append(list, f)
			}
		}
	}
	return list
}

// result is one finding in a line: what came of it, of what, and where.
func result(d lan.Device, f lan.Finding) string {
	text := VerdictWords(f.Verdict)
	if what := clean(f.Title); what != "" {
		text += ": " + strings.TrimRight(what, ".")
	}
	text += " (" + clean(f.Check)
	if at := where(d, f.Service); at != "" {
		text += ", " + at
	}
	return text + ")"
}
