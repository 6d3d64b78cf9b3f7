package logins

import (
	"errors"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// generic is one entry of data/common: pairs that many makers share, with the
// reason why they are worth a try, by protocol and kind.
type generic struct {
	ID       string   `json:"id"`
	Protocol string   `json:"protocol"`
	Kinds    []string `json:"kinds"`
	Pairs    []pair   `json:"pairs"`
	Success  success  `json:"success"`
	Fix      string   `json:"fix"`
	Why      string   `json:"why"`
}

// record is the entry as it is given out.
func (g *generic) record() Record {
	r := Record{
		ID: g.ID, Auth: g.Protocol, Pairs: hide(g.Pairs), Status: g.Success.Status, Inside: inside(g.Success.Inside),
		Fix: g.Fix, Provision: "5.1-1", Generic: true, Why: g.Why,
	}
	if g.Protocol == "http" {
		r.Auth, r.Path = "auto", "/"
	}
	return r
}

func (g *generic) check() error {
	switch {
	case !idForm().MatchString(g.ID):
		return errors.New("id is not lower-case words with hyphens")
	case !slices.Contains([]string{"http", "telnet", "ftp"}, g.Protocol):
		return fmt.Errorf("protocol %q is not http, telnet or ftp", g.Protocol)
	case len(g.Kinds) == 0 || g.Why == "" || g.Fix == "" || len(g.Fix) > maxFix:
		return errors.New("needs kinds, a fix and a reason")
	}
	for _, kind := range g.Kinds {
		if k := lan.Kind(kind); kind != lan.Unknown && !k.Known() || slices.Contains(sparedKinds, k) {
			return fmt.Errorf("kind %q is not known, or is spared", kind)
		}
	}
	return errors.Join(checkPairs(g.Pairs), g.Success.check(g.Protocol))
}

// atMostTwo holds the generic pairs to the budget: what Common gives for one
// protocol and kind has at most two pairs for one account.
func atMostTwo(all []*generic) error {
	count := make(map[[3]string]int)
	for _, g := range all {
		for _, kind := range g.Kinds {
			for _, p := range g.Pairs {
				key := [3]string{g.Protocol, kind, p.User}
				if count[key]++; count[key] > 2 {
					return fmt.Errorf("more than two pairs for account %q on %s of kind %s", p.User, g.Protocol, kind)
				}
			}
		}
	}
	return nil
}
