// Package ssh is the client of SSH 2 up to the answer to a login and not a step
// further (RFC 4253, 4252, 4256): it cannot open a channel, so it can run
// nothing.
//
// It speaks the old key exchanges and ciphers too, since old devices are who it
// is for, and checks neither a host key nor the signature with it: nothing that
// a server says is trusted, and nothing of worth is sent. A password goes to
// whoever answers, as in every login over a home network; it is one that a
// public manual prints.
//
// What a server sends is bounded in all: its words, its packets, their sum.
package ssh

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of what one connection may make us read.
const (
	maxPacket = 35_000  // RFC 4253 section 6.1
	maxInAll  = 1 << 17 // bytes of packets
	maxLine   = 255     // RFC 4253 section 4.2
	maxLines  = 32      // of other text before it
)

// hello is our identification string (RFC 4253 section 4.2).
const hello = "SSH-2.0-homesweep"

// Client is one connection after its key exchange. It is used by one goroutine,
// and is done with at the first error.
type Client struct {
	transport
	// Server is its identification string, such as "SSH-2.0-dropbear_2022.83".
	Server string
}

// Disconnect is a server's farewell.
type Disconnect struct {
	Reason uint32 // of RFC 4253 section 11.1; 0 before the key exchange
	Text   string // printable
}

func (d *Disconnect) Error() string { return "the SSH server hung up: " + d.Text }

var errBad = errors.New("no proper SSH packet")

// Open makes the key exchange over conn, whose deadline bounds it, and asks for
// the service of logins. It does not close conn. A server that turns us away in
// words gives a *Disconnect.
func Open(conn io.ReadWriter) (*Client, error) {
	in := bufio.NewReader(conn)
	c := &Client{transport: transport{in: in, out: conn, left: maxInAll}}
	c.read.block, c.write.block = 8, 8
	var err error
	if c.Server, err = identification(in); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(conn, hello+"\r\n"); err != nil {
		return nil, fmt.Errorf("SSH: %w", err)
	}
	if err := c.exchange(c.Server); err != nil {
		return nil, err
	}
	const serviceRequest, serviceAccept = 5, 6
	if err := c.send(serviceRequest, field("ssh-userauth")); err != nil {
		return nil, err
	}
	if _, err = c.want(serviceAccept); err != nil {
		return nil, err
	}
	return c, nil
}

// identification reads the server's line, which other lines may precede.
func identification(in *bufio.Reader) (string, error) {
	var before strings.Builder
	for range maxLines {
		line, err := in.ReadSlice('\n')
		text := strings.TrimRight(string(line), "\r\n")
		switch {
		case strings.HasPrefix(text, "SSH-2.0-"), strings.HasPrefix(text, "SSH-1.99-"):
			if err != nil || len(text) > maxLine {
				return "", errBad
			}
			return text, nil
		case strings.HasPrefix(text, "SSH-"):
			return "", errors.New("the SSH server speaks no version 2")
		}
		before.WriteString(text + " ")
		if err != nil && before.Len() > 1 {
			return "", &Disconnect{Text: lan.Printable(before.String(), lan.MaxValue)}
		}
		if err != nil {
			return "", fmt.Errorf("SSH: %w", err)
		}
	}
	return "", errBad
}

// Leave takes leave, as somebody who did what he came for. The connection is
// for the caller to close.
func (c *Client) Leave() {
	const byApplication = "\x00\x00\x00\x0b"
	_ = c.send(msgDisconnect, []byte(byApplication), field(""), field(""))
}
