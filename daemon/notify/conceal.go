package notify

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// minSecret is how long a part of an address's path is that may be a secret, in bytes.
// What is shorter and a secret all the same is concealed where it stands alone.
const minSecret = 8

// conceal is text in at most so many bytes for the household, without c's secrets,
// which a server may have said back: its password or token, also as it logs in with
// it, what stands in its address behind the host, and the topic of ntfy, by which
// anybody may read. They go before text is cut, or a part would be left.
func conceal(c *lan.Channel, text string, most int) string {
	text = lan.Printable(text, 4*len(text))
	for _, secret := range secrets(c) {
		if secret != "" { // it may be of nothing printable
			text = strings.ReplaceAll(text, secret, lan.Unsaid)
		}
	}
	for _, word := range words(c) {
		text = concealWord(text, word)
	}
	return lan.Printable(text, most)
}

// concealWord is text without word where it is not part of a longer one.
func concealWord(text, word string) string {
	var b strings.Builder
	for at := 0; word != ""; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return b.String() + text[at:]
		}
		end := at + i + len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:at+i])
		after, _ := utf8.DecodeRuneInString(text[end:])
		b.WriteString(text[at : at+i])
		if alnum(before) || alnum(after) {
			b.WriteString(word)
		} else {
			b.WriteString(lan.Unsaid)
		}
		at = end
	}
	return text
}

func alnum(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// words are c's secrets of any length: the topic of ntfy, and the values of its
// address's query, as they stand there and as they are read; longer ones first.
func words(c *lan.Channel) (list []string) {
	if c.Kind == "ntfy" {
		list = append(list, c.To)
	}
	_, query, _ := strings.Cut(c.Server, "?")
	for pair := range strings.SplitSeq(query, "&") {
		_, value, _ := strings.Cut(pair, "=")
		list = append(list, value)
		if plain, err := url.QueryUnescape(value); err == nil && plain != value {
			list = append(list, plain)
		}
	}
	for i := range list {
		list[i] = lan.Printable(list[i], 4*len(list[i]))
	}
	lan.Sort(list, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return list
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
