package proof

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
	"github.com/homesweep/homesweep/probes/ssh"
)

// sshDoor is a login over SSH (RFC 4252). It ends with the server's answer: no
// channel is ever opened.
type sshDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
	user  string         // the documented one
	says  *regexp.Regexp // the family's own words for being locked; may be nil
}

var _ = register("ssh", func(p *probes.Pass, r logins.Record) Door {
	return &sshDoor{reach: p.Reach, ep: p.Service.Endpoint(), user: firstUser(r), says: r.Lockout.Says}
})

func (d *sshDoor) Name() string { return "SSH" }

// Look asks by "none" whether the documented user needs a login at all. Who
// takes no password, such as a server for keys alone, is Unclear: there is
// nothing to try.
func (d *sshDoor) Look(ctx context.Context) (state State, heard string, err error) {
	_, heard, err = d.visit(ctx, func(c *ssh.Client) (probes.Outcome, string, error) {
		answer, err := c.None(d.user)
		if err == nil {
			state = baseline(c.Server, answer)
		}
		return probes.Unclear, methods(c, answer), err
	})
	return state, heard, err
}

// baseline reads the answer to "none". Switches are known to let anybody into
// SSH and to ask for the login inside, where we do not look; only of the two
// servers that never do so is an answer of "come in" a way in.
func baseline(server string, a ssh.Answer) State {
	switch {
	case a.In && (strings.Contains(server, "-OpenSSH_") || strings.Contains(server, "-dropbear")):
		return Open
	case !a.In && (a.Takes("password") || a.Takes("keyboard-interactive")):
		return Closed
	}
	return Unclear
}

// Try gives the password once, by the method that the server takes.
func (d *sshDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	outcome, heard, err := d.visit(ctx, func(c *ssh.Client) (probes.Outcome, string, error) {
		a, err := c.None(l.User)
		switch {
		case err != nil:
			return probes.Unclear, "", err
		case a.In:
			return probes.Unclear, methods(c, a), nil
		case a.Takes("password"):
			a, err = c.Password(l.User, l.Password)
		case a.Takes("keyboard-interactive"):
			a, err = c.Interactive(l.User, l.Password)
		default:
			return probes.Unclear, methods(c, a), nil
		}
		switch {
		case lockedIn(a.Said, d.says) && !a.In:
			return probes.Locked, a.Said, nil
		case err != nil:
			return probes.Unclear, "", err
		case a.In:
			return probes.Accepted, "the login was taken", nil
		case a.Partly:
			return probes.Unclear, "wants more than the password: " + a.Said, nil
		}
		return probes.Rejected, "the login was refused", nil
	})
	return outcome, struck(heard, l.Password), err
}

// methods is an answer to "none" in words.
func methods(c *ssh.Client, a ssh.Answer) string {
	if a.In {
		return c.Server + " wants no login"
	}
	return c.Server + " takes " + strings.Join(a.Methods, ", ")
}

// penalty is what OpenSSH 9.8 and later says to an address that it shuts out
// (sshd_config's PerSourcePenalties).
const penalty = "Not allowed at this time"

// visit does one thing on a connection of its own and takes leave. A server
// that turns us away in words of locking has locked us out, whenever it does.
func (d *sshDoor) visit(ctx context.Context, do func(*ssh.Client) (probes.Outcome, string, error)) (probes.Outcome, string, error) {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	c, err := ssh.Open(conn)
	outcome, heard := probes.Unclear, ""
	if err == nil {
		outcome, heard, err = do(c)
		c.Leave()
	}
	var farewell *ssh.Disconnect
	switch {
	case !errors.As(err, &farewell):
		return outcome, heard, err
	case lockedIn(farewell.Text, d.says) || strings.Contains(farewell.Text, penalty):
		return probes.Locked, farewell.Error(), nil
	}
	return probes.Unclear, farewell.Error(), nil
}
