package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// tally is how often one check came to one verdict in the same words.
type tally struct {
	check string
	title string
	n     int
	whys  []why // in order of first sight
}

// why is a reason that a check is open, and how often it was met.
type why struct {
	text string
	n    int
}

// tallies counts the findings with verdict v by check and title, in order of first
// sight, which follows the devices.
func tallies(s lan.Sweep, v lan.Verdict) (list []*tally) {
	seen, titles := map[[2]string]*tally{}, titled(s)
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if f.Verdict != v {
				continue
			}
			key := [2]string{clean(f.Check), clean(f.Title)}
			if key[1] == "" {
				key[1] = titles[key[0]]
			}
			t := seen[key]
			if t == nil {
				t = &tally{check: key[0], title: key[1]}
				seen[key] = t
				list = append(list, t)
			}
			t.n++
			t.because(reason(f))
		}
	}
	return list
}

// titled is a title of each check that has one on any device.
func titled(s lan.Sweep) map[string]string {
	titles := map[string]string{}
	for _, d := range s.Devices {
		for _, f := range d.Findings {
			if check := clean(f.Check); titles[check] == "" && !f.Verdict.Problem() {
				titles[check] = clean(f.Title)
			}
		}
	}
	return titles
}

// because counts one more finding that is open for the reason text.
func (t *tally) because(text string) {
	i := slices.IndexFunc(t.whys, func(w why) bool { return w.text == text })
	switch {
	case i >= 0:
		t.whys[i].n++
	case text != "":
		t.whys = append(t.whys, why{text, 1})
	}
}

// reason is why f could not be decided: what came last, where that is a
// sentence; else its advice, which then says it; else what was done last and
// what came of it.
func reason(f lan.Finding) string {
	last, all := "", ""
	for _, e := range f.Evidence {
		if e.Heard != "" {
			last, all = clean(e.Heard), exchange(e)
		}
	}
	if strings.HasSuffix(last, ".") || strings.Contains(last, ". ") {
		return last
	}
	return cmp.Or(clean(f.Advice), all)
}

// words name the check as people do, with its id for whoever looks it up.
func (t *tally) words() string {
	words := t.check
	if t.title != "" {
		words = t.title + " (" + t.check + ")"
	}
	return fmt.Sprintf("%s ×%d", words, t.n)
}

// maxWhys is how many reasons are told of one check.
const maxWhys = 4

// untold writes what the sweep does not know, so that nobody takes it for good
// news, and how many checks found nothing.
func (p *paper) untold(s lan.Sweep) {
	p.open("WE CAN'T TELL FROM HERE", tallies(s, lan.Undecided))
	p.open("NOT CHECKED", tallies(s, lan.NotTested))
	var fine []string
	for _, v := range []lan.Verdict{lan.Pass, lan.LikelyPass} {
		n := 0
		for _, t := range tallies(s, v) {
			n += t.n
		}
		if n > 0 {
			fine = append(fine, fmt.Sprintf("%s: %s.", VerdictWords(v), count(n, "check")))
		}
	}
	if len(fine) > 0 {
		p.line("", "")
		p.para("", "", strings.Join(fine, " "))
	}
}

// open lists checks without an answer and the commonest reasons.
func (p *paper) open(heading string, list []*tally) {
	if len(list) == 0 {
		return
	}
	p.heading(heading)
	for _, t := range list {
		p.para("", "  ", t.words())
		lan.Sort(t.whys, func(a, b why) int { return b.n - a.n })
		for _, w := range t.whys[:min(len(t.whys), maxWhys)] {
			p.para("", fmt.Sprintf("  %5d  ", w.n), cut(w.text, maxWords))
		}
	}
}
