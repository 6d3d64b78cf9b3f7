package checks

import (
	"bufio"
	"context"
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

func (d *ftpDoor) try(ctx context.Context, user, password string) (probes.Outcome, string, error) {
	if strings.ContainsAny(user+password, "\r\n") {
		return probes.Unclear, "", fmt.Errorf("a login with a line break cannot be sent over FTP")
	}
	conn, hangUp, err := dial(ctx, d.reach, d.ep)
	if err != nil {
		return probes.Unclear, "", err
	}
	defer hangUp()
	replies := textproto.NewReader(bufio.NewReader(io.LimitReader(conn, maxReply)))
	if _, _, err := replies.ReadResponse(220); err != nil {
		return probes.Unclear, "no greeting", nil
	}
	code, err := command(conn, replies, "USER "+user)
	if err == nil && code == 331 {
		code, err = command(conn, replies, "PASS "+password)
	}
	if err != nil {
		return probes.Unclear, "the conversation broke off", err
	}
	_, _ = conn.Write([]byte("QUIT\r\n"))
	heard := fmt.Sprintf("reply %d", code)
	switch code {
	case 230, 202:
		return probes.Accepted, heard, nil
	case 421:
		return probes.Locked, heard + ", the service turns us away", nil
	case 530, 430, 332:
		return probes.Rejected, heard, nil
	}
	return probes.Unclear, heard, nil
}

// command sends one line and returns the reply's code.
func command(conn net.Conn, replies *textproto.Reader, line string) (int, error) {
	if _, err := conn.Write([]byte(line + "\r\n")); err != nil {
		return 0, fmt.Errorf("FTP: %w", err)
	}
	code, _, err := replies.ReadResponse(0)
	if code > 0 {
		return code, nil
	}
	return 0, fmt.Errorf("FTP: %w", err)
}
