package identify

import "strings"

// maxChallenges bounds how many challenges of one answer are looked at.
const maxChallenges = 8

// challenge is one way to log in that a service offers.
type challenge struct {
	scheme string // lower case: "basic", "digest"
	realm  string
}

// loginAsked is the first challenge that we know how to answer, else the first.
func loginAsked(values []string) (challenge, bool) {
	var all []challenge
	for _, v := range values[:min(len(values), maxChallenges)] {
		all = append(all, parseChallenges(v)...)
	}
	for _, c := range all {
		if c.scheme == "basic" || c.scheme == "digest" {
			return c, true
		}
	}
	if len(all) == 0 {
		return challenge{}, false
	}
	return all[0], true
}

// parseChallenges reads one WWW-Authenticate field (RFC 9110, section 11.6.1),
// which may hold several challenges. A realm without quotes reaches to the next
// comma, as devices that forget the quotes mean it.
func parseChallenges(v string) []challenge {
	var list []challenge
	for len(list) < maxChallenges {
		v = strings.TrimLeft(v, " \t,=\"")
		end := strings.IndexAny(v, " \t,=\"")
		if end < 0 {
			end = len(v)
		}
		if end == 0 {
			break
		}
		word, rest := strings.ToLower(v[:end]), strings.TrimLeft(v[end:], " \t")
		value, isParameter := strings.CutPrefix(rest, "=")
		if !isParameter || len(list) == 0 {
			list = append(list, challenge{scheme: word})
			v = v[end:]
			continue
		}
		value, v = parameterValue(value)
		if last := &list[len(list)-1]; word == "realm" && last.realm == "" {
			last.realm = value
		}
	}
	return list
}

// parameterValue cuts a token or quoted string (RFC 9110, section 5.6.4) off s.
func parameterValue(s string) (value, rest string) {
	s = strings.TrimLeft(s, " \t")
	quoted, ok := strings.CutPrefix(s, `"`)
	if !ok {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest
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
