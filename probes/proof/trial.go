package proof

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// trial is a visit on which one login is sent.
type trial struct {
	logins.Record
	*visitor
	before []byte   // the page with the login; nil for none
	answer page     // to the login
	header []string // that shows the session where no cookie does
	exit   string   // the link that logs out, as the page has it
	from   string   // that page's path
}

// post sends the login and looks for a lock in the answer.
func (t *trial) post(ctx context.Context, path, body string, header ...string) (probes.Outcome, string, error) {
	p, err := t.ask(ctx, http.MethodPost, path, body, header...)
	p.posted = true
	return t.heed(p, err)
}

// send is post for a form whose fields go in the address (WHATWG HTML section
// 4.10.21.3, "mutate action URL"), of which nothing is kept.
func (t *trial) send(ctx context.Context, action, fields string, header ...string) (probes.Outcome, string, error) {
	path, _, _ := strings.Cut(action, "?")
	p, err := t.ask(ctx, http.MethodGet, path+"?"+fields, "", header...)
	p.path = path
	return t.heed(p, err)
}

// heed takes the answer to the login.
func (t *trial) heed(p page, err error) (probes.Outcome, string, error) {
	if err != nil {
		return probes.Unclear, "no answer", err
	}
	t.answer = p
	if p.turnsAway() {
		return probes.Locked, p.line + ", a sign of locking", nil
	}
	return probes.Unclear, p.line, nil
}

// judge goes where the answer leads and then to the protected page, and says what
// came of the login. again reports whether a page asks for the login once more;
// outside is the path to which a visitor without a login was led.
func (t *trial) judge(ctx context.Context, again func(page) bool, outside string) (probes.Outcome, string, error) {
	led, err := t.follow(ctx, t.answer, t.header...)
	if err != nil {
		return probes.Unclear, t.answer.line, err
	}
	p, err := t.get(ctx, t.Path, t.header...)
	if err != nil {
		return probes.Unclear, led.line, err
	}
	said := t.answer.line + ", then " + p.line
	elsewhere := p.path != t.Path && (p.path == outside || loginURL().MatchString(p.path))
	inside := p.inside(t.Record) && p.whole && !again(p) && !elsewhere && !news(t.Refused, nil, p.body)
	t.remember(p, led)
	locks := func(p page) bool { return p.turnsAway() || !inside && p.locks(t.Record, t.before) }
	switch {
	case locks(t.answer) || locks(led) || locks(p):
		return probes.Locked, said + ", a sign of locking", nil
	case inside:
		return probes.Accepted, said + ", the protected page", nil
	case p.inside(t.Record):
		return probes.Unclear, said + ", the protected page, yet it asks for a login", nil
	case t.doubtful(led):
		return probes.Unclear, said + ", did not judge the login", nil
	case news(t.Refused, t.before, t.answer.body), news(t.Refused, t.before, led.body), t.answer.status == http.StatusUnauthorized:
		return probes.Rejected, said + ", a refusal", nil
	case again(led), again(p):
		return probes.Rejected, said + ", asks for the login again", nil
	}
	return probes.Unclear, said, nil
}

// doubtful reports whether the answer to the login, or the page to which it led,
// is none that speaks of the password.
func (t *trial) doubtful(led page) bool {
	switch t.answer.status {
	case http.StatusOK, http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusUnauthorized:
	default:
		return !news(t.Refused, t.before, t.answer.body)
	}
	return led.status/100 == 3 || led.status >= 500 ||
		news(doubtWords(), t.before, t.answer.body) || news(doubtWords(), t.before, led.body)
}

// remember keeps the first link that logs out.
func (t *trial) remember(pages ...page) {
	for _, p := range pages {
		if exit := parsePage(p.body).exit; exit != "" && t.exit == "" {
			t.exit, t.from = exit, p.path
		}
	}
}

// maxLeave bounds the way out, which is gone also after ctx has ended.
const maxLeave = 3 * time.Second

// leave logs out, as the record or a link on a page inside says, unless the
// device said no: then there is nothing to leave.
func (t *trial) leave(ctx context.Context, outcome probes.Outcome) {
	if outcome == probes.Rejected || outcome == probes.Locked {
		return
	}
	method, path := http.MethodGet, t.Logout
	if other, posts := strings.CutPrefix(path, "POST "); posts {
		method, path = http.MethodPost, other
	}
	if path == "" {
		path, _ = t.local(t.from, t.exit)
	}
	if path != "" {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxLeave)
		defer cancel()
		_, _ = t.ask(ctx, method, path, "", t.header...)
	}
}
