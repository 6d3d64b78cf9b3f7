package proof

import (
	"crypto/md5" //nolint:gosec // RFC 7616's default algorithm; the device chooses it
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
	"unicode"

	"github.com/homesweep/homesweep/probes/challenge"
)

// pickChallenge is the strongest challenge among WWW-Authenticate fields that
// we can answer: Digest SHA-256, Digest MD5, Basic.
func pickChallenge(fields []string) (best challenge.Challenge, ok bool) {
	top := 0
	for _, c := range challenge.Parse(fields) {
		if r := rank(c); r > top {
			best, top = c, r
		}
	}
	return best, top > 0
}

// rank orders what we can answer; 0 is what we cannot: another scheme, another
// hash, a session without a qop, a Digest for auth-int only, and words that do
// not survive being sent back between quotes. To answer those anyhow would look
// like a wrong password.
func rank(c challenge.Challenge) int {
	digestible := c.Scheme == "digest" && c.Nonce != "" && (c.QOP == "" || c.Offers("auth")) &&
		quotable(c.Realm) && quotable(c.Nonce) && quotable(c.Opaque)
	name, session := strings.CutSuffix(c.Algorithm, "-SESS")
	digestible = digestible && (!session || c.QOP != "")
	switch {
	case digestible && name == "SHA-256":
		return 3
	case digestible && (name == "MD5" || c.Algorithm == ""):
		return 2
	case c.Scheme == "basic":
		return 1
	}
	return 0
}

// quotable reports whether s can stand in a quoted string as it is.
func quotable(s string) bool {
	return !strings.ContainsAny(s, `"\`) && !strings.ContainsFunc(s, unicode.IsControl)
}

// answer is the Authorization value for one request, the count-th under c's
// nonce. uri is the request's target as it is sent.
func answer(c challenge.Challenge, count int, method, uri string, l Login) (string, error) {
	if c.Scheme == "basic" {
		if strings.Contains(l.User, ":") { // RFC 7617 section 2
			return "", errors.New("a user name with a colon cannot be sent over Basic")
		}
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(l.User+":"+l.Password)), nil
	}
	if !quotable(l.User) || !quotable(uri) || rank(c) < 2 {
		return "", errors.New("the device's challenge holds what cannot be sent back")
	}
	newHash := md5.New
	if strings.HasPrefix(c.Algorithm, "SHA-256") {
		newHash = sha256.New
	}
	h := func(parts ...string) string { return digest(newHash, parts...) }
	ha1, ha2 := h(l.User, c.Realm, l.Password), h(method, uri)
	field := fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s"`, l.User, c.Realm, c.Nonce, uri)
	if c.Algorithm != "" {
		field += ", algorithm=" + strings.Replace(c.Algorithm, "-SESS", "-sess", 1) // as it is spelt; some compare by byte
	}
	if c.Offers("auth") {
		cnonce, nc := rand.Text(), fmt.Sprintf("%08x", count)
		if strings.HasSuffix(c.Algorithm, "-SESS") { // RFC 7616 section 3.4.2
			ha1 = h(ha1, c.Nonce, cnonce)
		}
		field += fmt.Sprintf(`, qop=auth, nc=%s, cnonce="%s", response="%s"`, nc, cnonce,
			h(ha1, c.Nonce, nc, cnonce, "auth", ha2))
	} else { // RFC 2069, still met on old cameras
		field += fmt.Sprintf(`, response="%s"`, h(ha1, c.Nonce, ha2))
	}
	if c.Opaque != "" {
		field += fmt.Sprintf(`, opaque="%s"`, c.Opaque)
	}
	return field, nil
}

func digest(newHash func() hash.Hash, parts ...string) string {
	h := newHash()
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}
