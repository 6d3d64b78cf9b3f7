package checks

import (
	"context"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/proof"
)

// A device that opens to a random password too has no default login: the proof
// of default-login, which runs before, met it on its last step. It is asked
// nothing more.
var _ = register(probes.Check{
	ID:        "password-not-enforced",
	Topic:     "Whether its password counts",
	Title:     "It lets people in whatever password they type",
	Advice:    "Anyone on your network could log in, and a new password would not help. Look for an update on the maker's page. Until there is one, keep the device on a guest network or switch it off.",
	Guideline: 5, Provision: "5.5-5", Severity: lan.ActNow, Touch: lan.Login,
	Applies: func(d lan.Device, s lan.Service) bool { return unchecked(d, s) != nil },
	Run: func(_ context.Context, p *probes.Pass) (lan.Verdict, error) {
		p.Evidence = unchecked(p.Device, p.Service).Evidence
		return lan.Fail, nil
	},
})

// unchecked is what default-login noted of such a service.
func unchecked(d lan.Device, s lan.Service) *lan.Finding {
	i := slices.IndexFunc(d.Findings, func(f lan.Finding) bool {
		return f.Check == "default-login" && f.Service == s.Key() && f.Title == proof.Unchecked
	})
	if i < 0 {
		return nil
	}
	return &d.Findings[i]
}
