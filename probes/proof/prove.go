package proof

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

// Prove takes the records, one after the other, through the three steps: the
// door asks for a login, the documented pair opens it, a random password does
// not. Anything less is never "fail". It passes only if every pair of every
// record was refused, and leaves evidence, title and advice with p. Every try
// is asked of p.Try, which must not be nil; what that refuses before the first
// try is "not tested".
func Prove(ctx context.Context, p *probes.Pass, records []logins.Record) (lan.Verdict, error) {
	if len(records) == 0 {
		return lan.NotApplicable, nil
	}
	all := proof{Pass: p, refused: map[attempt]bool{}}
	verdict := lan.NotApplicable // as long as no door asks for a login
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
		case v == lan.Undecided, verdict == lan.NotApplicable:
			verdict = v
		}
	}
	return verdict, nil
}

// Unchecked is the title that Prove gives to a device that lets a visitor inside
// with a random password too. Its documented login proves nothing then; a check
// of its own makes a finding of it.
const Unchecked = "It lets people in whatever password they type"

// proof is the state of one run.
type proof struct {
	*probes.Pass
	tries   int              // that the ledger granted
	refused map[attempt]bool // what the device has said no to
}

// attempt is a login on a door.
type attempt struct {
	door string
	Login
}

// prove takes one record through the three steps. A door that is open to
// anybody has no default login, and costs no try: that is no-login's to say.
func (p *proof) prove(ctx context.Context, record logins.Record) (lan.Verdict, error) {
	door, state, err := Look(ctx, p.Pass, record)
	switch {
	case err != nil:
		return lan.Undecided, err
	case state == Open:
		return lan.NotApplicable, nil
	case state != Closed:
		return lan.Undecided, nil
	}
	said := fmt.Sprintf("%s with the documented login %s (%s)", door.Name(), record.ID, record.Source)
	if record.Generic {
		said = fmt.Sprintf("%s with the common login %s", door.Name(), record.ID)
	}
	secrets := secretsOf(record)
	verdict := lan.Pass
	for _, pair := range record.Pairs {
		this := attempt{door.Name(), Login{pair.User, pair.Pass.Reveal()}}
		if p.refused[this] {
			continue // another record's pair too: a wrong password is not spent twice
		}
		outcome, err := p.try(ctx, door, probes.Try{Account: pair.User, Lock: record.Lockout.Max}, this.Login, said, secrets)
		switch {
		case outcome == probes.Locked:
			return lan.Undecided, fmt.Errorf("%w: the device showed a sign of locking", probes.ErrBudget)
		case err != nil:
			return lan.Undecided, err
		case outcome == probes.Accepted:
			return p.control(ctx, door, record, pair.User), nil
		case outcome == probes.Rejected:
			p.refused[this] = true
		default:
			verdict = lan.Undecided
		}
	}
	return verdict, nil
}

// try sends one login, if the ledger grants it, and keeps what was heard.
func (p *proof) try(ctx context.Context, door Door, t probes.Try, l Login, said string, secrets []string) (probes.Outcome, error) {
	return p.Try(ctx, t, func(ctx context.Context) (probes.Outcome, error) {
		p.tries++
		outcome, heard, err := door.Try(ctx, l)
		p.Saw(said, struck(heard, slices.Concat(secrets, []string{l.Password})...))
		return outcome, err
	})
}

// control sends a password that cannot be right. Only if it is refused did the
// documented one prove anything.
func (p *proof) control(ctx context.Context, door Door, record logins.Record, user string) lan.Verdict {
	p.Advice = record.Fix
	if record.Generic {
		p.Title = "A password that thousands of devices share opens it"
	}
	outcome, err := p.try(ctx, door, probes.Try{Account: user, Control: true, Lock: record.Lockout.Max}, Login{user, rand.Text()[:16]},
		door.Name()+" with a random password for the same user", secretsOf(record))
	switch {
	case err != nil:
		p.Saw("could not finish the proof", err.Error())
	case outcome == probes.Rejected:
		return lan.Fail
	case outcome == probes.Accepted && record.Inside != nil:
		p.Title, p.Advice = Unchecked, ""
		return lan.Undecided
	case outcome == probes.Accepted: // perhaps a page that says no with a status of yes
		p.Title, p.Advice = "", ""
		return lan.Undecided
	}
	return lan.LikelyFail
}
