package identify

import (
	"strings"
)

// Telnet's commands (RFC 854, "Telnet command structure").
const (
	iac        = 0xff
	telnetDont = 0xfe
	telnetDo   = 0xfd
	telnetWont = 0xfc
	telnetWill = 0xfb
	telnetSB   = 0xfa
	telnetSE   = 0xf0
)

// maxRefusals bounds how many options are answered, so that no peer can make us
// negotiate for ever (RFC 1143 describes such loops).
const maxRefusals = 32

// parseTelnet parts what a service said into its text, without escape sequences,
// and the refusals that its options call for: WONT for DO, DONT for WILL. An
// unfinished command at the end is left for the next call with more bytes, so
// that the refusals of a longer said begin with those of a shorter one.
func parseTelnet(said []byte) (text string, refusals []byte) {
	var b strings.Builder
	for len(said) > 0 {
		if said[0] != iac {
			b.WriteByte(said[0])
			said = said[1:]
			continue
		}
		n := commandLength(said)
		if n > len(said) {
			break
		}
		switch said[1] {
		case iac:
			b.WriteByte(iac)
		case telnetDo, telnetWill:
			if len(refusals) < 3*maxRefusals {
				refusals = append(refusals, iac, refusal(said[1]), said[2])
			}
		}
		said = said[n:]
	}
	return withoutEscapes(b.String()), refusals
}

func refusal(command byte) byte {
	if command == telnetDo {
		return telnetWont
	}
	return telnetDont
}

// commandLength is the length of the command at the start of said, longer than
// said if it is unfinished.
func commandLength(said []byte) int {
	if len(said) < 2 {
		return 2
	}
	switch said[1] {
	case telnetDo, telnetDont, telnetWill, telnetWont:
		return 3
	case telnetSB:
		for i := 2; i+1 < len(said); i++ {
			if said[i] == iac && said[i+1] == telnetSE {
				return i + 2
			}
		}
		return len(said) + 1
	}
	return 2
}

// withoutEscapes drops terminal control sequences (ECMA-48, CSI) and NULs.
func withoutEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == 0:
		case s[i] == 0x1b && i+1 < len(s) && s[i+1] == '[':
			for i += 2; i < len(s) && (s[i] < 0x40 || s[i] > 0x7e); i++ {
			}
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// parsePrompt tells what the last line of text waits for: "login", "password",
// "shell" (a command, without any login before it), or "" when nothing of the
// sort is there. A shell's prompt is one word, perhaps with a place and a user
// in front, that ends in #, $ or >.
func parsePrompt(text string) string {
	text = strings.TrimRight(text, " \t\r\n\x00")
	line := strings.TrimSpace(text[strings.LastIndexAny(text, "\r\n")+1:])
	lower := strings.ToLower(line)
	if line == "" || len(line) > 80 {
		return ""
	}
	for _, end := range []string{"password:", "passwd:", "passcode:", "password >", "password>"} {
		if strings.HasSuffix(lower, end) {
			return "password"
		}
	}
	for _, end := range []string{
		"login:", "username:", "user name:", "user:", "account:", "login as:",
		"login>", "username>", "user>", "login >", "username >", "userid:", "user id:",
	} {
		if strings.HasSuffix(lower, end) {
			return "login"
		}
	}
	if isShellPrompt(line) {
		return "shell"
	}
	return ""
}

// isShellPrompt judges a line such as "#", "/ #", "root@cam:~$", "[admin@ap ~]$"
// or "ATP>". A lone ">" or one after several words may be any menu.
func isShellPrompt(line string) bool {
	last := line[len(line)-1]
	if !strings.ContainsRune("#$>", rune(last)) {
		return false
	}
	before := strings.TrimSpace(line[:len(line)-1])
	if last == '>' && before == "" || len(before) > 48 {
		return false
	}
	words := strings.Fields(before)
	apart := len(words) == 2 || len(words) == 1 && strings.HasSuffix(line[:len(line)-1], " ")
	if len(words) > 2 || apart && (last == '>' || !strings.ContainsAny(before, "@/~])")) {
		return false
	}
	for _, r := range before {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@:/~.-_[]() ", r) {
			return false
		}
	}
	return true
}
