package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
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
	prompt, text, err := next(nvt.New(conn), nvt.Login, nvt.Password, nvt.Shell)
	switch prompt {
	case nvt.Login, nvt.Password:
		return closed, text, nil
	case nvt.Shell:
		return open, text, nil
	}
	return unclear, text, err
}

func (d *telnetDoor) try(ctx context.Context, l login) (probes.Outcome, string, error) {
	if strings.ContainsAny(l.user+l.password, "\r\n") {
		return probes.Unclear, "", errors.New("a login with a line break cannot be sent over Telnet")
	}
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	term := nvt.New(conn)
	prompt, text, err := next(term, nvt.Login, nvt.Password, nvt.Shell)
	if err == nil && prompt == nvt.Login {
		prompt, text, err = say(term, l.user, nvt.Login, nvt.Password, nvt.Shell)
	}
	switch {
	case prompt == nvt.Shell:
		return probes.Unclear, "a command line before any password", nil
	case prompt == "" && locked.MatchString(text):
		return probes.Locked, text, nil
	case err != nil || prompt != nvt.Password:
		return probes.Unclear, "never asked for a password", err
	}
	prompt, text, err = say(term, l.password, nvt.Login, nvt.Password, nvt.Shell, nvt.Menu)
	_ = term.Send("exit")
	return d.outcome(prompt, text, l.password, err)
}

// outcome reads what came after the password. Words of refusal count only where
// no command line follows: "Last failed login: never" greets who got in.
func (d *telnetDoor) outcome(prompt nvt.Prompt, text, password string, err error) (probes.Outcome, string, error) {
	in := (prompt == nvt.Shell || prompt == nvt.Menu) && (d.inside == nil || d.inside.MatchString(text))
	heard := struck(text, password)
	switch {
	case locked.MatchString(text):
		return probes.Locked, heard, nil
	case prompt == nvt.Login || prompt == nvt.Password || prompt == "" && refused.MatchString(text):
		return probes.Rejected, heard, nil
	case in && !refused.MatchString(text):
		return probes.Accepted, "a command line: " + heard, nil
	case prompt == "" && errors.Is(err, io.EOF):
		return probes.Unclear, "hung up: " + heard, nil
	}
	return probes.Unclear, heard, err
}

// say sends one line and waits for one of the prompts.
func say(term *nvt.Terminal, line string, prompts ...nvt.Prompt) (nvt.Prompt, string, error) {
	if err := term.Send(line); err != nil {
		return "", "", fmt.Errorf("telnet: %w", err)
	}
	term.Forget()
	return next(term, prompts...)
}

// next reads until one of the prompts shows. Without one it gives an error and
// what was said until then; a banner's own words never end the wait.
func next(term *nvt.Terminal, prompts ...nvt.Prompt) (nvt.Prompt, string, error) {
	among := func(text string) bool { return slices.Contains(prompts, nvt.PromptOf(text)) }
	text, err := term.ReadUntil(among)
	if among(text) {
		return nvt.PromptOf(text), text, nil
	}
	return "", text, fmt.Errorf("telnet: %w", err)
}
