package checks

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// The proof has three steps: the door asks for a login, the documented pair
// opens it, a random password does not. Anything less is never "fail".
var _ = register(probes.Check{
	ID:        "default-login",
	Topic:     "Its factory password",
	Title:     "The password printed in its public manual still opens it",
	Advice:    "Anyone on your network could log in. Choose a password of your own in the device's settings.",
	Guideline: 1, Provision: "5.1-1", Severity: lan.ActNow, Touch: lan.Login,
	Applies: func(_ lan.Device, s lan.Service) bool {
		switch s.Name {
		case "http", "https":
			return s.Heard[lan.HTTPStatus] != ""
		case "telnet":
			return s.Heard[lan.TelnetPrompt] != "shell"
		}
		return s.Name == "ftp"
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
	if len(records) == 0 {
		return lan.NotApplicable, nil
	}
	verdict := lan.Undecided
	for _, record := range records {
		v, err := prove(ctx, p, record)
		switch {
		case errors.Is(err, probes.ErrBudget):
			p.Saw("left it at that", err.Error())
			return verdict, nil
		case err != nil:
			return lan.Undecided, err
		case v.Problem():
			return v, nil
		case v == lan.Pass:
			verdict = lan.Pass
		}
	}
	return verdict, nil
}

// prove takes one record through the three steps.
func prove(ctx context.Context, p *probes.Pass, record logins.Record) (lan.Verdict, error) {
	door := doorOf(p, record)
	if door == nil {
		return lan.Undecided, nil
	}
	state, heard, err := door.look(ctx)
	if err != nil {
		return lan.Undecided, err
	}
	p.Saw(door.name()+" without a login", heard)
	if state != closed {
		return lan.Undecided, nil
	}
	verdict := lan.Undecided
	for _, pair := range record.Pairs {
		outcome, err := p.Try(ctx, probes.Try{Account: pair.User}, func(ctx context.Context) (probes.Outcome, error) {
			o, heard, err := door.try(ctx, pair.User, pair.Pass.Reveal())
			p.Saw(fmt.Sprintf("%s with the documented login %s (%s)", door.name(), record.ID, record.Source), heard)
			return o, err
		})
		switch {
		case err != nil:
			return verdict, err
		case outcome == probes.Accepted:
			return control(ctx, p, door, record, pair.User)
		case outcome == probes.Locked:
			return lan.Undecided, fmt.Errorf("%w: the device showed a sign of locking", probes.ErrBudget)
		case outcome == probes.Rejected:
			verdict = lan.Pass
		}
	}
	return verdict, nil
}

// control sends a password that cannot be right. Only if it is refused did the
// documented one prove anything.
func control(ctx context.Context, p *probes.Pass, door door, record logins.Record, user string) (lan.Verdict, error) {
	if record.Fix != "" {
		p.Advice = record.Fix
	}
	outcome, err := p.Try(ctx, probes.Try{Account: user, Control: true}, func(ctx context.Context) (probes.Outcome, error) {
		o, heard, err := door.try(ctx, user, rand.Text()[:16])
		p.Saw(door.name()+" with a random password for the same user", heard)
		return o, err
	})
	switch {
	case err != nil:
		p.Saw("could not finish the proof", err.Error())
		return lan.LikelyFail, nil
	case outcome == probes.Rejected || outcome == probes.Locked:
		return lan.Fail, nil
	case outcome == probes.Accepted:
		p.Title = "It lets people in whatever password they type"
		p.Advice = "Its password is not enforced. Look for an update; until then keep the device on a guest network or switch it off."
		return lan.Fail, nil
	}
	return lan.LikelyFail, nil
}
