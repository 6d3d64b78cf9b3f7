package proof

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// jsonBox is a device with a JSON login; the session is a token or a cookie.
type jsonBox struct {
	pass, want, header string
	cookie             bool
	in                 bool
	logouts            int
}

func (b *jsonBox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/api/login":
		var got any
		if json.NewDecoder(r.Body).Decode(&got) != nil || r.Header.Get("Content-Type") != "application/json" || r.Method != http.MethodPost {
			w.WriteHeader(400)
			return
		}
		sent, _ := json.Marshal(got)
		if string(sent) != strings.ReplaceAll(b.want, "PASS", b.pass) {
			_, _ = io.WriteString(w, `{"error":"wrong"}`)
			return
		}
		b.in = true
		if b.cookie {
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "s3ssion-token"})
		}
		_, _ = io.WriteString(w, `{"result":{"token":"s3ssion-token"},"attemptsLeft":9}`)
	case "/api/logout":
		if b.knows(r) && r.Method == http.MethodPost {
			b.logouts++
			b.in = false
		}
	case "/api/status":
		if !b.knows(r) {
			_, _ = io.WriteString(w, `{"error":"who are you"}`)
			return
		}
		_, _ = io.WriteString(w, `{"uptime":12,"ssid":"home"}`)
	}
}

func (b *jsonBox) knows(r *http.Request) bool {
	c, _ := r.Cookie("sid")
	name, form, _ := strings.Cut(b.header, ": ")
	shown := name != "" && r.Header.Get(name) == strings.Replace(form, "*", "s3ssion-token", 1)
	return b.in && (b.cookie && c != nil && c.Value == "s3ssion-token" || shown)
}

func TestJSONProof(t *testing.T) {
	deep := logins.Form{Login: "/api/login", User: "params.auth.user", Pass: "params.auth.pass", Body: map[string]any{"method": "do", "params.id": 7.0, "params.auth.keep": false}}
	flat := logins.Form{Login: "/api/login", Pass: "pwd", Token: "result.token", Header: "X-Token: *"}
	bearer := flat
	bearer.Header = ""
	for name, tt := range map[string]struct {
		box  jsonBox
		form logins.Form
		user string
	}{
		"nested, cookie":         {jsonBox{want: `{"method":"do","params":{"auth":{"keep":false,"pass":"PASS","user":"admin"},"id":7}}`, cookie: true}, deep, "admin"},
		"password only, a field": {jsonBox{want: `{"pwd":"PASS"}`, header: "X-Token: *"}, flat, ""},
		"bearer":                 {jsonBox{want: `{"pwd":"PASS"}`, header: "Authorization: Bearer *"}, bearer, ""},
	} {
		for pass, want := range map[string]lan.Verdict{acmePass: lan.Fail, "own": lan.Pass} {
			box, record := tt.box, acmeRecord()
			box.pass = pass
			record.Auth, record.Path, record.Form, record.Logout = "json", "/api/status", tt.form, "POST /api/logout"
			record.Inside, record.Refused = regexp.MustCompile(`"uptime"`), regexp.MustCompile(`"error"`)
			record.Pairs[0].User = tt.user
			p, l, got, err := proven(t, box.ServeHTTP, record)
			if got != want || err != nil || box.in || (box.logouts == 1) != (want == lan.Fail) {
				t.Errorf("%s: %v, %v, %v, in %v, %d logouts; want %v\n%s", name, got, err, l.outcomes, box.in, box.logouts, want, words(p))
			}
		}
	}
}

func TestJSONFieldsThatClash(t *testing.T) {
	d := &jsonDoor{Record: logins.Record{ID: "x", Form: logins.Form{Pass: "a.b", Body: map[string]any{"a": "text"}}}}
	if outcome, _, err := d.Try(t.Context(), Login{"u", "secret-word"}); err == nil || outcome != probes.Unclear || strings.Contains(err.Error(), "secret-word") {
		t.Errorf("%v, %v", outcome, err)
	}
}

// TestEveryRecordHasADoor: a word that nobody registers would be a login that is
// never tried.
func TestEveryRecordHasADoor(t *testing.T) {
	set, err := logins.LoadFS(os.DirFS("../knowledge/logins"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range set.All() {
		if r.Auth == "auto" {
			r.Auth = "basic"
		}
		if Of(&probes.Pass{Reach: road{}}, r) == nil {
			t.Errorf("%s: nobody speaks %q", r.ID, r.Auth)
		}
	}
	if Of(&probes.Pass{}, logins.Record{Auth: "carrier-pigeon"}) != nil {
		t.Error("an unknown word has a door")
	}
}

// TestCommonForm: the few pairs that many devices share are sent only by a form
// that is plain, and only a page of quite another kind is a success.
func TestCommonForm(t *testing.T) {
	record := acmeRecord()
	record.Generic, record.Path, record.Inside = true, "/status.html", regexp.MustCompile(`(?i)log ?out`)
	for name, tt := range map[string]struct {
		device acme
		want   lan.Verdict
		tries  []probes.Outcome
	}{
		"plain":              {acme{pass: acmePass}, lan.Fail, []probes.Outcome{probes.Accepted, probes.Rejected}},
		"own password":       {acme{pass: "own"}, lan.Pass, no},
		"a script's hand":    {acme{form: func(int) string { return strings.Replace(acmeForm, "<form", "<form onsubmit='return x()'", 1) }}, lan.Undecided, nil},
		"a hash in a script": {acme{form: func(int) string { return acmeForm + `<script src=/md5.js></script>` }}, lan.Undecided, nil},
		"a click that sends": {acme{form: func(int) string { return strings.Replace(acmeForm, "type=submit", "type=button onclick=go()", 1) }}, lan.Undecided, nil},
		"a password inside":  {acme{pass: acmePass, inside: func() string { return acmePage + `<form><input type=password name=wifi></form>` }}, lan.Undecided, dunno},
	} {
		p, l, got, err := proven(t, tt.device.ServeHTTP, record)
		if got != tt.want || err != nil || !slices.Equal(l.outcomes, tt.tries) {
			t.Errorf("%s: %v, %v, %v; want %v\n%s", name, got, err, l.outcomes, tt.want, words(p))
		}
		if got == lan.Fail && (strings.Contains(words(p), "documented") || !strings.Contains(p.Title, "share")) {
			t.Errorf("%s", words(p))
		}
		if tt.device.session {
			t.Errorf("%s: a session is left open", name)
		}
	}
}
