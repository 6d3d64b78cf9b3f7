package report

import (
	"fmt"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// tally is how often one check came to one verdict.
type tally struct {
	check string
	n     int
	why   string // of the first that says
}

// tallies counts the findings with verdict v by check, in order of first sight,
// which follows the devices.
func tallies(s lan.Sweep, v lan.Verdict) (list []*tally) {
	byCheck := map[string]*tally{}
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict != v {
				continue
			}
			t := byCheck[f.Check]
			if t == nil {
				t = &tally{check: clean(f.Check)}
				byCheck[f.Check] = t
				list = append(list, t)
			}
			t.n++
			if t.why == "" {
				t.why = proof(f)
			}
		}
	}
	return list
}

// untold writes what the sweep does not know, so that nobody takes it for good
// news, and how many checks found nothing.
func (p *paper) untold(s lan.Sweep) {
	if list := tallies(s, lan.Undecided); len(list) > 0 {
		p.heading("WE CAN'T TELL FROM HERE")
		for _, t := range list {
			text := fmt.Sprintf("%s ×%d", t.check, t.n)
			if t.why != "" {
				text += ": " + t.why
			}
			p.line("", cut("  "+text, p.width))
		}
	}
	if list := tallies(s, lan.NotTested); len(list) > 0 {
		p.heading("NOT CHECKED")
		var words []string
		for _, t := range list {
			words = append(words, fmt.Sprintf("%s ×%d", t.check, t.n))
		}
		p.para("", "  ", strings.Join(words, ", "))
	}
	fine, likely := 0, 0
	for _, t := range tallies(s, lan.Pass) {
		fine += t.n
	}
	for _, t := range tallies(s, lan.LikelyPass) {
		likely += t.n
	}
	if fine+likely > 0 {
		p.line("", "")
		p.para("", "", fmt.Sprintf("%s: %s. %s: %s.", VerdictWords(lan.Pass), count(fine, "check"),
			VerdictWords(lan.LikelyPass), count(likely, "check")))
	}
}
