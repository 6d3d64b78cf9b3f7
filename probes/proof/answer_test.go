package proof

import (
	"strings"
	"testing"

	"github.com/homesweep/homesweep/probes/challenge"
)

func TestPickChallenge(t *testing.T) {
	for name, tt := range map[string]struct {
		fields []string
		want   string // scheme and algorithm, empty when there is nothing to answer
	}{
		"basic":                  {[]string{`Basic realm="x"`}, "basic"},
		"strongest of a field":   {[]string{`Basic realm="x", Digest realm="x", nonce="1", algorithm=SHA-256, Digest realm="x", nonce="1"`}, "digest SHA-256"},
		"strongest of fields":    {[]string{`Basic realm="x"`, `Digest realm="x", nonce="1"`}, "digest"},
		"no nonce":               {[]string{`Digest realm="x"`, `Basic realm="x"`}, "basic"},
		"auth-int only":          {[]string{`Digest realm="x", nonce="1", qop="auth-int"`}, ""},
		"session":                {[]string{`Digest realm="x", nonce="1", algorithm=MD5-sess, qop="auth"`}, "digest MD5-SESS"},
		"session without a qop":  {[]string{`Digest realm="x", nonce="1", algorithm=MD5-sess`}, ""},
		"another hash":           {[]string{`Digest realm="x", nonce="1", algorithm=SHA-512-256`}, ""},
		"realm with a quote":     {[]string{`Digest realm="\"", nonce="1"`}, ""},
		"nonce with a backslash": {[]string{`Digest realm="x", nonce="\\"`}, ""},
		"unknown":                {[]string{"NTLM", "Negotiate"}, ""},
		"none":                   {nil, ""},
	} {
		c, ok := pickChallenge(tt.fields)
		if got := strings.TrimSpace(c.Scheme + " " + c.Algorithm); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}

// TestAnswerOfTheRFC is the example of RFC 2617 section 3.5 in the form of RFC
// 2069, whose answer has no random part.
func TestAnswerOfTheRFC(t *testing.T) {
	c := challenge.Challenge{Scheme: "digest", Realm: "testrealm@host.com", Nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", Opaque: "o"}
	got, err := answer(c, 1, "GET", "/dir/index.html", Login{"Mufasa", "CircleOfLife"})
	want := `Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", response="1949323746fe6a43ef61f9606e7febea", opaque="o"`
	if got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	basic, err := answer(challenge.Challenge{Scheme: "basic"}, 1, "GET", "/", Login{"Aladdin", "open sesame"})
	if basic != "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==" || err != nil { // RFC 7617 section 2
		t.Errorf("%s, %v", basic, err)
	}
}

func TestAnswerRefusesWhatCannotBeSent(t *testing.T) {
	digest := challenge.Challenge{Scheme: "digest", Nonce: "1"}
	for _, tt := range []struct {
		c challenge.Challenge
		l Login
	}{
		{challenge.Challenge{Scheme: "basic"}, Login{"a:b", "c"}},
		{digest, Login{`a"b`, "c"}},
		{digest, Login{"a\r\nb", "c"}},
		{challenge.Challenge{Scheme: "digest", Nonce: `"`}, Login{"a", "b"}},
		{challenge.Challenge{Scheme: "ntlm"}, Login{"a", "b"}},
	} {
		if got, err := answer(tt.c, 1, "GET", "/", tt.l); err == nil {
			t.Errorf("%+v with %+v: %s", tt.c, tt.l, got)
		}
	}
}

// FuzzAnswer: whatever a device asks, no answer breaks out of its line.
func FuzzAnswer(f *testing.F) {
	f.Add(`Digest realm="x", nonce="1", qop="auth", opaque="o", algorithm=SHA-256`, "admin", "pass", "/")
	f.Add(`Digest realm="a\"b", nonce="\r\n"`, "a\"", "b", "/?a=b")
	f.Add(`Basic realm=x y, Digest stale=true`, "", "p\r\n", "*")
	f.Fuzz(func(t *testing.T, field, user, password, path string) {
		c, ok := pickChallenge([]string{field})
		if !ok {
			return
		}
		got, err := answer(c, 1, "GET", path, Login{user, password})
		if err == nil && strings.ContainsAny(got, "\r\n\x00") {
			t.Errorf("%q", got)
		}
		if err == nil && c.Scheme == "digest" && strings.Count(got, `"`)%2 != 0 {
			t.Errorf("%q", got)
		}
	})
}
