package proof

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/nvt"
)

// telnetDoor is a login over Telnet (RFC 854), with or without a user name.
type telnetDoor struct {
	reach  probes.Reach
	ep     lan.Endpoint
	inside *regexp.Regexp // nil where any command line will do
	says   *regexp.Regexp // the family's own words for being locked; may be nil
	settle time.Duration  // how long a command line is heard out
}

var _ = register("telnet", func(p *probes.Pass, r logins.Record) Door {
	return &telnetDoor{reach: p.Reach, ep: p.Service.Endpoint(), inside: r.Inside, says: r.Lockout.Says, settle: settling}
})

// changePrompt is a question for a new password, which only who gave the right
// one is asked.
var changePrompt = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(new|current|old|change|change your|retype|re-?enter)\b[^\n]{0,24}pass ?word\s*[:>]\s*$`)
})

func (d *telnetDoor) Name() string { return "Telnet" }

func (d *telnetDoor) Look(ctx context.Context) (State, string, error) {
	v, hangUp, err := d.visit(ctx)
	if err != nil {
		return Unclear, "", err
	}
	defer hangUp()
	prompt, text, err := v.next(nvt.Login, nvt.Password, nvt.Shell)
	switch prompt {
	case nvt.Login, nvt.Password:
		return Closed, text, nil
	case nvt.Shell:
		_ = v.term.Send("exit")
		return Open, text, nil
	}
	return Unclear, text, err
}

func (d *telnetDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	if strings.ContainsAny(l.User+l.Password, "\r\n") {
		return probes.Unclear, "", errors.New("a login with a line break cannot be sent over Telnet")
	}
	v, hangUp, err := d.visit(ctx)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	prompt, text, err := v.next(nvt.Login, nvt.Password, nvt.Shell)
	named := err == nil && prompt == nvt.Login
	if named {
		prompt, text, err = v.say(l.User, nvt.Login, nvt.Password, nvt.Shell)
	}
	switch {
	case prompt == nvt.Shell:
		_ = v.term.Send("exit")
		if named && l.Password == "" { // the name alone was all of the login
			return d.outcome(prompt, "", text, "", err)
		}
		return probes.Unclear, "a command line before any password", nil
	case prompt == "" && lockedIn(text, d.says):
		return probes.Locked, struck(text, l.Password), nil
	case err != nil || prompt != nvt.Password:
		return probes.Unclear, "never asked for a password", err
	}
	asked := lastLine(text)
	prompt, text, err = v.say(l.Password, nvt.Login, nvt.Password, nvt.Shell, nvt.Menu)
	if prompt == nvt.Shell {
		// Elsewhere a line could be taken for another login, or for a choice.
		_ = v.term.Send("exit")
	}
	return d.outcome(prompt, asked, text, l.Password, err)
}

// outcome reads what came after the password, which asked had asked for. What is said of earlier logins
// is no refusal: "Last failed login: never" greets who got in.
func (d *telnetDoor) outcome(prompt nvt.Prompt, asked, text, password string, err error) (probes.Outcome, string, error) {
	answer := notices().ReplaceAllString(text, "")
	no := refusals().MatchString(answer)
	heard := struck(text, password)
	in := (prompt == nvt.Shell || prompt == nvt.Menu) && (d.inside == nil || d.inside.MatchString(text))
	switch {
	case lockedIn(answer, d.says):
		return probes.Locked, heard, nil
	case prompt == nvt.Password && !no && lastLine(text) != asked && changePrompt().MatchString(lastLine(text)):
		return probes.Accepted, "asks for a new password: " + heard, nil
	case prompt == nvt.Login, prompt == nvt.Password, prompt == "" && no && !doubts().MatchString(answer):
		return probes.Rejected, heard, nil
	case in && !no && !doubts().MatchString(answer):
		return probes.Accepted, "a command line: " + heard, nil
	case prompt == "" && errors.Is(err, io.EOF):
		return probes.Unclear, "hung up: " + heard, nil
	}
	return probes.Unclear, heard, err
}

// lastLine is the line that waits.
func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexAny(text, "\r\n")+1:]
}

// hasPrompt reports whether text ends in one of the prompts.
func hasPrompt(text string, prompts []nvt.Prompt) bool {
	return slices.Contains(prompts, nvt.PromptOf(text))
}

// broken is what ended a conversation.
func broken(err error) error { return fmt.Errorf("telnet: %w", err) }
