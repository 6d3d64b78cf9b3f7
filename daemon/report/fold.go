package report

import "github.com/homesweep/homesweep/probes/lan"

// folded are d's findings, of each check at each service the worst: a check may say
// more than one thing of a service.
func folded(d *lan.Device) (list []*lan.Finding) {
	at := map[string]int{}
	for i := range d.Findings {
		f := &d.Findings[i]
		k, known := at[f.Key()]
		switch {
		case !known:
			at[f.Key()] = len(list)
			list = append(list, f)
		case worse(f, list[k]):
			list[k] = f
		}
	}
	return list
}

// worse reports whether a says more ill than b: a problem more than none, by
// severity and then by certainty, what is unknown more than what is well, and that
// more than what does not apply.
func worse(a, b *lan.Finding) bool {
	if a.Verdict.Problem() && b.Verdict.Problem() {
		return a.Severity > b.Severity || a.Severity == b.Severity && a.Verdict < b.Verdict
	}
	return ill(a.Verdict) > ill(b.Verdict)
}

func ill(v lan.Verdict) int {
	switch {
	case v.Problem():
		return 3
	case v == lan.NotApplicable:
		return 0
	case decided(v):
		return 1
	}
	return 2
}

// sameFinding is the one of list that is of f's check at f's service; an empty one
// where there is none.
func sameFinding(list []*lan.Finding, f *lan.Finding) (same *lan.Finding, known bool) {
	for _, same = range list {
		if same.Check == f.Check && same.Service == f.Service {
			return same, true
		}
	}
	return &lan.Finding{}, false
}
