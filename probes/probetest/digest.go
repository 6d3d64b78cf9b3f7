package probetest

import (
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
)

// maxParams is how many parameters of an Authorization field are read.
const maxParams = 16

func newNonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// digestChallenge is the WWW-Authenticate field (RFC 7616 section 3.3).
func digestChallenge(realm, nonce string, noQop, stale bool) string {
	text := fmt.Sprintf(`Digest realm="%s", nonce="%s"`, realm, nonce)
	if !noQop {
		text += `, qop="auth"`
	}
	text += ", algorithm=MD5"
	if stale {
		text += ", stale=true"
	}
	return text
}

// digestResponse is what a visitor who knows pass answers (RFC 7616 section
// 3.4.1; without qop as RFC 2069).
func digestResponse(d map[string]string, method, pass string) string {
	a1 := md5hex(d["username"] + ":" + d["realm"] + ":" + pass)
	a2 := md5hex(method + ":" + d["uri"])
	if d["qop"] == "" {
		return md5hex(a1 + ":" + d["nonce"] + ":" + a2)
	}
	return md5hex(strings.Join([]string{a1, d["nonce"], d["nc"], d["cnonce"], d["qop"], a2}, ":"))
}

func md5hex(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

// parseDigest reads the parameters after "Digest" (RFC 7235 section 2.1). ok is
// false unless all that an answer is made of are there.
func parseDigest(field string) (d map[string]string, ok bool) {
	d = map[string]string{}
	for rest := strings.TrimSpace(field); rest != ""; {
		var key, value string
		if key, rest, ok = strings.Cut(rest, "="); !ok || len(d) == maxParams {
			return nil, false
		}
		if value, rest, ok = paramValue(strings.TrimSpace(rest)); !ok {
			return nil, false
		}
		d[strings.ToLower(strings.TrimSpace(key))] = value
	}
	for _, must := range []string{"username", "realm", "nonce", "uri", "response"} {
		if _, there := d[must]; !there {
			return nil, false
		}
	}
	return d, true
}

// paramValue reads a token or a quoted string, and the comma after it.
func paramValue(text string) (value, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		value, rest, _ = strings.Cut(text, ",")
		return strings.TrimSpace(value), strings.TrimSpace(rest), true
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			rest = strings.TrimSpace(text[i+1:])
			return b.String(), strings.TrimSpace(strings.TrimPrefix(rest, ",")), true
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}
