package proof

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/knowledge/logins"
	"github.com/homesweep/homesweep/probes/lan"
)

// ftpDoor is an FTP control connection (RFC 959 section 4).
type ftpDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
	user  string         // the documented one
	says  *regexp.Regexp // the family's own words for being locked; may be nil
}

var _ = register("ftp", func(p *probes.Pass, r logins.Record) Door {
	return &ftpDoor{reach: p.Reach, ep: p.Service.Endpoint(), user: firstUser(r), says: r.Lockout.Says}
})

const (
	maxReply    = 16 << 10        // bytes of one FTP dialogue
	ftpFarewell = 2 * time.Second // for the reply to QUIT
)

// elsewhere is how a refusal speaks of something else than the login: TLS, a
// place, room.
var elsewhere = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(tls|ssl|encrypt\w*|secure|address|host|network|clients?|connections?|sessions?|disk|home|directory|chroot)\b`)
})

func (d *ftpDoor) Name() string { return "FTP" }

// Look says who is there, which FTP asks first of all, and hears whether a
// password is wanted. Whoever refuses before it, as servers do that want TLS
// first, is Unclear: no try is spent on it. The name is not said where it is
// anonymous's.
func (d *ftpDoor) Look(ctx context.Context) (State, string, error) {
	if d.user == "" || anonymous(d.user) || strings.ContainsAny(d.user, "\r\n") {
		return Closed, "FTP asks for a user name by design", nil
	}
	v, err := d.visit(ctx)
	if err != nil {
		return Unclear, "", err
	}
	defer v.leave()
	got, err := v.user(d.user)
	switch {
	case err != nil:
		return Unclear, "the conversation broke off", err
	case got.code == 331:
		return Closed, "reply 331 to the user name", nil
	case got.code == 230:
		return Open, "reply 230 to the user name alone", nil
	}
	return Unclear, fmt.Sprintf("reply %d to the user name", got.code), nil
}

// anonymous reports the names of RFC 1635, for which another check is there.
func anonymous(user string) bool {
	return strings.EqualFold(user, "anonymous") || strings.EqualFold(user, "ftp")
}

func (d *ftpDoor) Try(ctx context.Context, l Login) (probes.Outcome, string, error) {
	if strings.ContainsAny(l.User+l.Password, "\r\n") {
		return probes.Unclear, "", errors.New("a login with a line break cannot be sent over FTP")
	}
	v, err := d.visit(ctx)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer v.leave()
	got, err := v.user(l.User)
	asked := err == nil && got.code == 331
	if asked {
		got, err = v.command("PASS " + l.Password)
	}
	if err != nil {
		return probes.Unclear, "the conversation broke off", err
	}
	outcome, heard := got.outcome(asked, d.says)
	return outcome, heard, nil
}

// ftpReply is one reply of the service (RFC 959 section 4.2).
type ftpReply struct {
	code int
	text string
}

// outcome reads the last reply of a login. Without a question for the password
// it says nothing about it, neither welcome nor refusal.
func (r ftpReply) outcome(asked bool, says *regexp.Regexp) (probes.Outcome, string) {
	heard := fmt.Sprintf("reply %d", r.code)
	switch {
	case r.code == 421 || r.code >= 400 && lockedIn(r.text, says):
		return probes.Locked, heard + ", the service turns us away"
	case !asked:
		return probes.Unclear, heard + ", never asked for a password"
	case r.code == 230:
		return probes.Accepted, heard
	case (r.code == 530 || r.code == 430) && !elsewhere().MatchString(r.text) && !doubts().MatchString(r.text):
		return probes.Rejected, heard
	}
	return probes.Unclear, heard
}

// ftpVisit is one control connection.
type ftpVisit struct {
	conn    net.Conn
	replies *textproto.Reader
	hangUp  func()
}

func (d *ftpDoor) visit(ctx context.Context) (*ftpVisit, error) {
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return nil, err
	}
	return &ftpVisit{conn, textproto.NewReader(bufio.NewReader(io.LimitReader(conn, maxReply))), hangUp}, nil
}

// user waits for the greeting, which may be announced (120), and says who we
// are. Its reply is the greeting's where that is no welcome.
func (v *ftpVisit) user(name string) (got ftpReply, err error) {
	got, err = v.reply()
	if err == nil && got.code == 120 {
		got, err = v.reply()
	}
	if err == nil && got.code == 220 {
		got, err = v.command("USER " + name)
	}
	return got, err
}

// leave ends the session, and waits a little for the service to have seen it.
func (v *ftpVisit) leave() {
	_ = v.conn.SetDeadline(time.Now().Add(ftpFarewell))
	_, _ = v.command("QUIT")
	v.hangUp()
}

// command sends one line and reads the reply.
func (v *ftpVisit) command(line string) (ftpReply, error) {
	if _, err := v.conn.Write([]byte(line + "\r\n")); err != nil {
		return ftpReply{}, fmt.Errorf("FTP: %w", err)
	}
	return v.reply()
}

// reply reads one reply; one that is cut off after its code counts.
func (v *ftpVisit) reply() (ftpReply, error) {
	code, text, err := v.replies.ReadResponse(0)
	if code > 0 {
		return ftpReply{code, text}, nil
	}
	return ftpReply{}, fmt.Errorf("FTP: %w", err)
}
