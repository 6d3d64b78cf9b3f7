package checks

import (
	"context"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// byAnswer judges by the one word that identification kept under field, as the
// answer to what was said: a fail, a pass, or anything else, which decides
// nothing. fails and passes are words with blanks between.
func byAnswer(field, said, what, fails, passes string) func(context.Context, *probes.Pass) (lan.Verdict, error) {
	return func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		answer := p.Service.Heard[field]
		p.Saw(said, heardOr(what, answer))
		switch {
		case answer == "":
		case slices.Contains(strings.Fields(fails), answer):
			return lan.Fail, nil
		case slices.Contains(strings.Fields(passes), answer):
			return lan.Pass, nil
		}
		return lan.Undecided, nil
	}
}
