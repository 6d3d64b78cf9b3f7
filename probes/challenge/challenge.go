// Package challenge reads what a service asks for in WWW-Authenticate (RFC 9110
// section 11.6.1), over HTTP and RTSP alike. It is lenient where devices are
// sloppy, and bounded whatever they send.
package challenge

import "strings"

// Bounds of what is read: fields and challenges of one answer, and the bytes of
// one field.
const (
	MaxChallenges = 8
	maxField      = 4 << 10
)

// Challenge is one way to log in that a service offers. An empty field was not
// in it, or was empty there; of a parameter sent twice the first counts. The
// words are the service's own: whoever shows or sends them makes them safe.
type Challenge struct {
	Scheme    string // lower case: "basic", "digest"
	Realm     string
	Nonce     string
	Opaque    string
	Algorithm string // upper case: "MD5", "SHA-256-SESS"
	QOP       string // the list as it came: "auth, auth-int"
	Stale     bool
}

// Offers reports whether the challenge's list of qop values holds value.
func (c Challenge) Offers(value string) bool {
	for one := range strings.SplitSeq(c.QOP, ",") {
		if strings.EqualFold(strings.TrimSpace(one), value) {
			return true
		}
	}
	return false
}

// Parse reads the WWW-Authenticate fields of one answer, in order.
func Parse(fields []string) []Challenge {
	var list []Challenge
	for _, field := range fields[:min(len(fields), MaxChallenges)] {
		list = append(list, parseField(field[:min(len(field), maxField)])...)
	}
	return list[:min(len(list), MaxChallenges)]
}

// parseField reads one field, which may hold several challenges. A word opens a
// new one at the start and after a comma, unless "=" follows; elsewhere it is a
// token68 and of no use to us.
func parseField(rest string) []Challenge {
	var list []Challenge
	for len(list) <= MaxChallenges {
		start := strings.TrimLeft(rest, " \t,=\"")
		separated := len(list) == 0 || strings.Contains(rest[:len(rest)-len(start)], ",")
		end := strings.IndexAny(start, " \t,=\"")
		if end < 0 {
			end = len(start)
		}
		if end == 0 {
			break
		}
		word := start[:end]
		rest = start[end:]
		value, isParameter := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
		switch {
		case isParameter && len(list) > 0:
			value, rest = parameterValue(value)
			list[len(list)-1].set(strings.ToLower(word), value)
		case separated:
			list = append(list, Challenge{Scheme: strings.ToLower(word)})
		}
	}
	return list[:min(len(list), MaxChallenges)]
}

// set notes a parameter.
func (c *Challenge) set(key, value string) {
	field := map[string]*string{
		"realm": &c.Realm, "nonce": &c.Nonce, "opaque": &c.Opaque, "algorithm": &c.Algorithm, "qop": &c.QOP,
	}[key]
	switch {
	case key == "stale":
		c.Stale = strings.EqualFold(value, "true")
	case field == nil || *field != "":
	case key == "algorithm":
		*field = strings.ToUpper(value)
	default:
		*field = value
	}
}

// parameterValue cuts a token or quoted string (RFC 9110 section 5.6.4) and the
// comma after it off s. A value without quotes reaches to the next comma, as
// devices that forget the quotes around a realm mean it.
func parameterValue(s string) (value, rest string) {
	s = strings.TrimLeft(s, " \t")
	quoted, ok := strings.CutPrefix(s, `"`)
	if !ok {
		end := strings.IndexByte(s, ',')
		if end < 0 {
			end = len(s)
		}
		return strings.TrimSpace(s[:end]), s[end:]
	}
	var b strings.Builder
	for i := 0; i < len(quoted); i++ {
		switch c := quoted[i]; {
		case c == '"':
			return b.String(), quoted[i+1:]
		case c == '\\' && i+1 < len(quoted):
			i++
			b.WriteByte(quoted[i])
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}
