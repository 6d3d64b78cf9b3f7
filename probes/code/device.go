package code

import (
	"cmp"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// look is what one check says of a device.
type look struct {
	check   *entry
	verdict lan.Verdict  // the worst of its findings
	finding *lan.Finding // that one; nil if the check was not made
}

// device judges d by each guideline.
func (b book) device(d lan.Device, s lan.Sweep, wipe []string) []lan.Guideline {
	looks, left := b.looks(d), leftOut(d, s)
	list := make([]lan.Guideline, len(guidelines))
	for i := range list {
		var of []look
		for _, l := range looks {
			if l.check.Guideline != i+1 || l.verdict == lan.NotApplicable || l.finding == nil && !left.out(l.check) {
				continue
			}
			of = append(of, l)
		}
		list[i] = judge(i+1, of, left)
		if beside(d.Kind) {
			outside(&list[i], d.Kind)
		}
	}
	if g := &list[10]; g.Verdict != lan.NotApplicable {
		g.Steps = disposal(d, wipe)
	}
	return list
}

// looks is every check's word on d, in their order.
func (b book) looks(d lan.Device) []look {
	list := make([]look, len(b.checks))
	for i := range b.checks {
		list[i] = look{check: &b.checks[i], verdict: lan.NotTested}
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		if l := &list[b.at[f.Check]]; l.finding == nil || before(f, l.finding) {
			l.verdict, l.finding = f.Verdict, f
		}
	}
	return list
}

// before reports whether f tells more than g of the same check: the worse one,
// then the more pressing one, then that of the first service.
func before(f, g *lan.Finding) bool {
	return cmp.Or(cmp.Compare(rank(f.Verdict), rank(g.Verdict)), -cmp.Compare(f.Severity, g.Severity),
		strings.Compare(f.Service, g.Service), strings.Compare(f.Title, g.Title)) < 0
}

// judge makes a guideline of the checks that look at it on a device.
func judge(number int, looks []look, left leftover) lan.Guideline {
	about := guidelines[number-1]
	seen := []lan.Provision{}
	var all, one roll
	for _, l := range looks {
		if n := len(seen); n == 0 || seen[n-1].ID != l.check.Provision {
			seen, one = append(seen, lan.Provision{ID: l.check.Provision}), roll{}
		}
		all.add(l.verdict)
		one.add(l.verdict)
		p := &seen[len(seen)-1]
		if p.Verdict = one.verdict(); l.finding != nil {
			p.Checks = append(p.Checks, l.check.ID)
		}
	}
	g := lan.Guideline{
		Number: number, Title: about.title, Verdict: all.verdict(), Checked: all.checked, Possible: all.possible, Provisions: seen,
	}
	reason, do := left.told(looks)
	g.Words, g.Why = words(g, looks), why(number, looks, reason)
	g.Instead = strings.TrimLeft(do+" "+about.instead, " ")
	return g
}

// beside reports whether the Code does not speak of devices of this kind. It is
// written for smart products; a phone or a computer is none.
func beside(k lan.Kind) bool { return k == "phone" || k == "computer" }

// outside turns what was seen of a device that the Code does not speak of. A
// problem stays one all the same.
func outside(g *lan.Guideline, k lan.Kind) {
	scope := "The Code is written for smart products and does not speak of " + string(k) + "s."
	if g.Verdict.Problem() {
		g.Why = scope + " A problem is told all the same. " + g.Why
		return
	}
	g.Verdict, g.Checked, g.Possible, g.Provisions = lan.NotApplicable, 0, 0, []lan.Provision{}
	g.Words, g.Why = "Does not apply.", scope
	g.Instead = "Keep it updated, and locked with a password of your own; its maker's help says how."
}
