package proof

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"

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

	path   string              // of the page that asks: where the record's leads to
	ask    challenge.Challenge // the latest that the device made
	at     time.Time           // when it made it
	sent   int                 // answers under its nonce
	before []byte              // the page without a login
}

var (
	_ = register("basic", newWebDoor)
	_ = register("digest", newWebDoor)
)

func newWebDoor(p *probes.Pass, r logins.Record) Door {
	return &webDoor{pass: p, Record: r, path: r.Path}
}

func (d *webDoor) Name() string { return "GET " + d.Path }

func (d *webDoor) Look(ctx context.Context) (State, string, error) {
	p, err := visit(d.pass).get(ctx, d.Path)
	if err != nil {
		return Unclear, "", err
	}
	d.path, d.before = p.path, p.body
	switch {
	case p.turnsAway():
		return Unclear, p.line + ", a sign of locking", nil
	case p.status == http.StatusUnauthorized:
		if !d.heed(p) {
			return Unclear, p.line + ", asks for a login in a way we do not speak", nil
		}
		return Closed, fmt.Sprintf("%s, asks for a login to %q", p.line, d.ask.Realm), nil
	case p.status/100 == 2 && p.path == d.Path && d.Inside != nil && d.Inside.Match(p.body):
		return Open, p.line + ", the protected page", nil
	}
	return Unclear, p.line, nil
}

func (d *webDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	asked := d.ask // what the baseline asked for, if not a new nonce
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
		return probes.Unclear, p.line + ", did not look at the login (its nonce was stale)", errStale
	case p.status == http.StatusUnauthorized && (d.ask.Realm != asked.Realm || d.ask.Scheme != asked.Scheme):
		return probes.Unclear, fmt.Sprintf("%s, now asks for another login, to %q", p.line, d.ask.Realm), nil
	case p.status == http.StatusUnauthorized:
		return probes.Rejected, p.line, nil
	case inside:
		return probes.Accepted, p.line + ", the protected page", nil
	case d.Inside == nil && d.leadsOn(p):
		return probes.Accepted, p.line + ", leads on from the page that asked", nil
	}
	return probes.Unclear, p.line, nil // 403 too: it speaks of rights, not of the password
}

// leadsOn reports whether p sends its visitor on to another page of the device, as
// many do with who has logged in, and not to one that speaks of the login. It is not
// followed: with a wrong login that would be another.
func (d *webDoor) leadsOn(p page) bool {
	to, ok := visit(d.pass).local(d.path, p.leads())
	return ok && p.status/100 == 3 && to != d.path && !loginURL().MatchString(to) && !turnedDown().MatchString(to)
}

// turnedDown is how addresses are called that speak of a login that was refused.
var turnedDown = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)err|fail|denied|deny|invalid|wrong|unauth|forbid|lock|40[13]|busy|duplicate|multi`)
})

// keeps is how long a nonce is relied on. The pause between two tries is longer.
const keeps = 5 * time.Second

// send answers the challenge, if that is an old nonce's then a new one: a login that
// is sent again for it (RFC 7616 section 3.3) could count twice.
func (d *webDoor) send(ctx context.Context, l Login) (page, error) {
	if d.ask.Scheme == "digest" && time.Since(d.at) > keeps {
		p, err := d.get(ctx, "")
		switch {
		case err != nil || p.turnsAway():
			return p, err
		case !d.heed(p):
			return p, errors.New("the device does not ask for a login any more")
		}
	}
	d.sent++
	header, err := answer(d.ask, d.sent, http.MethodGet, d.path, l)
	if err != nil {
		return page{}, err
	}
	p, err := d.get(ctx, header)
	if err == nil {
		d.heed(p)
	}
	return p, err
}

// heed takes over a new challenge; ok is false where p makes none that we can
// answer.
func (d *webDoor) heed(p page) (ok bool) {
	next, ok := pickChallenge(p.header.Values("WWW-Authenticate"))
	if !ok || p.status != http.StatusUnauthorized {
		return false
	}
	if next.Nonce != d.ask.Nonce {
		d.sent = 0
	}
	d.ask, d.at = next, time.Now()
	return true
}

func (d *webDoor) get(ctx context.Context, authorization string) (page, error) {
	if authorization == "" {
		return visit(d.pass).ask(ctx, http.MethodGet, d.path, "")
	}
	return visit(d.pass).ask(ctx, http.MethodGet, d.path, "", "Authorization", authorization)
}
