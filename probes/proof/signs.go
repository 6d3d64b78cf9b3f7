package proof

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

var (
	// lockWords are how web pages say that an account is locked, or soon will be.
	lockWords = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)\b(?:account|user|login|ip|device)\b[^.<]{0,40}\b(?:locked|blocked)\b|\block(?:ed)? (?:out|for)\b|` +
			`too many (?:\w+ ){0,4}(?:attempts|tries|logins|failures)|\bbanned\b|` +
			`try again (?:later|in \d+|after)|wait (?:for )?\d+ ?(?:s\b|sec|min)|` +
			`\b[012] (?:more |login )?(?:attempts?|tries|chances?) (?:left|remain)|(?:attempts?|tries|chances?) (?:left|remaining)\W{1,4}[012]\b|` +
			`"(?:is_?|account_?|user_?)?lock(?:ed|_?status|_?time)?"\s*:\s*(?:true|"?[1-9])|"(?:remain|left)\w*"\s*:\s*"?[012]\b`)
	})
	// doubtWords are how pages say that they did not judge the password at all.
	doubtWords = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)captcha|another (?:user|admin|person|client)|other user|already (?:logged|in use|connected)|` +
			`(?:maximum|max\.?|too many) (?:number of )?(?:users|sessions|connections|clients)|sessions? (?:is |has |are )?(?:full|expired|timed? ?out|limit)|` +
			`csrf|forbidden|maintenance|unavailable|(?:enable|support|turn on) (?:cookies|java)|upgrad|reboot|starting up|initiali[sz]`)
	})
	loginURL = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)log-?_?(?:in|on)\b|sign-?_?in\b|/auth\b`)
	})
)

// news reports whether re finds in page what is not on the page before, of which
// a script may carry every message that it could ever show.
func news(re *regexp.Regexp, before, page []byte) bool {
	if re == nil {
		return false
	}
	old := string(before)
	for _, found := range re.FindAll(page, maxInputs) {
		if !strings.Contains(old, string(found)) {
			return true
		}
	}
	return false
}

// turnsAway reports whether the answer's head shows a lock (RFC 4918 section
// 11.3, RFC 6585 section 4, RFC 9110 section 10.2.3).
func (p page) turnsAway() bool {
	return p.status == http.StatusLocked || p.status == http.StatusTooManyRequests || p.header.Get("Retry-After") != ""
}

// locks reports whether the answer shows a sign of locking that was not on the
// page before.
func (p page) locks(r logins.Record, before []byte) bool {
	return p.turnsAway() || news(lockWords(), before, p.body) || news(r.Lockout.Says, before, p.body)
}

// denies reports whether p turns a visitor without a login away.
func (p page) denies(r logins.Record) bool {
	return p.status == http.StatusUnauthorized || p.status == http.StatusForbidden ||
		r.Refused != nil && r.Refused.Match(p.body) || p.path != r.Path && loginURL().MatchString(p.path)
}

// inside reports whether p is the protected page as only a visitor inside sees
// it, by the record's mark.
func (p page) inside(r logins.Record) bool {
	return p.status == r.Status && r.Inside != nil && r.Inside.Match(p.body)
}

// visible is the page's text as somebody sees it who looks at it first: without
// its scripts, and without the messages that they would uncover. A "<" stands
// for each tag.
func visible(text []byte) (words []byte) {
	for len(text) > 0 {
		at := bytes.IndexByte(text, '<')
		if at < 0 {
			return append(words, text...)
		}
		words = append(append(words, text[:at]...), '<')
		t, rest := nextTag(text[at:])
		text = rest
		_, hidden := t.attrs["hidden"]
		if hidden || strings.Contains(strings.ReplaceAll(strings.ToLower(t.attrs["style"]), " ", ""), "display:none") {
			text = text[max(0, bytes.IndexByte(text, '<')):]
		}
	}
	return words
}
