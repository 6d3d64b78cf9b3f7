package checks

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// ftpDoor is an FTP control connection (RFC 959 section 4).
type ftpDoor struct {
	reach probes.Reach
	ep    lan.Endpoint
}

// maxReply bounds what one FTP dialogue may send us.
const maxReply = 16 << 10

func (d *ftpDoor) name() string { return "FTP" }

// look needs no packet: FTP always asks who is there.
func (d *ftpDoor) look(context.Context) (state, string, error) {
	return closed, "FTP asks for a user name by design", nil
}

func (d *ftpDoor) try(ctx context.Context, l login) (probes.Outcome, string, error) {
	if strings.ContainsAny(l.user+l.password, "\r\n") {
		return probes.Unclear, "", errors.New("a login with a line break cannot be sent over FTP")
	}
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	replies := textproto.NewReader(bufio.NewReader(io.LimitReader(conn, maxReply)))
	got, err := reply(replies)
	asked := false
	if err == nil && got.code == 220 {
		got, err = command(conn, replies, "USER "+l.user)
	}
	if err == nil && got.code == 331 {
		asked = true
		got, err = command(conn, replies, "PASS "+l.password)
	}
	if err != nil {
		return probes.Unclear, "the conversation broke off", err
	}
	_, _ = conn.Write([]byte("QUIT\r\n"))
	return got.outcome(asked)
}

// ftpReply is one reply of the service (RFC 959 section 4.2).
type ftpReply struct {
	code int
	text string
}

// outcome reads the last reply of a login. Without a question for the password
// a refusal says nothing about it: many servers refuse whoever does not use
// TLS.
func (r ftpReply) outcome(asked bool) (probes.Outcome, string, error) {
	heard := fmt.Sprintf("reply %d", r.code)
	switch {
	case r.code == 421 || r.code >= 400 && locked.MatchString(r.text):
		return probes.Locked, heard + ", the service turns us away", nil
	case r.code == 230:
		return probes.Accepted, heard, nil
	case !asked:
		return probes.Unclear, heard + ", never asked for a password", nil
	case r.code == 530 || r.code == 430:
		return probes.Rejected, heard, nil
	}
	return probes.Unclear, heard, nil
}

// command sends one line and reads the reply.
func command(conn net.Conn, replies *textproto.Reader, line string) (ftpReply, error) {
	if _, err := conn.Write([]byte(line + "\r\n")); err != nil {
		return ftpReply{}, fmt.Errorf("FTP: %w", err)
	}
	return reply(replies)
}

// reply reads one reply; one that is cut off after its code counts.
func reply(replies *textproto.Reader) (ftpReply, error) {
	code, text, err := replies.ReadResponse(0)
	if code > 0 {
		return ftpReply{code, text}, nil
	}
	return ftpReply{}, fmt.Errorf("FTP: %w", err)
}
