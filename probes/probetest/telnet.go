package probetest

import (
	"errors"
	"fmt"
	"strings"
)

// The bytes of RFC 854 that a server must know to read a line.
const (
	telnetSE   = 240 // ends a sub-negotiation
	telnetSB   = 250 // begins one
	telnetWILL = 251 // WILL, WONT, DO, DONT are followed by an option
	telnetIAC  = 255
)

// telnetTries is how many logins one connection may try.
const telnetTries = 3

// Telnet is a shell over telnet, with or without a login.
type Telnet struct {
	Opening  string `json:"opening"`  // a file with the IAC bytes sent first, may be empty
	Banner   string `json:"banner"`   // text before the first prompt
	Login    string `json:"login"`    // the prompt for a user; empty asks for a password only
	Password string `json:"password"` // the prompt for a password
	Account  string `json:"account"`  // empty: the shell opens without a login
	Failure  string `json:"failure"`  // text after a wrong password
	Shell    string `json:"shell"`    // the prompt inside
}

func (t *Telnet) check(d *Device) error {
	if t.Shell == "" {
		return errors.New("telnet: shell, the prompt inside, is missing")
	}
	if err := d.wantsFile(t.Opening); err != nil {
		return fmt.Errorf("telnet: opening: %w", err)
	}
	if t.Account != "" && t.Password == "" {
		return errors.New("telnet: password, the prompt, is missing")
	}
	return d.wantsAccount(t.Account)
}

func (t *Telnet) serve(s *session) {
	if !s.say(string(s.r.device.files[t.Opening]) + t.Banner) {
		return
	}
	in := &typed{s: s}
	if t.Account != "" && !t.admit(s, in) {
		return
	}
	for s.say(t.Shell) {
		command, err := in.line()
		if err != nil {
			return
		}
		s.asked("shell " + command)
		if command == "exit" || command == "quit" || command == "logout" {
			return
		}
	}
}

// admit asks for the login until it is right, a few times.
func (t *Telnet) admit(s *session, in *typed) bool {
	a, _ := s.r.device.account(t.Account)
	for range telnetTries {
		user := a.User
		if t.Login != "" {
			s.say(t.Login)
			var err error
			if user, err = in.line(); err != nil {
				return false
			}
		}
		s.say(t.Password)
		pass, err := in.line()
		if err != nil {
			return false
		}
		if s.login(t.Account, user, pass) {
			return s.say("\r\n")
		}
		s.say("\r\n" + t.Failure + "\r\n")
	}
	return false
}

// typed reads what a visitor types, without the negotiation in between.
type typed struct {
	s       *session
	afterCR bool // the line's end may still be followed by LF or NUL
}

// line is the next line: RFC 854 ends it with CR LF or CR NUL, some visitors
// with one of them.
func (t *typed) line() (string, error) {
	var b strings.Builder
	for b.Len() < maxLine {
		c, err := t.next()
		if err != nil {
			return "", err
		}
		switch c {
		case '\r', '\n':
			t.afterCR = c == '\r'
			return b.String(), nil
		case telnetIAC:
			if err := t.command(&b); err != nil {
				return "", err
			}
		default:
			b.WriteByte(c)
		}
	}
	t.s.malformed()
	return "", errLong
}

func (t *typed) next() (byte, error) {
	c, err := t.s.in.ReadByte()
	if err == nil && t.afterCR && (c == '\n' || c == 0) {
		c, err = t.s.in.ReadByte()
	}
	t.afterCR = false
	return c, err
}

// command skips what follows an IAC; IAC IAC is the byte itself.
func (t *typed) command(b *strings.Builder) error {
	c, err := t.s.in.ReadByte()
	switch {
	case err != nil:
		return err
	case c == telnetIAC:
		b.WriteByte(c)
	case c == telnetSB:
		return t.subNegotiation()
	case c >= telnetWILL:
		_, err = t.s.in.ReadByte() // the option
	}
	return err
}

func (t *typed) subNegotiation() error {
	for before := byte(0); ; {
		c, err := t.s.in.ReadByte()
		if err != nil || before == telnetIAC && c == telnetSE {
			return err
		}
		before = c
	}
}
