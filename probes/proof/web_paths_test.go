package proof

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// TestLoginBehindARedirect: devices whose first page leads to the one that asks, or
// that send on who has logged in.
func TestLoginBehindARedirect(t *testing.T) {
	deny := says(401, "no", "WWW-Authenticate", `Basic realm="cam"`)
	yes, no := []probes.Outcome{probes.Accepted, probes.Rejected}, []probes.Outcome{probes.Rejected}
	to := func(where string) http.HandlerFunc { return says(302, "", "Location", where) }
	for name, tt := range map[string]struct {
		first, in, out http.HandlerFunc // the first page, the asking one to the right login, and to a wrong one
		pass           string
		want           lan.Verdict
		outcomes       []probes.Outcome
	}{
		"asks on another page":           {to("/index.htm"), says(200, "hello"), deny, acmePass, lan.Fail, yes},
		"by a refresh":                   {says(200, `<meta http-equiv=refresh content="0;url=index.htm">`), says(200, "hello"), deny, acmePass, lan.Fail, yes},
		"sends on":                       {to("/index.htm"), to("/view/main.htm"), deny, acmePass, lan.Fail, yes},
		"another password":               {to("/index.htm"), says(200, "hello"), deny, "own", lan.Pass, no},
		"sends everybody on":             {to("/index.htm"), to("/view/main.htm"), to("/view/main.htm"), "own", lan.Undecided, []probes.Outcome{probes.Accepted, probes.Accepted}},
		"sends to say no":                {to("/index.htm"), says(200, "hello"), to("/login_fail.htm"), "own", lan.Undecided, []probes.Outcome{probes.Unclear}},
		"sends to its login page":        {to("/index.htm"), says(200, "hello"), to("/login.htm"), "own", lan.Undecided, []probes.Outcome{probes.Unclear}},
		"sends away":                     {to("/index.htm"), to("http://192.0.2.1/"), deny, acmePass, lan.Undecided, []probes.Outcome{probes.Unclear}},
		"sends to the same page":         {to("/index.htm"), to("/index.htm"), deny, acmePass, lan.Undecided, []probes.Outcome{probes.Unclear}},
		"first page leads to a stranger": {to("http://192.0.2.1/"), says(200, "hello"), deny, acmePass, lan.Undecided, nil},
	} {
		var asked []string
		h := func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.URL.Path)
			user, pass, sent := r.BasicAuth()
			switch {
			case r.URL.Path != "/" && r.URL.Path != "/index.htm", sent && r.URL.Path == "/":
				t.Errorf("%s: %s was asked for, with a login %v", name, r.URL, sent)
			case r.URL.Path == "/":
				tt.first(w, r)
			case !sent:
				deny(w, r)
			case user == "admin" && pass == tt.pass:
				tt.in(w, r)
			default:
				tt.out(w, r)
			}
		}
		record := logins.Record{ID: "x", Auth: "basic", Path: "/", Status: 200, Pairs: []logins.Pair{{User: "admin", Pass: logins.Hide(acmePass)}}}
		p, l, got, err := proven(t, h, record)
		if got != tt.want || err != nil || !slices.Equal(l.outcomes, tt.outcomes) {
			t.Errorf("%s: %v, %v, %v\n%s\n%s", name, got, err, l.outcomes, words(p), strings.Join(asked, " "))
		}
	}
}
