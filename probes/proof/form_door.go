package proof

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// formDoor is a page behind an HTML login form (WHATWG HTML section 4.10.21).
// Pages answer 200 whatever they mean, so that only the record's mark on the
// protected page, without any form on it and not there before, is a success.
type formDoor struct {
	pass *probes.Pass
	logins.Record

	closed string // path at which the baseline ended
}

var _ = register("form", func(p *probes.Pass, r logins.Record) Door { return &formDoor{pass: p, Record: r} })

func (d *formDoor) Name() string { return "the login form of " + d.Path }

func (d *formDoor) Look(ctx context.Context) (State, string, error) {
	v := visit(d.pass)
	p, err := v.get(ctx, d.Path)
	if err != nil {
		return Unclear, "", err
	}
	d.closed = p.path
	found := p
	if d.Form.Login != "" {
		if found, err = v.get(ctx, d.Form.Login); err != nil {
			return Unclear, "", err
		}
	}
	_, _, why := d.entry(v, found)
	marked := d.Inside != nil && d.Inside.Match(p.body)
	switch {
	case p.turnsAway() || found.turnsAway() || lockWords().Match(visible(found.body)):
		return Unclear, found.line + ", a sign of locking", nil
	case marked && p.inside(d.Record) && p.path == d.Path && !parsePage(p.body).asks():
		return Open, p.line + ", the protected page", nil
	case marked || d.Inside != nil && d.Inside.Match(found.body):
		return Unclear, found.line + ", what should be inside is outside too", nil
	case why != "":
		return Unclear, found.line + ", " + why, nil
	case !parsePage(found.body).asks() && !p.denies(d.Record):
		return Unclear, p.line + ", asks for no login", nil
	}
	at, _, _ := strings.Cut(found.path, "?")
	return Closed, found.line + ", a login form at " + at, nil
}

// entry is the login form on p and the path to which it goes, if the record or
// the page leaves no doubt that it is one and that the record's login can be
// sent by it; else why not.
func (d *formDoor) entry(v *visitor, p page) (e entry, action, why string) {
	if p.status != http.StatusOK && p.status != http.StatusUnauthorized && p.status != http.StatusForbidden {
		return e, "", "no page to log in on"
	}
	e, why = parsePage(p.body).loginForm(d.Form)
	if why != "" {
		return e, "", why
	}
	action, here := v.local(p.path, cmp.Or(d.Form.Action, e.action, p.path))
	unfit := func(pair logins.Pair) bool { _, fits := e.filled(Login{User: pair.User}); return !fits }
	switch {
	case d.Generic && (e.script || cipherWords().Match(p.body)):
		why = "a login that a script may change on its way"
	case d.Generic && e.method == http.MethodGet: // which devices write into their logs
		why = "a login that would go in an address"
	case !here:
		why = "a login that goes elsewhere"
	case slices.ContainsFunc(d.Pairs, unfit):
		why = "a login without a place for the user name"
	}
	return e, action, why
}

func (d *formDoor) Try(ctx context.Context, l Login) (outcome probes.Outcome, words string, err error) {
	v := visit(d.pass)
	before, err := v.get(ctx, cmp.Or(d.Form.Login, d.Path))
	if err != nil {
		return probes.Unclear, "no answer", err
	}
	e, action, why := d.entry(v, before)
	if why != "" {
		return probes.Unclear, before.line + ", " + why, nil
	}
	sent, _ := e.filled(l)
	v.typed = e.inputs[e.pass].name
	referer := []string{"Referer", v.origin() + before.path}
	t := trial{Record: d.Record, visitor: v, before: before.body, header: referer}
	defer func() { t.leave(ctx, outcome) }()
	if e.method == http.MethodGet && d.Form.Action == "" {
		outcome, words, err = t.send(ctx, action, sent, referer...)
	} else {
		outcome, words, err = t.post(ctx, action, sent, "Content-Type", "application/x-www-form-urlencoded",
			"Origin", v.origin(), referer[0], referer[1])
	}
	if outcome == probes.Locked || err != nil {
		return outcome, words, err
	}
	return t.judge(ctx, func(p page) bool { return parsePage(p.body).again(e, d.Generic || d.Form.Action != "") }, d.closed)
}
