package proof

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// The family of these tests: its status page shows the heading "Box status" to
// who is inside, and its factory login is admin with acmePass.
const (
	acmePass = "f4ctory-word"
	acmePage = `<html><h1>Box status</h1><a href="/status.html?tab=2">more</a> <a href='logout.cgi'>Log out</a></html>`
	acmeForm = `<form action="login.cgi" method=post><input name="u"><input type=password name="p"><input type=submit name=go value=Enter></form>`
)

func acmeRecord() logins.Record {
	return logins.Record{
		ID: "acme-box", Auth: "form", Path: "/status.html", Status: 200, Inside: regexp.MustCompile(`<h1>Box status</h1>`),
		Pairs: []logins.Pair{{User: "admin", Pass: logins.Hide(acmePass)}}, Fix: "Set a password.",
		Source: "https://example.org/manual", Verified: true,
	}
}

// acme is a device of the family, with its parts to change.
type acme struct {
	pass    string                       // the password it has now
	form    func(n int) string           // its login page, the n-th time
	wrong   http.HandlerFunc             // its answer to a wrong login; the login page when nil
	right   http.HandlerFunc             // its answer to the right one; a redirect inside when nil
	outside http.HandlerFunc             // its protected page without a login; a redirect to /login.html when nil
	inside  func() string                // its protected page
	takes   func(map[string]string) bool // instead of comparing u and p
	forms   int
	session bool
	logins  []map[string]string // that were sent
	logouts int
	asked   []string
}

func (a *acme) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.asked = append(a.asked, r.Method+" "+r.RequestURI)
	cookie, _ := r.Cookie("sid")
	in := a.session && cookie != nil && cookie.Value == "s3ssion-token"
	switch r.URL.Path {
	case "/login.html":
		a.page(w)
	case "/login.cgi":
		a.login(w, r)
	case "/logout.cgi":
		a.logouts++
		a.session = false
	case "/status.html":
		switch {
		case in && a.inside != nil:
			_, _ = io.WriteString(w, a.inside())
		case in:
			_, _ = io.WriteString(w, acmePage)
		case a.outside != nil:
			a.outside(w, r)
		default:
			http.Redirect(w, r, "/login.html", http.StatusFound)
		}
	default:
		http.NotFound(w, r)
	}
}

func (a *acme) page(w http.ResponseWriter) {
	a.forms++
	text := acmeForm
	if a.form != nil {
		text = a.form(a.forms)
	}
	http.SetCookie(w, &http.Cookie{Name: "visit", Value: fmt.Sprint(a.forms)})
	_, _ = io.WriteString(w, text)
}

func (a *acme) login(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	sent, form := map[string]string{}, r.PostForm
	if r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	for name := range form {
		sent[name] = form.Get(name)
	}
	a.logins = append(a.logins, sent)
	right := sent["u"] == "admin" && sent["p"] == a.pass
	if a.takes != nil {
		right = a.takes(sent)
	}
	switch {
	case right:
		a.session = true
		http.SetCookie(w, &http.Cookie{Name: "sid", Value: "s3ssion-token", Path: "/"})
		if a.right != nil {
			a.right(w, r)
			return
		}
		http.Redirect(w, r, "status.html", http.StatusFound)
	case a.wrong != nil:
		a.wrong(w, r)
	default:
		a.page(w)
	}
}

// proven takes records through the proof against a server.
func proven(t *testing.T, h http.HandlerFunc, records ...logins.Record) (*probes.Pass, *ledger, lan.Verdict, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return provenIn(ctx, t, h, records...)
}

func provenIn(ctx context.Context, t *testing.T, h http.HandlerFunc, records ...logins.Record) (*probes.Pass, *ledger, lan.Verdict, error) {
	t.Helper()
	l := &ledger{grants: 9}
	p := &probes.Pass{Service: served(t, nil, h), Reach: road{}, Try: l.try}
	got, err := Prove(ctx, p, records)
	for _, secret := range []string{acmePass, "s3ssion-token"} {
		if strings.Contains(words(p), secret) {
			t.Errorf("%s is in\n%s", secret, words(p))
		}
	}
	return p, l, got, err
}

