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
	all := proof{Pass: p, refused: map[attempt]bool{}}
	verdict := lan.Pass // as long as every pair of every record is refused
	for _, record := range records {
		v, err := all.prove(ctx, record)
		switch {
		case errors.Is(err, probes.ErrBudget) && all.tries == 0:
			p.Saw("tried nothing", err.Error())
			return lan.NotTested, nil
		case errors.Is(err, probes.ErrBudget):
			p.Saw("left it at that", err.Error())
			return lan.Undecided, nil
		case err != nil:
			return lan.Undecided, err
		case v.Problem():
			return v, nil
		case v != lan.Pass:
			verdict = lan.Undecided
		}
	}
	return verdict, nil
}

// proof is the state of one run.
type proof struct {
	*probes.Pass
	tries   int              // that the ledger granted
	refused map[attempt]bool // what the device has said no to
}

// attempt is a login on a door.
type attempt struct {
	door string
	login
}

// prove takes one record through the three steps. It passes only if every pair
// was refused.
func (p *proof) prove(ctx context.Context, record logins.Record) (lan.Verdict, error) {
	door := doorOf(p.Pass, record)
	if door == nil {
		return lan.Undecided, nil
	}
	state, heard, err := door.look(ctx)
	if err != nil {
		return lan.Undecided, err
	}
	secrets := secretsOf(record)
	p.Saw(door.name()+" without a login", struck(heard, secrets...))
	if state != closed {
		return lan.Undecided, nil
	}
	said := fmt.Sprintf("%s with the documented login %s (%s)", door.name(), record.ID, record.Source)
	if record.Generic {
		said = fmt.Sprintf("%s with the common login %s", door.name(), record.ID)
	}
	verdict := lan.Pass
	for _, pair := range record.Pairs {
		this := attempt{door.name(), login{pair.User, pair.Pass.Reveal()}}
		if p.refused[this] {
			continue // another record's pair too: a wrong password is not spent twice
		}
		outcome, err := p.try(ctx, door, probes.Try{Account: pair.User}, this.login, said, secrets)
		switch {
		case err != nil:
			return lan.Undecided, err
		case outcome == probes.Accepted:
			return p.control(ctx, door, record, pair.User), nil
		case outcome == probes.Locked:
			return lan.Undecided, fmt.Errorf("%w: the device showed a sign of locking", probes.ErrBudget)
		case outcome == probes.Rejected:
			p.refused[this] = true
		default:
			verdict = lan.Undecided
		}
	}
	return verdict, nil
}

// try sends one login, if the ledger grants it, and keeps what was heard.
func (p *proof) try(ctx context.Context, door door, t probes.Try, l login, said string, secrets []string) (probes.Outcome, error) {
	return p.Try(ctx, t, func(ctx context.Context) (probes.Outcome, error) {
		p.tries++
		outcome, heard, err := door.try(ctx, l)
		p.Saw(said, struck(heard, slices.Concat(secrets, []string{l.password})...))
		return outcome, err
	})
}

// control sends a password that cannot be right. Only if it is refused did the
// documented one prove anything.
func (p *proof) control(ctx context.Context, door door, record logins.Record, user string) lan.Verdict {
	p.Advice = record.Fix
	if record.Generic {
		p.Title = "A password that thousands of devices share opens it"
	}
	outcome, err := p.try(ctx, door, probes.Try{Account: user, Control: true}, login{user, rand.Text()[:16]},
		door.name()+" with a random password for the same user", secretsOf(record))
	switch {
	case err != nil:
		p.Saw("could not finish the proof", err.Error())
	case outcome == probes.Rejected:
		return lan.Fail
	case outcome == probes.Accepted:
		p.Title = "It lets people in whatever password they type"
		p.Advice = "Its password is not enforced. Look for an update; until then keep the device on a guest network or switch it off."
		return lan.Fail
	}
	return lan.LikelyFail
}

// secretsOf are the passwords of record.
func secretsOf(record logins.Record) (all []string) {
	for _, pair := range record.Pairs {
		all = append(all, pair.Pass.Reveal())
	}
	return all
}
