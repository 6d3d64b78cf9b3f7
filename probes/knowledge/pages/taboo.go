package pages

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// words are the words of a path or a key, in lower case, also of fooBar.
func words(s string) []string {
	s = regexp.MustCompile(`([a-z0-9])([A-Z])`).ReplaceAllString(s, "$1 $2")
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// acts reports whether a path names a deed or a login.
func acts(path string) bool {
	plain, err := url.PathUnescape(path)
	return err != nil || slices.ContainsFunc(words(plain), func(w string) bool { return slices.Contains(deeds, w) })
}

var deeds = []string{"login", "logout", "signin", "reboot", "restart", "reset", "factory", "backup", "restore", "upgrade",
	"update", "set", "delete", "remove", "add", "create", "post", "put", "write", "action", "toggle", "on", "off", "snapshot",
	"password", "passwd", "user", "users", "shutdown", "poweroff", "upload", "save", "apply", "start", "stop", "play"}

// harmless are paths whose words only sound like a deed, with the reason.
var harmless = map[string]string{
	"/cgi-bin/authLogin.cgi": "QNAP's own finder reads it; without an account's name nothing counts as a try",
}

// private reports whether a word is about what is nobody's business: which
// piece it is, where it stands, or a secret.
func private(s string) bool {
	return slices.ContainsFunc(words(s), func(w string) bool { return slices.Contains(secrets, w) })
}

var secrets = []string{"serial", "serialnumber", "serialnum", "sn", "mac", "macaddress", "wifimac", "udn", "uuid", "token", "key", "psk",
	"password", "ssid", "essid", "bssid", "latitude", "longitude", "lat", "lon", "lng", "location", "position", "timezone", "country", "ip", "email",
	"account", "household", "advertising", "longid", "bridgeid", "pairing"}
