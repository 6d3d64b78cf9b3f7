package report

import (
	"slices"
	"strings"
	"unicode"
)

// guess is what a device answered, as evidence has it, after text. What looks like
// somebody's name or a serial number in it is struck out though nobody announced it
// as that.
func (c *censor) guess(s string, own *owned) string {
	list := strings.Fields(c.quotes(s, own))
	for i, word := range list {
		next := ""
		if i+1 < len(list) {
			next = strings.ToLower(list[i+1])
		}
		if c.telling(word, next, own) {
			list[i] = struckOut
		}
	}
	return strings.Join(list, " ")
}

// telling reports whether a word of a device's own, followed by next, names
// somebody: the host at which a terminal asks for a login, somebody at a host, a
// host of the home's own domain, a serial number.
func (c *censor) telling(word, next string, own *owned) bool {
	if own.stays(squeeze(word)) {
		return false
	}
	if slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(unescaped(word)), between), homely) {
		return true
	}
	if at := strings.IndexByte(word, '@'); at > 0 && at < len(word)-1 {
		return true
	}
	if next == "login:" || next == "password:" {
		return true
	}
	for _, t := range tokens(word) {
		if serial(t.text) && !own.stays(t.text) {
			return true
		}
	}
	return false
}

// between reports whether r cannot stand in the name of a host.
func between(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(".-_", r)
}

// homely reports whether host is one of the home's own domain.
func homely(host string) bool {
	host = strings.TrimRight(host, ".-_")
	for _, domain := range []string{".local", ".lan", ".home", ".home.arpa", ".internal", ".localdomain", ".fritz.box"} {
		if strings.HasSuffix(host, domain) && host != domain {
			return true
		}
	}
	return false
}

// stays reports whether a squeezed word is among what stays in the report anyhow.
func (o *owned) stays(word string) bool {
	if len(word) < least && strings.Trim(word, "0123456789") == "" {
		return true // as in "device 3"
	}
	return ordinary[word] || o.tells(word)
}

// The least digits of a serial number: of one that has letters too, in nine
// characters; and of one that has none, which is longer than a date.
const (
	serialDigits = 4
	serialLength = 9
)

// serial reports whether a word looks like a serial number or a piece of one.
func serial(word string) bool {
	n := 0
	for _, r := range word {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return len(word) >= serialLength && n >= serialDigits
}

// quotes is s with what stands in double quotes struck out, unless it is an
// ordinary word or stays in the report anyhow. What follows a quote that does not
// end was cut off in it.
func (c *censor) quotes(s string, own *owned) string {
	parts := strings.Split(s, `"`)
	for i := 1; i < len(parts); i += 2 {
		for _, t := range tokens(parts[i]) {
			if !own.stays(t.text) {
				parts[i] = struckOut
				break
			}
		}
	}
	return strings.Join(parts, `"`)
}

// ordinary are words that name nobody though somebody may have called a device so:
// what kinds of things and accounts are called, and what our own sentences are made
// of.
var ordinary = words(`camera cam nvr dvr printer nas tv television speaker hub plug bulb lamp light appliance router gateway
modem ap phone computer laptop desktop pc tablet console voip energy media server unknown device devices switch bridge
access point repeater extender doorbell thermostat sensor lock alarm clock home house lan wan wlan wifi local localhost
network internet guest web app cloud link name names address hardware identity folder folders login logins password
passwords account user admin administrator root support guest anonymous public private setup update updates firmware
version maker model settings service services port open the and for not you your its this that with from without who
words struck out what can now one all any has have does did was are answered asked said looked read
unauthorized authorization required forbidden found error page index document welcome ok status bad request
proxy tcp udp dns dhcp vpn ssh telnet ftp http https smb nfs mqtt upnp snmp rtsp host hosts client node box master station base
mesh backup backups storage store share file files database print printing play music video photo photos picture game
work mobile smart remote control controller security safe monitor watch view stream streaming test default new old
other main internal external extra key keys mail message messages time date day system software program data power
traffic firewall filter gate door window screen button menu page list book note`)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}
