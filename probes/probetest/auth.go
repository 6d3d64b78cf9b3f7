package probetest

import (
	"cmp"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Auth asks for a login as HTTP and RTSP do.
type Auth struct {
	Scheme  string `json:"scheme"` // "basic" (RFC 7617) or "digest" (RFC 7616, MD5)
	Realm   string `json:"realm"`
	Account string `json:"account"`
	// NoQop leaves qop out of a Digest challenge, as RFC 2069 devices do.
	NoQop bool `json:"no_qop"`
}

func (a *Auth) check(d *Device) error {
	if a.Scheme != "basic" && a.Scheme != "digest" {
		return fmt.Errorf("auth: scheme %q is not basic or digest", a.Scheme)
	}
	if a.Account == "" {
		return errors.New("auth: account is missing")
	}
	if err := oneLine("auth: realm", a.Realm); err != nil {
		return err
	}
	return d.wantsAccount(a.Account)
}

// admit looks at a request's Authorization and gives 0 when the visitor may
// pass; else the status to refuse with and, for 401, the challenge.
func (a *Auth) admit(s *session, method, uri, authorization string) (status int, challenge string) {
	acc, _ := s.r.device.account(a.Account)
	given := credentials{}
	fresh := true
	switch scheme, rest, _ := strings.Cut(authorization, " "); strings.ToLower(scheme) {
	case "":
	case a.Scheme:
		given, fresh = a.judge(s, acc, method, uri, rest)
	default:
		s.malformed()
	}
	if given.tried && s.r.ledger.login(acc, given.user, given.right) {
		return 0, ""
	}
	if s.r.ledger.locked(acc) {
		return cmp.Or(acc.LockStatus, http.StatusForbidden), ""
	}
	if a.Scheme == "basic" {
		return http.StatusUnauthorized, fmt.Sprintf(`Basic realm="%s"`, a.Realm)
	}
	return http.StatusUnauthorized, digestChallenge(a.Realm, s.r.nonce, a.NoQop, !fresh)
}

// credentials are what an Authorization field came to.
type credentials struct {
	tried bool // it was a try, to be counted
	user  string
	right bool
}

// judge reads the field after its scheme. fresh is false for a Digest with a
// stale nonce, which is no try (RFC 7616 section 3.3).
func (a *Auth) judge(s *session, acc Account, method, uri, field string) (given credentials, fresh bool) {
	if a.Scheme == "basic" {
		user, pass, ok := basicLogin(field)
		if !ok {
			s.malformed()
			return credentials{}, true
		}
		return credentials{true, user, equal(user, acc.User) && equal(pass, acc.Pass)}, true
	}
	d, ok := parseDigest(field)
	if !ok {
		s.malformed()
		return credentials{}, true
	}
	if d["nonce"] != s.r.nonce {
		return credentials{}, false
	}
	right := d["uri"] == uri && d["realm"] == a.Realm &&
		equal(d["username"], acc.User) && equal(d["response"], digestResponse(d, method, acc.Pass))
	return credentials{true, d["username"], right}, true
}

func basicLogin(field string) (user, pass string, ok bool) {
	text, err := base64.StdEncoding.DecodeString(strings.TrimSpace(field))
	if err != nil {
		return "", "", false
	}
	return strings.Cut(string(text), ":")
}

// equal compares in constant time, as a device should.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
