package logins

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes/lan"
)

// generic is one entry of data/common: pairs that many makers share, with the
// reason why they are worth a try, by protocol and kind. On HTTP they are sent as
// the front page asks: by Basic or Digest, or, where auth is "form", by the login
// form that the front page is or leads to; success.inside is then what only a
// visitor inside sees on the front page of any maker ("log out" in its
// languages).
type generic struct {
	ID       string   `json:"id"`
	Protocol string   `json:"protocol"`
	Auth     string   `json:"auth,omitempty"` // "form", HTTP only; else the protocol's own
	Kinds    []string `json:"kinds"`
	Pairs    []pair   `json:"pairs"`
	Success  success  `json:"success"`
	Fix      string   `json:"fix"`
	Why      string   `json:"why"`
}

// record is the entry as it is given out.
func (g *generic) record() Record {
	r := Record{
		ID: g.ID, Pairs: hide(g.Pairs), Status: g.Success.Status, Inside: compiled(g.Success.Inside),
		Fix: g.Fix, Provision: "5.1-1", Generic: true, Why: g.Why,
	}
	if r.Auth = g.way(); g.Protocol == "http" {
		r.Path = "/"
	}
	return r
}

// way is the word of its way to log in.
func (g *generic) way() string {
	if g.Protocol == "http" {
		return cmp.Or(g.Auth, "auto")
	}
	return g.Protocol
}

func (g *generic) check() error {
	switch {
	case !idForm().MatchString(g.ID):
		return errors.New("id is not lower-case words with hyphens")
	case !slices.Contains(protocols, g.Protocol) || g.Protocol == "snmp":
		return fmt.Errorf("protocol %q is none on which common pairs are tried", g.Protocol)
	case g.Auth != "" && (g.Auth != "form" || g.Protocol != "http"):
		return fmt.Errorf("auth %q is not form on http", g.Auth)
	case len(g.Kinds) == 0 || g.Why == "" || g.Fix == "" || len(g.Fix) > maxFix:
		return errors.New("needs kinds, a fix and a reason")
	}
	for _, kind := range g.Kinds {
		if k := lan.Kind(kind); kind != lan.Unknown && !k.Known() || slices.Contains(sparedKinds, k) {
			return fmt.Errorf("kind %q is not known, or is spared", kind)
		}
	}
	return errors.Join(checkPairs(g.Pairs), g.Success.check(g.way()))
}

// atMostTwo holds the generic pairs to the budget: what Common gives for one
// service (a way to log in, by protocol and kind) has at most two pairs for one
// account.
func atMostTwo(all []*generic) error {
	count := make(map[[4]string]int)
	for _, g := range all {
		for _, kind := range g.Kinds {
			for _, p := range g.Pairs {
				key := [4]string{g.Protocol, g.Auth, kind, p.User}
				if count[key]++; count[key] > 2 {
					return fmt.Errorf("more than two pairs for account %q on %s of kind %s", p.User, g.Protocol, kind)
				}
			}
		}
	}
	return nil
}
