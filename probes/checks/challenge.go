package checks

import (
	"crypto/md5" //nolint:gosec // RFC 7616's default algorithm; the device chooses it
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// challenge is what a device asks for in WWW-Authenticate.
type challenge struct {
	scheme    string // "basic" or "digest"
	realm     string
	nonce     string
	opaque    string
	algorithm string // "MD5" or "SHA-256"
	qop       bool   // the device offers qop=auth
	stale     bool
}

// maxChallenge bounds one header field's value.
const maxChallenge = 4 << 10

// pickChallenge is the strongest challenge among the fields that we can
// answer: Digest SHA-256, Digest MD5, Basic.
func pickChallenge(fields []string) (best challenge, ok bool) {
	rank := 0
	for _, field := range fields {
		for _, c := range parseChallenges(field) {
			if r := c.rank(); r > rank {
				best, rank = c, r
			}
		}
	}
	return best, rank > 0
}

// rank orders what we can answer; 0 is what we cannot.
func (c challenge) rank() int {
	switch {
	case c.scheme == "digest" && c.nonce != "" && c.algorithm == "SHA-256":
		return 3
	case c.scheme == "digest" && c.nonce != "" && c.algorithm == "MD5":
		return 2
	case c.scheme == "basic":
		return 1
	}
	return 0
}

// parseChallenges reads one WWW-Authenticate value, which may hold several
// challenges (RFC 9110 section 11.6.1).
func parseChallenges(field string) []challenge {
	var list []challenge
	rest := field[:min(len(field), maxChallenge)]
	for rest != "" && len(list) < 8 {
		word, after := token(rest)
		if word == "" {
			rest = rest[1:]
			continue
		}
		after = strings.TrimLeft(after, " \t")
		if strings.HasPrefix(after, "=") && len(list) > 0 {
			var value string
			value, rest = quoted(strings.TrimLeft(after[1:], " \t"))
			list[len(list)-1].set(strings.ToLower(word), value)
			continue
		}
		list = append(list, challenge{scheme: strings.ToLower(word), algorithm: "MD5"})
		rest = after
	}
	return list
}

func (c *challenge) set(key, value string) {
	switch key {
	case "realm":
		c.realm = value
	case "nonce":
		c.nonce = value
	case "opaque":
		c.opaque = value
	case "stale":
		c.stale = strings.EqualFold(value, "true")
	case "algorithm":
		c.algorithm = strings.ToUpper(value)
	case "qop":
		for one := range strings.SplitSeq(value, ",") {
			c.qop = c.qop || strings.EqualFold(strings.TrimSpace(one), "auth")
		}
	}
}

// token cuts the leading token (RFC 9110 section 5.6.2) off s.
func token(s string) (word, rest string) {
	i := 0
	for i < len(s) && (s[i] == '-' || s[i] == '_' || s[i] == '.' || s[i] == '+' ||
		'0' <= s[i] && s[i] <= '9' || 'a' <= s[i]|0x20 && s[i]|0x20 <= 'z') {
		i++
	}
	return s[:i], s[i:]
}

// quoted cuts a value off s: a quoted string or everything up to a comma.
func quoted(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			return b.String(), s[i+1:]
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}

// answer is the Authorization value for one request.
func (c challenge) answer(method, path, user, password string) (string, error) {
	if c.scheme == "basic" {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password)), nil
	}
	if strings.ContainsAny(user+c.realm+c.nonce+c.opaque+path, "\"\r\n\\") {
		return "", fmt.Errorf("the device's challenge holds characters that cannot be sent back")
	}
	newHash := md5.New
	if c.algorithm == "SHA-256" {
		newHash = sha256.New
	}
	h := func(parts ...string) string { return digest(newHash, parts...) }
	ha1, ha2 := h(user, c.realm, password), h(method, path)
	field := fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", algorithm=%s`, user, c.realm, c.nonce, path, c.algorithm)
	if c.qop {
		cnonce := rand.Text()
		field += fmt.Sprintf(`, qop=auth, nc=00000001, cnonce="%s", response="%s"`, cnonce,
			h(ha1, c.nonce, "00000001", cnonce, "auth", ha2))
	} else { // RFC 2069, still met on old cameras
		field += fmt.Sprintf(`, response="%s"`, h(ha1, c.nonce, ha2))
	}
	if c.opaque != "" {
		field += fmt.Sprintf(`, opaque="%s"`, c.opaque)
	}
	return field, nil
}

func digest(newHash func() hash.Hash, parts ...string) string {
	h := newHash()
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}
