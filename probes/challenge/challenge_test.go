package challenge

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for field, want := range map[string][]Challenge{
		`Basic realm="NETGEAR R7000"`:                           {{Scheme: "basic", Realm: "NETGEAR R7000"}},
		`Negotiate, Basic realm="x", Digest realm="y", nonce=z`: {{Scheme: "negotiate"}, {Scheme: "basic", Realm: "x"}, {Scheme: "digest", Realm: "y", Nonce: "z"}},
		`Basic realm=TP-LINK Wireless Router`:                   {{Scheme: "basic", Realm: "TP-LINK Wireless Router"}},
		`Basic realm=TP-LINK Router, Digest nonce=1`:            {{Scheme: "basic", Realm: "TP-LINK Router"}, {Scheme: "digest", Nonce: "1"}},
		`Digest realm="a \"b\", c", nonce="1", qop="auth"`:      {{Scheme: "digest", Realm: `a "b", c`, Nonce: "1", QOP: "auth"}},
		`Digest qop="auth", realm="cam"`:                        {{Scheme: "digest", Realm: "cam", QOP: "auth"}},
		`Digest realm="a" nonce="b" stale=TRUE`:                 {{Scheme: "digest", Realm: "a", Nonce: "b", Stale: true}},
		`Digest realm="first", realm="second", nonce=n`:         {{Scheme: "digest", Realm: "first", Nonce: "n"}},
		`Digest algorithm=sha-256, nonce="n", opaque="o"`:       {{Scheme: "digest", Algorithm: "SHA-256", Nonce: "n", Opaque: "o"}},
		`basic REALM = "x"`:                                     {{Scheme: "basic", Realm: "x"}},
		`Basic realm="unfinished`:                               {{Scheme: "basic", Realm: "unfinished"}},
		`NTLM TlRMTVNTUAACAAAA`:                                 {{Scheme: "ntlm"}},
		`Negotiate YIIabc==, Basic realm="x"`:                   {{Scheme: "negotiate"}, {Scheme: "basic", Realm: "x"}},
		`Basic`:                                                 {{Scheme: "basic"}},
		``:                                                      nil,
		`,,,="`:                                                 nil,
	} {
		if got := Parse([]string{field}); !slices.Equal(got, want) {
			t.Errorf("%s: %+v, want %+v", field, got, want)
		}
	}
}

func TestFieldsAreReadInOrder(t *testing.T) {
	got := Parse([]string{`Digest nonce="n"`, `Basic realm="b"`})
	if len(got) != 2 || got[0].Scheme != "digest" || got[1].Scheme != "basic" {
		t.Errorf("%+v", got)
	}
}

func TestOffers(t *testing.T) {
	for qop, want := range map[string]bool{
		"auth": true, "auth-int, AUTH": true, "auth-int,auth": true, "auth-int": false, "": false, "authx": false,
	} {
		if got := (Challenge{QOP: qop}).Offers("auth"); got != want {
			t.Errorf("qop %q: %v", qop, got)
		}
	}
}

func TestBounds(t *testing.T) {
	many := make([]string, 100)
	for i := range many {
		many[i] = strings.Repeat("Basic, ", 100)
	}
	if got := Parse(many); len(got) != MaxChallenges {
		t.Errorf("%d challenges", len(got))
	}
	got := Parse([]string{`Basic realm="` + strings.Repeat("a", 1<<20)})
	if len(got) != 1 || len(got[0].Realm) > maxField {
		t.Errorf("a realm of %d bytes", len(got[0].Realm))
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`Negotiate, Basic realm="x", Digest realm="y\"", nonce=z`, "")
	f.Add(`Basic realm=TP-LINK Router`, `Digest stale=true, qop="auth,auth-int"`)
	f.Add(`="",,`, `NTLM a==`)
	f.Fuzz(func(t *testing.T, one, two string) {
		list := Parse([]string{one, two})
		if len(list) > MaxChallenges {
			t.Errorf("%d challenges", len(list))
		}
		for _, c := range list {
			if c.Scheme == "" || strings.ContainsAny(c.Scheme, " \t,=\"") || c.Scheme != strings.ToLower(c.Scheme) {
				t.Errorf("scheme %q", c.Scheme)
			}
			if len(c.Realm)+len(c.Nonce)+len(c.Opaque) > 2*maxField {
				t.Error("longer than what was sent")
			}
			c.Offers("auth")
		}
	})
}
