package identify

import "strings"

// parseProduct splits a Server field into what is most likely the server's own
// name and version: "lighttpd/1.4.69" (RFC 9110, section 10.2.4), but also the
// habits of the field: "Linux/3.10 UPnP/1.0 MiniUPnPd/2.1" (UPnP Device
// Architecture 1.0, section 1.2), "Hipcam RealServer/V1.0", "H264DVR 1.0",
// "Jetty(9.4.48)". A version starts with a digit, or with a v or r before one.
func parseProduct(server string) (product, version string) {
	server = strings.TrimSpace(server[:min(len(server), 256)])
	if before, after, ok := strings.Cut(server, "UPnP/"); ok {
		_, own, _ := strings.Cut(after, " ")
		if server = strings.TrimLeft(own, " ,"); server == "" {
			server = before
		}
	}
	for {
		first, rest, ok := strings.Cut(server, ",")
		if !ok || first != "Linux" && !strings.HasPrefix(strings.TrimSpace(first), "HTTP/") {
			break
		}
		server = strings.TrimSpace(rest)
	}
	if end := strings.IndexAny(server, ";,"); end >= 0 {
		server = server[:end]
	}
	for i, r := range server {
		if strings.ContainsRune("/ _(", r) && startsVersion(server[i+1:]) {
			return nameBefore(server[:i]), versionAt(server[i+1:])
		}
	}
	return nameBefore(server), ""
}

// nameBefore is a name without a comment or a trailing "version" after it.
func nameBefore(s string) string {
	if i := strings.Index(s, " ("); i >= 0 {
		s = s[:i]
	}
	s = strings.Trim(s, " /_-(")
	for _, word := range []string{" version", " ver", " ver."} {
		if n := len(s) - len(word); n > 0 && strings.EqualFold(s[n:], word) {
			s = s[:n]
		}
	}
	return s
}

// startsVersion reports whether s begins like a version number.
func startsVersion(s string) bool {
	if s != "" && strings.IndexByte("vVrR", s[0]) >= 0 {
		s = s[1:]
	}
	return s != "" && s[0] >= '0' && s[0] <= '9'
}

// versionAt is the version number that s begins with.
func versionAt(s string) string {
	if end := strings.IndexAny(s, " \t;,()[]<>\"'"); end >= 0 {
		s = s[:end]
	}
	return strings.TrimRight(s, ".:/")
}
