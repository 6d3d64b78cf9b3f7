package sweep

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/proof"
)

// later reports whether check waits for the owner's consent. Such checks work from
// the records of factory logins: where none matches they do not apply.
func (r *run) later(check probes.Check) bool {
	return check.Touch >= lan.Login && r.want.Touch >= lan.Login
}

// logins is the second stage of a sweep at touch login: when everything is known
// that can be known without one, the owner is asked for all devices at once, and
// the checks that try logins run on those that were allowed.
func (r *run) logins(ctx context.Context) {
	if r.want.Touch < lan.Login {
		return
	}
	r.mu.Lock()
	r.done = once(r.done)
	devices := slices.Clone(r.done)
	r.mu.Unlock()
	var all []Request
	for _, d := range devices {
		all = append(all, r.requests(d)...)
	}
	if len(all) == 0 {
		return
	}
	allowed := Allowed(func(Request) string { return notAllowed })
	switch {
	case r.Ledger == nil:
		allowed = func(Request) string { return noLedger }
	case r.want.Consent != nil && ctx.Err() == nil:
		allowed = r.want.Consent(ctx, all)
	}
	r.talk.phase("logins")
	var trying sync.WaitGroup
	for i := range devices {
		list := slices.DeleteFunc(slices.Clone(all), func(a Request) bool { return a.Device.ID != devices[i].ID })
		if len(list) > 0 {
			trying.Go(func() { r.enter(ctx, list, allowed) })
		}
	}
	trying.Wait()
}

// requests is what there is to try on d: nothing on who is left alone, or does not
// bear being asked.
func (r *run) requests(d lan.Device) (list []Request) {
	if r.alone(d) {
		return nil
	}
	lock := 0
	for _, s := range d.Services {
		planned, locks := r.planned(d, s)
		lock = sooner(lock, locks)
		if len(planned) > 0 && slices.ContainsFunc(r.Checks, func(c probes.Check) bool {
			return c.Touch == lan.Login && c.Applies(d, s)
		}) {
			list = append(list, Request{Device: d, Service: s, Logins: planned})
		}
	}
	if len(list) == 0 || r.Ledger == nil {
		return list
	}
	known := r.Ledger.Opened(d)
	for i := range list {
		a := &list[i]
		a.lock = lock
		for _, record := range r.records(d, a.Service) {
			a.opened = append(a.opened, slices.DeleteFunc(proof.Names(record), func(name string) bool {
				return !slices.ContainsFunc(known, func(t probes.Try) bool { return t.Login == a.charged(name) })
			})...)
		}
		a.Opened = len(a.opened) > 0
	}
	return list
}

// charged is how the ledger knows a login on a's service; empty for none.
func (a Request) charged(login string) string {
	if login == "" {
		return ""
	}
	return a.Service.Key() + " " + login
}

// records are those of the factory logins that match s.
func (r *run) records(d lan.Device, s lan.Service) []logins.Record {
	records := r.Knowledge.Logins.Documented(d, s)
	if r.want.Logins == probes.Common {
		records = slices.Concat(records, r.Knowledge.Logins.Common(d, s))
	}
	return records
}

// planned are the factory logins that match s, and at how many wrong passwords the
// first of their families locks; 0 not known.
func (r *run) planned(d lan.Device, s lan.Service) (list []PlannedLogin, lock int) {
	for _, record := range r.records(d, s) {
		list, lock = append(list, plannedOf(record)...), sooner(lock, record.Lockout.Max)
	}
	return list, lock
}

// sooner is the lower of two counts of wrong passwords, 0 for one not known.
func sooner(a, b int) int {
	if a <= 0 || b > 0 && b < a {
		return b
	}
	return a
}

// plannedOf are the accounts of record.
func plannedOf(record logins.Record) (list []PlannedLogin) {
	for _, pair := range record.Pairs {
		one := PlannedLogin{record.ID, record.Vendor, pair.User, cmp.Or(record.Source, record.Why)}
		if !slices.Contains(list, one) {
			list = append(list, one)
		}
	}
	return list
}

// maxEnter is after how long no further check is begun on one device: one with many
// slow doors must not hold up the home.
const maxEnter = 5 * time.Minute

// enter runs the login checks on one device, service by service, watching like
// any inspection how it bears that.
func (r *run) enter(ctx context.Context, list []Request, allowed Allowed) {
	r.turns <- struct{}{}
	defer func() { <-r.turns }()
	d, begun := list[0].Device, time.Now()
	ctx, end := r.watch(ctx, d)
	var found []lan.Finding
	d.Findings = slices.Clip(d.Findings)
	for _, a := range list {
		for _, check := range r.Checks {
			if check.Touch != lan.Login || !check.Applies(d, a.Service) {
				continue
			}
			a.Device = d // with what was found on it until now
			may := allowed
			if time.Since(begun) > maxEnter {
				may = func(Request) string { return tooSlow }
			}
			if f := r.enterBy(ctx, check, a, may); f.Verdict != lan.NotApplicable {
				found, d.Findings = append(found, f), append(d.Findings, f)
			}
		}
	}
	how := end()
	r.mu.Lock()
	for i := range r.done {
		if r.done[i].ID == d.ID {
			if !how.At.IsZero() {
				r.done[i].Suffered = how
			}
			r.done[i].Findings = append(slices.Clip(r.done[i].Findings), found...)
			d = r.done[i]
		}
	}
	r.mu.Unlock()
	r.Road.Know(d)
	r.talk.more(d, found)
}

// watch is the context in which d is asked, and what tells in the end how it bore
// it.
func (r *run) watch(ctx context.Context, d lan.Device) (context.Context, func() lan.Suffering) {
	link := r.want.Links[max(0, slices.IndexFunc(r.want.Links, func(l lan.Link) bool { return l.Name == d.Link }))]
	pulse := r.canary.begin(ctx, d, link)
	for _, s := range d.Services {
		if s.Transport == lan.TCP {
			pulse.opened(s.Endpoint())
		}
	}
	return pulse.inspected(ctx)
}

// enterBy runs one check on one service, if that is allowed.
func (r *run) enterBy(ctx context.Context, check probes.Check, a Request, allowed Allowed) lan.Finding {
	why := allowed(a)
	switch {
	case suffering(ctx):
		why = suffers
	case ctx.Err() != nil:
		why = cutShort
	}
	if why != "" {
		f := r.find(ctx, check, a, nil)
		f.Evidence = []lan.Evidence{{Said: a.text(), Heard: why}}
		return f
	}
	return r.find(ctx, check, a, func(ctx context.Context, t probes.Try, attempt probes.Attempt) (probes.Outcome, error) {
		a := a
		a.Opened = t.Control || slices.Contains(a.opened, t.Login)
		t.Lock = sooner(t.Lock, a.lock) // whichever door it is, the device counts
		t.Login = a.charged(t.Login)
		if why := allowed(a); why != "" { // before it is charged
			return probes.Unclear, fmt.Errorf("%w: %s", probes.ErrBudget, why)
		}
		return r.Ledger.Try(ctx, a.Device, t, func(ctx context.Context) (probes.Outcome, error) {
			if why := allowed(a); why != "" {
				return probes.Unclear, fmt.Errorf("%w: %s", probes.ErrBudget, why)
			}
			return attempt(ctx)
		})
	})
}
