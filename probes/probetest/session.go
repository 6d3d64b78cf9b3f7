package probetest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

const (
	maxLine = 4096    // bytes of one line that a visitor sends
	maxTake = 1 << 20 // bytes that one connection may send in all
)

// errLong is a line beyond maxLine.
var errLong = errors.New("probetest: the visitor's line does not end")

// session is one conversation on one TCP port.
type session struct {
	io.Writer // to the visitor
	in        *bufio.Reader
	r         *Running
	key       string
}

func newSession(r *Running, key string, c net.Conn, config *tls.Config) *session {
	// An error leaves the connection without a limit of its own; Close still
	// ends it.
	_ = c.SetDeadline(time.Now().Add(lifetime))
	c = &countedConn{Conn: c, ledger: r.ledger, key: key}
	if config != nil {
		c = tls.Server(c, config) // shakes hands at the first read or write
	}
	return &session{Writer: c, in: bufio.NewReaderSize(io.LimitReader(c, maxTake), maxLine), r: r, key: key}
}

func (s *session) asked(question string) { s.r.ledger.asked(s.key, question) }

// malformed notes what is not of the port's protocol.
func (s *session) malformed() {
	s.r.ledger.malformed(s.key)
	s.r.shock()
}

// say sends text; false when the visitor has gone.
func (s *session) say(text string) bool {
	_, err := io.WriteString(s, text)
	return err == nil
}

// line reads one line without its end.
func (s *session) line() (string, error) {
	b, err := s.in.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", errLong
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(b), "\r\n"), nil
}

// gone reports whether a read ended because the visitor left or the time was
// up, and not because of what was said.
func gone(err error) bool {
	var n net.Error
	return errors.Is(err, io.EOF) || errors.As(err, &n)
}

// listen reads and forgets until the visitor goes.
func (s *session) listen() {
	// Whatever ends the copy ends the conversation: the visitor, the limit or
	// the deadline.
	_, _ = io.Copy(io.Discard, s.in)
}

// wait lets d go by; false when the device was closed meanwhile.
func (s *session) wait(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.r.done:
		return false
	}
}

// login says whether user and pass open account, and counts the try.
func (s *session) login(account, user, pass string) bool {
	a, ok := s.r.device.account(account)
	return s.r.ledger.login(a, user, ok && equal(user, a.User) && equal(pass, a.Pass))
}

// countedConn counts what the device reads, below TLS.
type countedConn struct {
	net.Conn
	ledger *ledger
	key    string
}

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.ledger.took(c.key, n)
	}
	return n, err
}
