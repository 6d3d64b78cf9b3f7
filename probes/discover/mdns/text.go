package mdns

import "strings"

// maxTexts is how many TXT keys of one service are kept.
const maxTexts = 48

// texts splits TXT strings into keys and values (RFC 6763, section 6.4): the
// first of equal keys counts, whatever its case; a key is 1 to 32 printable
// ASCII characters without blanks; a string without "=" has no value.
func texts(list []string) [][2]string {
	var all [][2]string
	known := map[string]bool{}
	for _, s := range list {
		key, value, found := strings.Cut(unescape(s), "=")
		if !found || key == "" || len(key) > 32 || strings.ContainsFunc(key, notPlain) {
			continue
		}
		if low := strings.ToLower(key); !known[low] && len(all) < maxTexts {
			known[low] = true
			all = append(all, [2]string{key, value})
		}
	}
	return all
}

func notPlain(r rune) bool { return r <= ' ' || r > '~' }

// unescape undoes the presentation form of names and strings (RFC 1035, section
// 5.1): "\DDD" is a byte in decimal, "\X" is X.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b = append(b, s[i])
			continue
		}
		if n, ok := decimal(s[i+1:]); ok {
			b = append(b, n)
			i += 3
			continue
		}
		i++
		b = append(b, s[i])
	}
	return string(b)
}

// decimal is the byte that s begins with as three decimal digits.
func decimal(s string) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	n := 0
	for _, d := range []byte(s[:3]) {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = 10*n + int(d-'0')
	}
	return byte(n), n < 256
}

// hostName is a host's name without the domain: "attic" of "attic.local.".
func hostName(host string) string {
	host = strings.TrimSuffix(host, ".")
	const domain = ".local"
	if cut := len(host) - len(domain); cut > 0 && strings.EqualFold(host[cut:], domain) {
		host = host[:cut]
	}
	return unescape(host)
}

// serviceType is the type that a member of the list of types names (RFC 6763,
// section 7), letters as they are: the library compares them exactly. Longer
// names than the 15 characters of RFC 6335 are met in the wild.
func serviceType(instance string) (string, bool) {
	instance = strings.TrimSuffix(instance, ".")
	instance = strings.TrimSuffix(instance, ".local")
	name, transport, found := strings.Cut(instance, ".")
	switch {
	case !found || transport != "_tcp" && transport != "_udp":
		return "", false
	case len(name) < 2 || len(name) > 63 || name[0] != '_':
		return "", false
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "":
		return "", false
	}
	return instance, true
}