// TestFormProof: the factory login is found, and none where the owner chose one,
// whatever the form looks like.
func TestFormProof(t *testing.T) {
	hidden := func(n int) string {
		return fmt.Sprintf(`<FORM METHOD="post" ACTION='/login.cgi' ><input type=hidden name=csrf value="t&amp;%d"><INPUT name=u value=guest>
			<input type="PASSWORD" name="p" /><input type=checkbox name=keep><input type=checkbox name=https checked>
			<select name=lang><option value=de>de<option value=en selected>en</select><textarea name=note>a&lt;b</textarea>
			<input type=submit name=go value=1><input type=submit name=cancel value=2></FORM>`, n)
	}
	for name, tt := range map[string]struct {
		device acme
		change func(*logins.Record)
	}{
		"plain": {},
		"hidden fields, tokens, defaults": {device: acme{form: hidden, takes: func(sent map[string]string) bool {
			want := map[string]string{"u": "admin", "https": "on", "lang": "en", "note": "a<b", "go": "1"}
			for name, value := range want {
				if sent[name] != value {
					return false
				}
			}
			return len(sent) == 7 && strings.HasPrefix(sent["csrf"], "t&") && sent["p"] == acmePass
		}}},
		"beside a search": {device: acme{form: func(int) string {
			return `<form action=/search><input name=q></form>` + acmeForm
		}}},
		"password only": {device: acme{
			form:  func(int) string { return `<form action=login.cgi method=POST><input type=password name=p></form>` },
			takes: func(sent map[string]string) bool { return sent["p"] == acmePass && len(sent) == 1 },
		}, change: func(r *logins.Record) { r.Pairs[0].User = "" }},
		"users to choose from": {device: acme{form: func(int) string {
			return `<form action=login.cgi method=POST><select name=u><option value=guest><option value=admin></select><input type=password name=p></form>`
		}}},
		"by GET": {device: acme{form: func(int) string {
			return `<form action="login.cgi?old=1" method=get><input name=u><input type=password name=p></form>`
		}, takes: func(sent map[string]string) bool {
			return len(sent) == 2 && sent["u"] == "admin" && sent["p"] == acmePass
		}}},
		"a fixed user": {device: acme{form: func(int) string {
			return `<form action=login.cgi method=POST><input type=hidden name=u value=admin><input type=password name=p></form>`
		}}},
		"on the protected page, with a 401": {device: acme{outside: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(401)
			_, _ = io.WriteString(w, acmeForm)
		}}},
		"behind a refresh": {device: acme{outside: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `<meta http-equiv="Refresh" content="0; URL='/login.html'">`)
		}}},
		"on a page of its own": {device: acme{outside: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(403) }},
			change: func(r *logins.Record) { r.Form.Login = "/login.html" }},
		"sent by a script": {device: acme{form: func(int) string {
			return `<input id=u><input type=password id=p><button onclick="send()">`
		}, takes: func(sent map[string]string) bool {
			return sent["u"] == "admin" && sent["p"] == acmePass && sent["do"] == "login" && len(sent) == 3
		}}, change: func(r *logins.Record) {
			r.Form = logins.Form{Action: "/login.cgi", User: "u", Pass: "p", Body: map[string]any{"do": "login"}}
		}},
		"200 and the words": {
			device: acme{wrong: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "Wrong password.") }},
			change: func(r *logins.Record) { r.Refused = regexp.MustCompile("Wrong password") },
		},
		"a page inside with a password to change": {device: acme{inside: func() string {
			return acmePage + `<form method=post action=wifi.cgi><input name=ssid><input type=password name=psk></form>`
		}}},
		"messages in its script": {device: acme{form: func(int) string {
			return `<script>var m = ["Too many attempts, try again later", "another user is logged in"]</script>
				<div style="display: none">Account locked</div>` + acmeForm
		}}},
	} {
		for pass, want := range map[string]lan.Verdict{acmePass: lan.Fail, "own": lan.Pass} {
			t.Run(name+" "+want.String(), func(t *testing.T) {
				device, record := tt.device, acmeRecord()
				if tt.change != nil {
					tt.change(&record)
				}
				device.pass = pass
				if device.takes != nil && pass == "own" {
					device.takes = func(map[string]string) bool { return false }
				}
				p, l, got, err := proven(t, device.ServeHTTP, record)
				if got != want || err != nil {
					t.Fatalf("%v, %v after %v; want %v\n%s\n%v", got, err, l.outcomes, want, words(p), device.asked)
				}
				tries := []probes.Outcome{probes.Accepted, probes.Rejected}
				if want == lan.Pass {
					tries = tries[1:]
				}
				if !slices.Equal(l.outcomes, tries) || len(device.logins) != len(tries) {
					t.Errorf("%v, %d logins sent", l.outcomes, len(device.logins))
				}
				if device.session || (device.logouts == 1) != (want == lan.Fail) {
					t.Errorf("session left open %v, %d logouts", device.session, device.logouts)
				}
				if strings.Contains(strings.Join(device.asked, " "), acmePass) && name != "by GET" {
					t.Errorf("the password is in an address: %v", device.asked)
				}
			})
		}
	}
}

// TestLogoutOutlivesTheContext: a session is left also when the sweep ends while
// the device still answers the login.
func TestLogoutOutlivesTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	device := acme{pass: acmePass}
	device.inside = func() string { cancel(); return acmePage }
	record := acmeRecord()
	record.Logout = "/logout.cgi"
	_, _, got, _ := provenIn(ctx, t, device.ServeHTTP, record)
	if got == lan.Fail || device.session || device.logouts == 0 {
		t.Errorf("%v, session %v, %d logouts", got, device.session, device.logouts)
	}
}
