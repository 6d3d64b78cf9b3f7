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
func (c *censor) text(s string, own *owned) string {
	return c.strike(s, true, func(word []token) (string, int) {
		if label, last := c.longest(word, own); label != "" {
			return label, last
		}
		return own.within(word[0].text), 0
	})
}

// fact is s, a device's maker, model or version, which stays but for a hardware or
// network address or an identity of the device's own in it.
func (c *censor) fact(s string, own *owned) string {
	return c.strike(s, false, func(word []token) (string, int) { return own.within(word[0].text), 0 })
}

// strike is s, cleaned, with addresses, all or only the home's known ones, and
// what find names called by their labels. find is given the rest of the words and
// says which of them the secret ends with.
func (c *censor) strike(s string, all bool, find func([]token) (label string, last int)) string {
	var b strings.Builder
	for rest := clean(s); rest != ""; {
		before, label, after := c.address(rest, all)
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
func (c *censor) address(s string, all bool) (before, label, after string) {
	for i := range len(s) {
		if !strings.ContainsRune(digits, rune(s[i])) || i > 0 && inWord(s[:i]) {
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
			if label := c.numbers(s[i:end], all); label != "" {
				return s[:i], label, s[end:]
			}
		}
	}
	return s, "", ""
}

// digits are what addresses are written with.
const digits = "0123456789abcdefABCDEF:.-"

// inWord reports whether s ends in a letter or digit.
func inWord(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// numbers is the label of an address, empty for what is none or need not be struck
// out. Without all, a network address must be a device's; a version may look like
// another.
func (c *censor) numbers(s string, all bool) string {
	if a, err := netip.ParseAddr(s); err == nil {
		label, known := c.labels[a.String()]
		switch {
		case known:
			return label
		case all && inside(a):
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
