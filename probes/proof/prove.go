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
// try is "not tested". The login that p.Opened says opened it before goes first:
// once that is refused, the door passes as far as is known, whatever becomes of
// the others.
func Prove(ctx context.Context, p *probes.Pass, records []logins.Record) (lan.Verdict, error) {
	if len(records) == 0 {
		return lan.NotApplicable, nil
	}
	all := proof{Pass: p, refused: map[attempt]bool{}, secrets: secretsOf(records...)}
	v, err := all.proveAll(ctx, openedFirst(records, p.Opened))
	if all.mended && !v.Problem() && v != lan.Pass {
		if err != nil {
			p.Saw("left it at that", err.Error())
		}
		return lan.LikelyPass, nil
	}
	return v, err
}

// proveAll takes the records through the three steps until one opens the door.
func (p *proof) proveAll(ctx context.Context, records []candidates) (lan.Verdict, error) {
	verdict := lan.NotApplicable // as long as no door asks for a login
	for _, record := range records {
		v, err := p.prove(ctx, record)
		switch {
		case errors.Is(err, probes.ErrBudget) && p.tries == 0:
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
	mended  bool             // it has said no to what opened it before
	secrets []string         // of all records: a page may repeat what the one before was sent
}

// attempt is a login on a door.
type attempt struct {
	door string
	Login
}

// prove takes one record through the three steps. A door that is open to
// anybody has no default login, and costs no try: that is no-login's to say.
func (p *proof) prove(ctx context.Context, record candidates) (lan.Verdict, error) {
	door, state, err := look(ctx, p.Pass, record.Record, p.secrets)
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
	verdict := lan.Pass
	for i, pair := range record.Pairs {
		this := attempt{door.Name(), Login{pair.User, pair.Pass.Reveal()}}
		if p.refused[this] {
			continue // another record's pair too: a wrong password is not spent twice
		}
		outcome, err := p.try(ctx, door, probes.Try{Account: pair.User, Login: record.names[i], Lock: record.Lockout.Max}, this.Login, said)
		switch {
		case outcome == probes.Locked:
			return lan.Undecided, fmt.Errorf("%w: the device showed a sign of locking", probes.ErrBudget)
		case err != nil:
			return lan.Undecided, err
		case outcome == probes.Accepted:
			return p.control(ctx, door, record.Record, pair.User), nil
		case outcome == probes.Rejected:
			p.refused[this] = true
			p.mended = p.mended || slices.Contains(p.Opened, record.names[i])
		default:
			verdict = lan.Undecided
		}
	}
	return verdict, nil
}

// try sends one login, if the ledger grants it, and keeps what was heard. One that
// the device did not look at is asked for once more.
func (p *proof) try(ctx context.Context, door Door, t probes.Try, l Login, said string) (probes.Outcome, error) {
	for range 2 {
		outcome, err := p.Try(ctx, t, func(ctx context.Context) (probes.Outcome, error) {
			p.tries++
			secrets := slices.Concat(p.secrets, spelt(l))
			outcome, heard, err := door.Try(ctx, l)
			p.Saw(said, struck(heard, secrets...))
			return outcome, hush(err, secrets)
		})
		if !errors.Is(err, errStale) {
			return outcome, err
		}
	}
	return probes.Unclear, nil
}

// control sends a password that cannot be right. Only if it is refused did the
// documented one prove anything. It is not sent to a device that lets us in
// without any by now, since it knows who has logged in by his address: that would
// take it, and it may have been somebody else who logged in from here.
func (p *proof) control(ctx context.Context, door Door, record logins.Record, user string) lan.Verdict {
	p.Advice = record.Fix
	if record.Generic {
		p.Title = "A password that thousands of devices share opens it"
	}
	if state, heard := p.again(ctx, door); state == Open {
		p.Saw(door.Name()+" after logging out", heard+", without a login by now: it goes by our address")
		return lan.LikelyFail
	}
	outcome, err := p.try(ctx, door, probes.Try{Account: user, Control: true, Lock: record.Lockout.Max}, Login{user, rand.Text()[:16]},
		door.Name()+" with a random password for the same user")
	switch {
	case err != nil:
		p.Saw("could not finish the proof", err.Error())
	case outcome == probes.Rejected:
		return lan.Fail
	case outcome == probes.Accepted && record.Inside != nil && !record.Generic && p.closed(ctx, door):
		p.Title, p.Advice = Unchecked, ""
		return lan.Undecided
	case outcome == probes.Accepted: // perhaps a page that says no with a status of yes
		p.Title, p.Advice = "", ""
		return lan.Undecided
	}
	return lan.LikelyFail
}

// again is how a door stands after a login that may have opened a session; Unclear
// where each login stands for itself.
func (p *proof) again(ctx context.Context, door Door) (State, string) {
	switch door.(type) {
	case *formDoor, *jsonDoor, *familyDoor:
		state, heard, err := door.Look(ctx)
		if err == nil {
			return state, struck(heard, p.secrets...)
		}
	}
	return Unclear, ""
}

// closed reports whether the door still asks for a login, after two that opened it.
func (p *proof) closed(ctx context.Context, door Door) bool {
	state, _, err := door.Look(ctx)
	return err == nil && state == Closed
}
