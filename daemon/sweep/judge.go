package sweep

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// maxCheck bounds one run of a check without login tries; those may have to
// wait for the pause between two tries, three times.
const (
	maxCheck = 15 * time.Second
	maxLogin = 2 * time.Minute
)

// judge runs every check that applies to d, service by service and once for
// the device as a whole, and leaves the findings in d. Those that try logins come
// later. One that is left alone is judged only by what the router knows of it.
func (r *run) judge(ctx context.Context, d *lan.Device, alone bool) {
	for _, check := range r.Checks {
		if r.later(check) || alone && !lan.ByRouter(check.ID) {
			continue
		}
		for _, s := range append([]lan.Service{{}}, d.Services...) {
			if ctx.Err() != nil {
				return // a check cut short would have nothing to say
			}
			if !check.Applies(*d, s) || check.Touch == lan.Login && len(r.records(*d, s)) == 0 {
				continue
			}
			f := r.find(ctx, check, Request{Device: *d, Service: s}, nil)
			if suffering(ctx) && !f.Verdict.Problem() {
				return
			}
			if f.Verdict != lan.NotApplicable {
				d.Findings = append(d.Findings, f)
			}
		}
	}
}

// try is probes.Pass.Try.
type try = func(context.Context, probes.Try, probes.Attempt) (probes.Outcome, error)

// find runs one check on a's device and service and makes a finding of what it says.
// One that tries logins is run only with what to try them by.
func (r *run) find(ctx context.Context, c probes.Check, a Request, by try) lan.Finding {
	d, s := a.Device, a.Service
	p := &probes.Pass{
		Device: d, Service: s, Reach: r.road(ctx), Knowledge: r.Knowledge, Logins: r.want.Logins, Opened: a.opened, Try: by,
	}
	limit := maxCheck
	if by != nil {
		limit = maxLogin
	}
	verdict := lan.NotTested
	switch {
	case c.Touch == lan.Login && by == nil:
		if list, _ := r.planned(d, s); len(list) > 0 {
			p.Saw(Request{Logins: list}.text(), notAllowed)
		}
	case c.Touch <= r.want.Touch:
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		var err error
		if verdict, err = r.guarded(ctx, c, p); err != nil {
			r.Log.Info("check could not decide", "check", c.ID, "device", d.ID, "service", s.Key(), "error", err)
			p.Saw("what came in the way", err.Error())
			verdict = lan.Undecided
		}
	}
	title, advice, severity := c.Topic, "", c.Severity
	if verdict.Problem() {
		title, advice = c.Title, c.Advice
	}
	if p.Severity != nil {
		severity = *p.Severity
	}
	now := r.Now()
	return lan.Finding{
		Check: c.ID, Verdict: verdict, Severity: severity, Service: s.Key(),
		Title: cmp.Or(p.Title, title), Advice: cmp.Or(p.Advice, advice), Steps: p.Steps, Urgency: p.Urgency, Guideline: c.Guideline, Provision: c.Provision,
		Evidence: p.Evidence, FirstSeen: now, LastSeen: now,
	}
}

// guarded calls the check; a panic in it is an error and its stack is logged.
func (r *run) guarded(ctx context.Context, c probes.Check, p *probes.Pass) (v lan.Verdict, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			r.Log.Error("check panicked", "check", c.ID, "device", p.Device.ID, "cause", cause, "stack", string(debug.Stack()))
			v, err = lan.Undecided, fmt.Errorf("the check itself failed: %v", cause)
		}
	}()
	return c.Run(ctx, p)
}
