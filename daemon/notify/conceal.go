package notify

import (
	"encoding/base64"
	"net/url"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// minSecret is how long a part of an address is that may be a secret, in bytes.
const minSecret = 8

// conceal is text in at most so many bytes for the household, without c's secrets,
// which a server may have said back: its password or token, also as it logs in with
// it, and what stands in its address behind the host. They go before text is cut, or
// a part would be left.
func conceal(c *lan.Channel, text string, most int) string {
	text = lan.Printable(text, 4*len(text))
	for _, secret := range secrets(c) {
		if secret == "" { // of nothing printable
			continue
		}
		text = strings.ReplaceAll(text, secret, lan.Unsaid)
	}
	return lan.Printable(text, most)
}

// secrets are c's, as they look in printable text, longer ones before their parts.
func secrets(c *lan.Channel) (list []string) {
	if c.Key != "" {
		list = append(list, c.Key)
		for _, before := range []string{"", c.User + ":", "\x00" + c.User + "\x00"} {
			list = append(list, base64.StdEncoding.EncodeToString([]byte(before+c.Key)))
		}
	}
	_, address, _ := strings.Cut(c.Server, "://")
	_, path, _ := strings.Cut(address, "/")
	list = append(list, parts(path)...)
	if plain, err := url.PathUnescape(path); err == nil && plain != path {
		list = append(list, parts(plain)...)
	}
	for i := range list {
		list[i] = lan.Printable(list[i], 4*len(list[i]))
	}
	return list
}

// parts are path and what is between its slashes, as far as they are long enough.
func parts(path string) (list []string) {
	for _, part := range append([]string{path}, strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("/?&=", r) })...) {
		if len(part) >= minSecret {
			list = append(list, part)
		}
	}
	return list
}
