package report

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/homesweep/homesweep/probes/lan"
)

// text is s with every secret called by its label. own is the device that s is
// about, if it is about one.
// In text of our own knowledge, what looks like an address of the internet is a
// version.
//
// Names are also written with escapes: "Front%20door" in an address of the web,
// "Front\032door" in one of DNS. A text that has a secret in it so is told without
// them.
func (c *censor) text(s string, own *owned, ours bool) string {
	find := func(word []token) (string, int) {
		if label, last := c.longest(word, own); label != "" {
			return label, last
		}
		return own.within(word[0].text), 0
	}
	strange := func(before string, a netip.Addr) bool {
		return inside(a) || !ours && a.IsGlobalUnicast() && !own.tells(squeeze(a.String())) && !numbering(before)
	}
	out := c.strike(s, strange, find)
	if plain := clean(unescaped(out)); plain != out {
		if struck := c.strike(plain, strange, find); struck != plain {
			return struck
		}
	}
	return out
}

// fact is s, a device's maker, model or version, which stays but for a hardware or
// network address or an identity of the device's own in it.
func (c *censor) fact(s string, own *owned) string {
	return c.strike(s, nil, func(word []token) (string, int) { return own.within(word[0].text), 0 })
}

// strike is s, cleaned, with the home's known addresses, those of others that are
// strange where they stand (nil for none), and what find names called by their
// labels. find is given the rest of the words and says which of them the secret ends
// with.
func (c *censor) strike(s string, strange func(before string, a netip.Addr) bool, find func([]token) (label string, last int)) string {
	var b strings.Builder
	for rest := clean(s); rest != ""; {
		before, label, after := c.address(rest, strange)
		list, done := tokens(before), 0
		for i := 0; i < len(list); i++ {
			if label, last := find(list[i:]); label != "" {
				b.WriteString(before[done:list[i].at] + label)
				i += last
				done = list[i].end
			}
		}
		b.WriteString(before[done:] + label)
		rest = after
	}
	return b.String()
}

// maxAddress is how long an address may be in text: an IPv6 address that has an
// IPv4 address in it.
const maxAddress = 45

// address finds the first network or hardware address in s that is to be struck
// out; label is empty and before all of s where there is none.
func (c *censor) address(s string, strange func(string, netip.Addr) bool) (before, label, after string) {
	for i := range len(s) {
		glued := inWord(s[:i]) // "host192.168.1.20"
		if !strings.ContainsRune(digits, rune(s[i])) || glued && !afterLetter(s[:i], s[i]) {
			continue
		}
		end, marks := i, 0
		for end < len(s) && end-i < maxAddress && strings.IndexByte(digits, s[end]) >= 0 {
			if strings.IndexByte(":.-", s[end]) >= 0 {
				marks++
			}
			end++
		}
		for ; marks >= 2 && end > i+2; end-- { // shorter and shorter: "192.168.1.20:80", "fe80::1."
			if r, _ := utf8.DecodeRuneInString(s[end:]); unicode.IsLetter(r) || unicode.IsDigit(r) {
				continue
			}
			if glued && strings.Trim(s[i:end], "0123456789.") != "" {
				continue
			}
			if label := c.numbers(s[:i], s[i:end], strange); label != "" {
				return s[:i], label, s[end:]
			}
		}
	}
	return s, "", ""
}

// digits are what addresses are written with.
const digits = "0123456789abcdefABCDEF:.-"

// afterLetter reports whether a number begins with next right after a letter of before.
func afterLetter(before string, next byte) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsLetter(r) && '0' <= next && next <= '9'
}

// inWord reports whether s ends in a letter or digit.
func inWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// numbers is the label of an address, empty for what is none or need not be struck
// out. before is what stands before it.
func (c *censor) numbers(before, s string, strange func(string, netip.Addr) bool) string {
	if a, err := netip.ParseAddr(s); err == nil {
		label, known := c.labels[a.String()]
		switch {
		case known:
			return label
		case strange != nil && strange(before, a):
			return "an address"
		}
		return ""
	}
	if len(s) != len("00:11:22:33:44:55") && len(s) != len("0011.2233.4455") {
		return ""
	}
	if mac, err := lan.ParseMAC(s); err == nil {
		if label, known := c.labels[squeeze(mac.String())]; known {
			return label
		}
		return "a hardware address"
	}
	return ""
}

// inside reports whether a is an address of a home's own network, which a version
// such as 1.0.2.134 is not.
func inside(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLinkLocalUnicast() || a.Is6() && !a.IsUnspecified() || carrier.Contains(a)
}

// carrier is what providers give out behind a common address (RFC 6598).
var carrier = netip.MustParsePrefix("100.64.0.0/10")

// numbering reports whether what follows the text before is a version though it
// looks like an address: that of a product ("Boa/0.94.14.1"), or one that is called
// so.
func numbering(before string) bool {
	if product, ok := strings.CutSuffix(before, "/"); ok && inWord(product) {
		return true
	}
	words := tokens(before[max(0, len(before)-maxAddress):])
	return len(words) > 0 && versions[words[len(words)-1].text]
}

// versions are the words before a version.
var versions = words(`v ver version versions firmware fw build release revision rev than below before since until least`)

// maxBetween is how many bytes may stand between two words of one secret, more is
// in no name; and it has no more words than have room in one.
const maxBetween = lan.MaxName

// maxSecret is how long a secret may be to be looked for.
const maxSecret = lan.MaxValue

// longest is the label of the longest secret, of anybody or of own, that the first
// words of list are, and the last of them.
func (c *censor) longest(list []token, own *owned) (label string, last int) {
	var so strings.Builder
	for j, t := range list {
		if j > 0 && t.at-list[j-1].end > maxBetween || j > maxBetween/2 || so.Len()+len(t.text) > maxSecret {
			break
		}
		so.WriteString(t.text)
		found, known := c.labels[so.String()]
		switch {
		case known:
		case own != nil:
			found, known = own.secrets[so.String()]
		default:
			found, known = c.pages[so.String()]
		}
		if known {
			label, last = found, j
		}
	}
	return label, last
}

// within is the label of the longest of the device's own secrets that stands
// within a word.
func (o *owned) within(word string) string {
	if o == nil {
		return ""
	}
	best := ""
	for secret := range o.secrets {
		if len(secret) >= 6 && strings.Contains(word, secret) && (len(secret) > len(best) || len(secret) == len(best) && secret < best) {
			best = secret
		}
	}
	return o.secrets[best]
}
