package nvt

import (
	"regexp"
	"strings"
)

// Prompt is what a terminal waits for.
type Prompt string

// The prompts; the zero Prompt is none that we know.
const (
	Login    Prompt = "login"
	Password Prompt = "password"
	Shell    Prompt = "shell" // a command line
	// Menu ends as a command line does, but may also be a menu, a question, or a
	// line of stars whose rest has not come yet. After a login it is the inside.
	// Nothing may be typed into it: a menu may act on a single key.
	Menu Prompt = "menu"
)

// maxPrompt is the longest line that is taken for a prompt.
const maxPrompt = 80

// The ends of a prompt. Before ">" a login word must stand alone: "superuser>" is a
// command line.
var (
	passwordEnd = regexp.MustCompile(`(?i)(pass ?word|passwd|passcode|passwort|kennwort)( for \S+)?\s*[:>]$`)
	loginEnd    = regexp.MustCompile(`(?i)(login|user ?name|user ?id|user|account|benutzer(name)?)( as| name)?\s*:$|(^|[^a-z0-9])(login|user ?name|user ?id|user|account)( as| name)?\s*>$`)
	menuEnd     = regexp.MustCompile(`(?i)(\b(selection|select|choice|option|command|number)( number)?|\[?y(es)?/no?\]?)\W{0,3}[:?]$`)
	// A greeting that is cut short: "Last failed login:", "Failed logins:".
	lastLogin = regexp.MustCompile(`(?i)\b(last|previous|failed|unsuccessful|successful)\b[^:]*\blogins?\s*:$`)
)

// PromptOf is what the end of text waits for.
func PromptOf(text string) Prompt {
	text = strings.TrimRight(strings.Map(visible, withoutEscapes(text)), " \t\r\n")
	line := strings.TrimSpace(text[strings.LastIndexAny(text, "\r\n")+1:])
	switch {
	case line == "" || len(line) > maxPrompt || lastLogin.MatchString(line) || isRule(line):
		return ""
	case passwordEnd.MatchString(line):
		return Password
	case loginEnd.MatchString(line):
		return Login
	case isShell(line):
		return Shell
	case strings.ContainsRune("#$>%", rune(line[len(line)-1])) || menuEnd.MatchString(line):
		return Menu
	}
	return ""
}

// visible drops what a terminal does not show, such as a bell after a prompt.
func visible(r rune) rune {
	if r < ' ' && r != '\t' && r != '\r' && r != '\n' || r == 0x7f {
		return -1
	}
	return r
}

// isRule reports a line such as "=== hello ####", which parts a greeting and
// waits for nothing.
func isRule(line string) bool {
	last := line[len(line)-1:]
	return strings.Contains("#$>%", last) && strings.HasSuffix(line, strings.Repeat(last, 3))
}

// isShell judges a line such as "#", "/ #", "root@cam:~$", "[admin@ap ~]$" or
// "ATP>". A lone ">" or one after several words may be any menu.
func isShell(line string) bool {
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
