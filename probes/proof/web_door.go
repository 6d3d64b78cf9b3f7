package proof

import (
	"context"
	"fmt"
	"net/http"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/challenge"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// webDoor is a page behind HTTP authentication (RFC 9110 section 11): Basic
// (RFC 7617) or Digest (RFC 7616), whichever the device asks for. It has no
// session to leave: each request carries its own login.
type webDoor struct {
	pass *probes.Pass
	logins.Record

	ask    challenge.Challenge // the latest that the device made
	sent   int                 // answers under its nonce
	before []byte              // the page without a login
}

var (
	_ = register("basic", newWebDoor)
	_ = register("digest", newWebDoor)
)

func newWebDoor(p *probes.Pass, r logins.Record) Door { return &webDoor{pass: p, Record: r} }

func (d *webDoor) Name() string { return "GET " + d.Path }

func (d *webDoor) Look(ctx context.Context) (State, string, error) {
	p, err := d.get(ctx, "")
	if err != nil {
		return Unclear, "", err
	}
	d.before = p.body
	switch {
	case p.turnsAway():
		return Unclear, p.line + ", a sign of locking", nil
	case p.status == http.StatusUnauthorized:
		ask, ok := pickChallenge(p.header.Values("WWW-Authenticate"))
		if !ok {
			return Unclear, p.line + ", asks for a login in a way we do not speak", nil
		}
		d.heed(ask)
		return Closed, fmt.Sprintf("%s, asks for a login to %q", p.line, ask.Realm), nil
	case p.status/100 == 2 && d.Inside != nil && d.Inside.Match(p.body):
		return Open, p.line + ", the protected page", nil
	}
	return Unclear, p.line, nil
}

func (d *webDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	asked := d.ask
	p, err := d.send(ctx, l)
	if err != nil {
		return probes.Unclear, "no answer", err
	}
	inside := p.status/100 == 2 && (d.Inside == nil || d.Inside.Match(p.body))
	switch {
	case p.turnsAway():
		return probes.Locked, p.line, nil
	case (!inside || d.Inside == nil) && (p.locks(d.Record, d.before) || lockWords().MatchString(d.ask.Realm)):
		return probes.Locked, p.line + ", says it is locked", nil
	case p.status == http.StatusUnauthorized && d.ask.Stale:
		return probes.Unclear, p.line + ", did not look at the login (its nonce was stale)", nil
	case p.status == http.StatusUnauthorized && (d.ask.Realm != asked.Realm || d.ask.Scheme != asked.Scheme):
		return probes.Unclear, fmt.Sprintf("%s, now asks for another login, to %q", p.line, d.ask.Realm), nil
	case p.status == http.StatusUnauthorized:
		return probes.Rejected, p.line, nil
	case inside:
		return probes.Accepted, p.line + ", the protected page", nil
	}
	return probes.Unclear, p.line, nil // 403 too: it speaks of rights, not of the password
}

// send answers the challenge. A stale nonce is not a refusal (RFC 7616
// section 3.3): the same login is sent once more under the new one.
func (d *webDoor) send(ctx context.Context, l Login) (page, error) {
	for again := false; ; again = true {
		d.sent++
		header, err := answer(d.ask, d.sent, http.MethodGet, d.Path, l)
		if err != nil {
			return page{}, err
		}
		p, err := d.get(ctx, header)
		if err != nil || p.status != http.StatusUnauthorized {
			return p, err
		}
		next, ok := pickChallenge(p.header.Values("WWW-Authenticate"))
		if ok {
			d.heed(next)
		}
		if again || !ok || !next.Stale {
			return p, nil
		}
	}
}

// heed takes over a new challenge.
func (d *webDoor) heed(next challenge.Challenge) {
	if next.Nonce != d.ask.Nonce {
		d.sent = 0
	}
	d.ask = next
}

func (d *webDoor) get(ctx context.Context, authorization string) (page, error) {
	if authorization == "" {
		return visit(d.pass).ask(ctx, http.MethodGet, d.Path, "")
	}
	return visit(d.pass).ask(ctx, http.MethodGet, d.Path, "", "Authorization", authorization)
}
