package checks

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/nvt"
)

// telnetDoor is a login over Telnet (RFC 854), with or without a user name.
type telnetDoor struct {
	reach  probes.Reach
	ep     lan.Endpoint
	inside *regexp.Regexp
}

// refused is how login programs say no; locked how they say not any more.
var (
	refused = regexp.MustCompile(`(?i)incorrect|invalid|denied|fail(ed|ure)|wrong|bad (password|user)|not match|error`)
	locked  = regexp.MustCompile(`(?i)\block(ed|out)\b|too many|try again (later|in)|blocked`)
)

func (d *telnetDoor) name() string { return "Telnet" }

func (d *telnetDoor) look(ctx context.Context) (state, string, error) {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return unclear, "", err
	}
	defer hangUp()
	text, err := nvt.New(conn).ReadUntil(func(text string) bool { return nvt.PromptOf(text) != "" })
	switch nvt.PromptOf(text) {
	case nvt.Login, nvt.Password:
		return closed, text, nil
	case nvt.Shell:
		return open, text, nil
	}
	return unclear, text, err
}

func (d *telnetDoor) try(ctx context.Context, user, password string) (probes.Outcome, string, error) {
	if strings.ContainsAny(user+password, "\r\n") {
		return probes.Unclear, "", errors.New("a login with a line break cannot be sent over Telnet")
	}
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	term := nvt.New(conn)
	prompt, _, err := d.next(term)
	if err == nil && prompt == nvt.Login {
		if prompt, err = d.say(term, user); err == nil && prompt == nvt.Shell {
			return probes.Unclear, "a command line before any password", nil
		}
	}
	if err != nil || prompt != nvt.Password {
		return probes.Unclear, "never asked for a password", err
	}
	if err := term.Send(password); err != nil {
		return probes.Unclear, "the conversation broke off", fmt.Errorf("telnet: %w", err)
	}
	term.Forget()
	prompt, text, err := d.next(term)
	_ = term.Send("exit")
	return d.outcome(prompt, text, password, err)
}

// outcome reads what came after the password. The device's echo of it, if any,
// is struck out of the words.
func (d *telnetDoor) outcome(prompt nvt.Prompt, text, password string, err error) (probes.Outcome, string, error) {
	if password != "" {
		text = strings.ReplaceAll(text, password, "***")
	}
	switch {
	case locked.MatchString(text):
		return probes.Locked, text, nil
	case prompt == nvt.Login || prompt == nvt.Password || prompt == "" && refused.MatchString(text):
		return probes.Rejected, text, nil
	case prompt == nvt.Shell && !refused.MatchString(text) && (d.inside == nil || d.inside.MatchString(text)):
		return probes.Accepted, "a command line: " + text, nil
	}
	return probes.Unclear, text, err
}

// say sends one line and waits for the next prompt.
func (d *telnetDoor) say(term *nvt.Terminal, line string) (nvt.Prompt, error) {
	if err := term.Send(line); err != nil {
		return "", fmt.Errorf("telnet: %w", err)
	}
	term.Forget()
	prompt, _, err := d.next(term)
	return prompt, err
}

func (d *telnetDoor) next(term *nvt.Terminal) (nvt.Prompt, string, error) {
	text, err := term.ReadUntil(func(text string) bool {
		return nvt.PromptOf(text) != "" || refused.MatchString(text)
	})
	prompt := nvt.PromptOf(text)
	if prompt != "" || refused.MatchString(text) {
		err = nil
	}
	return prompt, text, err
}
