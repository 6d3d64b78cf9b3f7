package proof

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// answering is a server's answer to one request, with or without a login.
type answering func(w http.ResponseWriter, login bool, count int)

// TestWebAnswers holds what a page may answer to the documented login.
func TestWebAnswers(t *testing.T) {
	deny := func(w http.ResponseWriter, field, body string) {
		w.Header().Add("WWW-Authenticate", field)
		w.WriteHeader(401)
		_, _ = w.Write([]byte(body))
	}
	closed := func(w http.ResponseWriter) { deny(w, `Basic realm="MOBOTIX Camera User"`, "") }
	answer := func(f func(w http.ResponseWriter)) answering {
		return func(w http.ResponseWriter, login bool, _ int) {
			if !login {
				closed(w)
				return
			}
			f(w)
		}
	}
	for name, tt := range map[string]struct {
		page    answering
		want    lan.Verdict
		outcome []probes.Outcome
		word    string // of what is shown
	}{
		"open to anybody": {func(w http.ResponseWriter, _ bool, _ int) {}, lan.Undecided, nil, "200 OK"},
		"whatever password": {answer(func(http.ResponseWriter) {}), lan.Undecided,
			[]probes.Outcome{probes.Accepted, probes.Accepted}, "random password"},
		"redirect": {answer(func(w http.ResponseWriter) { w.Header().Set("Location", "/login"); w.WriteHeader(302) }), lan.Undecided,
			[]probes.Outcome{probes.Unclear}, "302"},
		"forbidden": {answer(func(w http.ResponseWriter) { w.WriteHeader(403) }), lan.Undecided, []probes.Outcome{probes.Unclear}, "403"},
		"broken":    {answer(func(w http.ResponseWriter) { w.WriteHeader(500) }), lan.Undecided, []probes.Outcome{probes.Unclear}, "500"},
		"retry-after": {answer(func(w http.ResponseWriter) { w.Header().Set("Retry-After", "60"); w.WriteHeader(503) }), lan.Undecided,
			[]probes.Outcome{probes.Locked}, "sign of locking"},
		"lock words in a 401": {answer(func(w http.ResponseWriter) {
			deny(w, `Basic realm="MOBOTIX Camera User"`, "Too many login attempts")
		}), lan.Undecided, []probes.Outcome{probes.Locked}, "says it is locked"},
		"lock words in a 403": {answer(func(w http.ResponseWriter) { w.WriteHeader(403); _, _ = w.Write([]byte("The user is locked.")) }), lan.Undecided,
			[]probes.Outcome{probes.Locked}, "says it is locked"},
		"lock words in a 200": {answer(func(w http.ResponseWriter) { _, _ = w.Write([]byte("Account locked. Try again later.")) }), lan.Undecided,
			[]probes.Outcome{probes.Locked}, "says it is locked"},
		"lock words in the realm": {answer(func(w http.ResponseWriter) { deny(w, `Basic realm="Account blocked for 5 minutes"`, "") }), lan.Undecided,
			[]probes.Outcome{probes.Locked}, "says it is locked"},
		"another realm": {answer(func(w http.ResponseWriter) { deny(w, `Basic realm="somebody else"`, "") }), lan.Undecided,
			[]probes.Outcome{probes.Unclear}, `another login, to "somebody else"`},
		"another scheme": {answer(func(w http.ResponseWriter) { deny(w, `Digest realm="MOBOTIX Camera User", nonce="1"`, "") }), lan.Undecided,
			[]probes.Outcome{probes.Unclear}, "another login"},
		"refused without a challenge": {answer(func(w http.ResponseWriter) { w.WriteHeader(401) }), lan.Pass,
			[]probes.Outcome{probes.Rejected}, "401"},
		"repeats the password": {answer(func(w http.ResponseWriter) { deny(w, `Basic realm="wrong: mein\sm"`, "") }), lan.Undecided,
			[]probes.Outcome{probes.Unclear}, "wrong: ***"},
		"asks for NTLM": {func(w http.ResponseWriter, _ bool, _ int) { deny(w, "NTLM", "") }, lan.Undecided, nil, "do not speak"},
		"asks for auth-int only": {func(w http.ResponseWriter, _ bool, _ int) {
			deny(w, `Digest realm="x", nonce="1", qop="auth-int"`, "")
		}, lan.Undecided, nil, "do not speak"},
		"asks for a session without a qop": {func(w http.ResponseWriter, _ bool, _ int) {
			deny(w, `Digest realm="x", nonce="1", algorithm=MD5-sess`, "")
		}, lan.Undecided, nil, "do not speak"},
		"a realm that cannot be sent back": {func(w http.ResponseWriter, _ bool, _ int) {
			deny(w, `Digest realm="a \"b\"", nonce="1", qop="auth"`, "")
		}, lan.Undecided, nil, "do not speak"},
		"odd realm": {func(w http.ResponseWriter, login bool, count int) {
			if count == 2 {
				return
			}
			deny(w, `Basic realm=MOBOTIX, Wireless "Camera`, "")
		}, lan.Fail, []probes.Outcome{probes.Accepted, probes.Rejected}, `"MOBOTIX"`},
		"always stale": {func(w http.ResponseWriter, _ bool, count int) {
			deny(w, fmt.Sprintf(`Digest realm="x", nonce="%d", qop="auth", stale=true`, count), "")
		}, lan.Undecided, []probes.Outcome{probes.Unclear, probes.Unclear}, "stale"},
	} {
		t.Run(name, func(t *testing.T) {
			count := 0
			s := served(t, mobotix("basic"), func(w http.ResponseWriter, r *http.Request) {
				count++
				tt.page(w, r.Header.Get("Authorization") != "", count)
			})
			l := &ledger{grants: 9}
			p := &probes.Pass{Service: s, Try: l.try}
			got, err := judged(t, p)
			if got != tt.want || err != nil || !slices.Equal(l.outcomes, tt.outcome) {
				t.Errorf("%v, %v, %v; want %v, %v\n%s", got, err, l.outcomes, tt.want, tt.outcome, words(p))
			}
			if shown := words(p); !strings.Contains(shown, tt.word) || strings.Contains(shown, mobotixPass) {
				t.Errorf("%q is not in, or a password is in\n%s", tt.word, shown)
			}
		})
	}
}

func TestPageIsReadUpToABound(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"long": endless(4 << 20), "packed": says(200, bomb(), "Content-Encoding", "gzip"),
	} {
		s := served(t, nil, h)
		d := newWebDoor(&probes.Pass{Reach: road{}, Service: s}, logins.Record{Path: "/"}).(*webDoor)
		if p, err := d.get(t.Context(), ""); err != nil || len(p.body) != maxPage || cap(p.body) > 4*maxPage || p.whole {
			t.Errorf("%s: %d bytes, whole %v, %v", name, len(p.body), p.whole, err)
		}
	}
	small := served(t, nil, says(200, packed("hello"), "Content-Encoding", "gzip"))
	if p, err := visit(&probes.Pass{Reach: road{}, Service: small}).ask(t.Context(), "GET", "/", ""); err != nil || string(p.body) != "hello" || !p.whole {
		t.Errorf("%q, whole %v, %v", p.body, p.whole, err)
	}
}
