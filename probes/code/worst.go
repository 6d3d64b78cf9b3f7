package code

import "github.com/homesweep/homesweep/probes/lan"

// rank orders verdicts, the worst first. A problem outranks everything: what else
// went well does not take it away. What has no answer outranks what looks fine:
// silence is no pass. Among those, not knowing stands before not having looked,
// and that before an answer that has grown old: each says a little more.
func rank(v lan.Verdict) int {
	switch v {
	case lan.Fail:
		return 0
	case lan.LikelyFail:
		return 1
	case lan.NotTested:
		return 3
	case lan.Stale:
		return 4
	case lan.LikelyPass:
		return 5
	case lan.Pass:
		return 6
	case lan.NotApplicable:
		return 7
	}
	return 2 // unknown, and any that a later version may know
}

// worse is the worse of two verdicts.
func worse(a, b lan.Verdict) lan.Verdict {
	if rank(b) < rank(a) {
		return b
	}
	return a
}

// roll gathers the verdicts of checks into that of what they look at.
type roll struct {
	worst    lan.Verdict // of those so far; meaningless while possible is 0
	checked  int         // that came to an answer
	possible int         // that could be made
}

func (r *roll) add(v lan.Verdict) {
	if r.possible == 0 {
		r.worst = v
	}
	r.possible++
	r.worst = worse(r.worst, v)
	if rank(v) < 2 || v == lan.Pass || v == lan.LikelyPass {
		r.checked++
	}
}

// verdict is that of a guideline or provision: its worst check's, but that checks
// without an answer do not take away that others found nothing. It is never
// "pass": there is always more to a guideline than its checks look at.
func (r roll) verdict() lan.Verdict {
	switch {
	case r.possible == 0:
		return lan.Undecided
	case r.worst.Problem():
		return r.worst
	case r.checked > 0:
		return lan.LikelyPass
	}
	return r.worst
}
