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
	Shell    Prompt = "shell"
)

var (
	loginEnd    = regexp.MustCompile(`(?i)\b(login|user ?name|user|account)( name)?( as)?\s*[:>]\s*$`)
	passwordEnd = regexp.MustCompile(`(?i)\b(password|passwd|passcode)( for \S+)?\s*:\s*$`)
	shellEnd    = regexp.MustCompile(`(^|[\r\n])[^\r\n]{0,80}[#$>%]\s*$`)
	escapes     = regexp.MustCompile(`\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][0-9A-B]|\x1b[=>]`)
)

// PromptOf is what the end of text waits for.
func PromptOf(text string) Prompt {
	text = escapes.ReplaceAllString(text, "")
	line := text[strings.LastIndexAny(strings.TrimRight(text, "\r\n "), "\r\n")+1:]
	switch {
	case passwordEnd.MatchString(line):
		return Password
	case loginEnd.MatchString(line):
		return Login
	case shellEnd.MatchString(line):
		return Shell
	}
	return ""
}
