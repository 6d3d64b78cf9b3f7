package identify

import (
	"slices"

	"github.com/homesweep/homesweep/probes/challenge"
)

// loginAsked is the first challenge in the WWW-Authenticate fields that we know
// how to answer, else the first.
func loginAsked(fields []string) (challenge.Challenge, bool) {
	all := challenge.Parse(fields)
	if len(all) == 0 {
		return challenge.Challenge{}, false
	}
	i := slices.IndexFunc(all, func(c challenge.Challenge) bool { return c.Scheme == "basic" || c.Scheme == "digest" })
	return all[max(i, 0)], true
}
