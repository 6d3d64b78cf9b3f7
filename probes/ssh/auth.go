package ssh

import (
	"errors"
	"slices"
	"strings"
)

// Messages of logins (RFC 4252 section 6; RFC 4256 section 5).
const (
	msgRequest  = 50
	msgFailure  = 51
	msgSuccess  = 52
	msgBanner   = 53
	msgMethod   = 60 // PASSWD_CHANGEREQ or INFO_REQUEST, by the method
	msgResponse = 61
)

// Bounds of one login.
const (
	maxSaid   = 2048 // bytes kept of banners and instructions
	maxRounds = 8    // questions and banners
)

// Answer is what a server made of one login.
type Answer struct {
	In bool // the login was taken
	// Partly says that what was sent was right and that more is wanted: a second
	// factor, or a new password instead of one that ran out.
	Partly  bool
	Methods []string // by which one may go on: "password", "publickey"
	Said    string   // the banners and instructions since the request
}

// Takes reports whether a method may go on.
func (a Answer) Takes(method string) bool { return slices.Contains(a.Methods, method) }

// None asks whether user needs a login at all (RFC 4252 section 5.2). It is no
// try of a password.
func (c *Client) None(user string) (Answer, error) {
	return c.login(user, "none", nil, "")
}

// Password tries one password (RFC 4252 section 8). It never changes one.
func (c *Client) Password(user, password string) (Answer, error) {
	return c.login(user, "password", append([]byte{0}, field(password)...), "")
}

// Interactive gives the password to the one hidden question that a server asks
// (RFC 4256). Of another question the answer stays Partly, and nothing is sent.
func (c *Client) Interactive(user, password string) (Answer, error) {
	const languageAndSubmethods = "\x00\x00\x00\x00\x00\x00\x00\x00"
	return c.login(user, "keyboard-interactive", []byte(languageAndSubmethods), password)
}

func (c *Client) login(user, method string, more []byte, password string) (Answer, error) {
	var a Answer
	if err := c.send(msgRequest, field(user), field("ssh-connection"), field(method), more); err != nil {
		return a, err
	}
	given := method != "keyboard-interactive"
	for range maxRounds {
		message, fields, err := c.next()
		if err != nil {
			return a, err
		}
		switch message {
		case msgSuccess:
			a.In = true
			return a, nil
		case msgFailure:
			a.Methods = strings.Split(fields.field(), ",")
			a.Partly = fields.flag()
			if fields.short {
				err = errBad
			}
			return a, err
		case msgBanner:
			a.hear(fields.field())
		case msgMethod:
			if method == "password" || method == "none" {
				a.hear(fields.field())
				a.Partly = true // only who is right is asked for a new password
				return a, nil
			}
			if a.Partly, err = c.question(&a, fields, password, &given); a.Partly || err != nil {
				return a, err
			}
		default:
			return a, errBad
		}
	}
	return a, errors.New("the SSH server asks and asks")
}

// question reads an INFO_REQUEST and answers it: nothing to none, the password
// to the first hidden one. Whatever else it wants is left open.
func (c *Client) question(a *Answer, q cursor, password string, given *bool) (open bool, err error) {
	a.hear(q.field())
	a.hear(q.field())
	q.field() // language
	prompts := q.number()
	if prompts == 0 {
		return false, c.send(msgResponse, []byte{0, 0, 0, 0})
	}
	a.hear(q.field())
	shown := q.flag()
	switch {
	case q.short:
		return false, errBad
	case prompts > 1 || shown || *given:
		return true, nil
	}
	*given = true
	return false, c.send(msgResponse, []byte{0, 0, 0, 1}, field(password))
}

// hear keeps words, as far as they fit.
func (a *Answer) hear(words string) {
	words = strings.TrimSpace(words)
	if words != "" && len(a.Said)+1+len(words) <= maxSaid {
		a.Said += words + " "
	}
}
