package checks

import (
	"context"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/proof"
)

// The proof has three steps: the door asks for a login, the documented pair
// opens it, a random password does not. Anything less is never "fail".
var _ = register(probes.Check{
	ID:        "default-login",
	Topic:     "Its factory password",
	Title:     "The password printed in its public manual still opens it",
	Advice:    "Whoever looks it up can log in and change its settings, and infected devices try such passwords all day. Open its page or its maker's app and look for \"password\", \"user\" or \"administrator\". Choose a long password that you use nowhere else.",
	Guideline: 1, Provision: "5.1-1", Severity: lan.ActNow, Touch: lan.Login,
	Applies: func(_ lan.Device, s lan.Service) bool {
		switch s.Name {
		case "http", "https":
			return s.Heard[lan.HTTPStatus] != ""
		case "telnet":
			return s.Heard[lan.TelnetPrompt] != "shell"
		}
		return logins.Speaks(s)
	},
	Run: defaultLogin,
})

func defaultLogin(ctx context.Context, p *probes.Pass) (lan.Verdict, error) {
	if p.Try == nil {
		p.Saw("wanted to try the documented login", "no login budget is available, so nothing was tried")
		return lan.NotTested, nil
	}
	records := p.Knowledge.Logins.Documented(p.Device, p.Service)
	if p.Logins == probes.Common {
		records = append(slices.Clone(records), p.Knowledge.Logins.Common(p.Device, p.Service)...)
	}
	return proof.Prove(ctx, p, records)
}
