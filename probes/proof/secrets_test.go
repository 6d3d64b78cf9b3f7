package proof

import (
	"encoding/base64"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/knowledge/logins"
)

// echoPass looks different in each place where a device could repeat it.
const echoPass = `f4c<t&r"y/w%rd`

// TestSecretsAreStruckHoweverSpelt: devices that repeat the login in their words,
// or break off such that the error would.
func TestSecretsAreStruckHoweverSpelt(t *testing.T) {
	basic := base64.StdEncoding.EncodeToString([]byte("admin:" + echoPass))
	spelt := map[string]string{
		"as it is": echoPass, "in an address": url.QueryEscape(echoPass), "in a path": url.PathEscape(echoPass),
		"on a page": html.EscapeString(echoPass), "as sent by Basic": basic, "in base64": base64.StdEncoding.EncodeToString([]byte(echoPass)),
	}
	raw := func(w http.ResponseWriter, answer string) {
		conn, out, _ := w.(http.Hijacker).Hijack()
		_, _ = out.WriteString(answer)
		_ = out.Flush()
		_ = conn.Close()
	}
	for how, word := range spelt {
		for where, answer := range map[string]func(w http.ResponseWriter){
			"the realm": func(w http.ResponseWriter) {
				w.Header().Set("WWW-Authenticate", `Basic realm="`+strings.ReplaceAll(word, `"`, `\"`)+`"`)
				w.WriteHeader(401)
			},
			"the status":              func(w http.ResponseWriter) { raw(w, "HTTP/1.1 401 "+word+"\r\n\r\n") },
			"a status that is none":   func(w http.ResponseWriter) { raw(w, "HTTP/1.1 "+word+"\r\n\r\n") },
			"a field that is none":    func(w http.ResponseWriter) { raw(w, "HTTP/1.1 200 OK\r\n"+word+"\r\n\r\n") },
			"an answer that is none":  func(w http.ResponseWriter) { raw(w, word+" "+word) },
			"a length that is no one": func(w http.ResponseWriter) { raw(w, "HTTP/1.1 200 OK\r\nContent-Length: "+word+"\r\n\r\n") },
		} {
			t.Run(where+" "+how, func(t *testing.T) {
				h := func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("Authorization") == "" {
						w.Header().Set("WWW-Authenticate", `Basic realm="box"`)
						w.WriteHeader(401)
						return
					}
					answer(w)
				}
				r := logins.Record{ID: "echo", Auth: "basic", Path: "/", Status: 200, Source: "https://example.org/",
					Pairs: []logins.Pair{{User: "admin", Pass: logins.Hide(echoPass)}}}
				other := r
				other.ID, other.Path, other.Pairs = "other", "/other", []logins.Pair{{User: "admin", Pass: logins.Hide("else")}}
				p, _, _, err := proven(t, h, r, other)
				for what, secret := range spelt {
					if all := words(p) + fmt.Sprint(err); strings.Contains(all, secret) || strings.Contains(all, fmt.Sprintf("%q", secret)) {
						t.Errorf("%s (%s) in\n%s", secret, what, all)
					}
				}
			})
		}
	}
}

// TestAddressesAreNotInErrors: where the answer to a login leads may hold the
// session, or the login itself.
func TestAddressesAreNotInErrors(t *testing.T) {
	for where, to := range map[string]string{"a token": "/;stok=s3ssion-token/", "the login": "/in?word=" + acmePass, "no address": "/%zz" + acmePass} {
		device := acme{pass: acmePass, right: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(302)
		}}
		p, _, got, err := proven(t, func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/;stok") || r.URL.Path == "/in" {
				panic(http.ErrAbortHandler)
			}
			device.ServeHTTP(w, r)
		}, acmeRecord())
		if all := words(p) + fmt.Sprint(err); got.Problem() && where != "no address" || strings.Contains(all, "s3ssion-token") || strings.Contains(all, acmePass) {
			t.Errorf("%s: %v\n%s", where, got, all)
		}
	}
}

// TestLoginIsNotRepeated: a device that would have its visitor's login once more,
// in the address to which it sends him, has had it once.
func TestLoginIsNotRepeated(t *testing.T) {
	device := acme{pass: "own", wrong: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/login.cgi?u=admin&p="+url.QueryEscape(r.PostForm.Get("p")), http.StatusFound)
	}}
	_, l, _, _ := proven(t, device.ServeHTTP, acmeRecord())
	if len(device.logins) != 1 || len(l.tries) != 1 {
		t.Errorf("%d logins for %d tries: %v", len(device.logins), len(l.tries), device.asked)
	}
}
