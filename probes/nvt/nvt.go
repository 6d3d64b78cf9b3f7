// Package nvt reads the Network Virtual Terminal of Telnet (RFC 854): it takes
// the negotiation out of the text and answers it with refusals.
package nvt

import (
	"errors"
	"io"
	"strings"
)

// Terminal is one conversation. It is used by one goroutine.
type Terminal struct {
	conn io.ReadWriter
	reader
}

// New starts a conversation over conn, whose deadline bounds it.
func New(conn io.ReadWriter) *Terminal { return &Terminal{conn: conn} }

// ErrFull says that the other side sent more than anyone needs to.
var ErrFull = errors.New("nvt: the other side does not stop talking")

// ReadUntil reads until done says that the text since the last Forget is
// enough, and returns that text, without control sequences. On an error (the
// deadline, most often) it returns the text so far with it.
func (t *Terminal) ReadUntil(done func(text string) bool) (string, error) {
	buf := make([]byte, 512)
	for {
		n, err := t.conn.Read(buf)
		reply, full := t.take(buf[:n])
		if len(reply) > 0 && err == nil {
			_, err = t.conn.Write(reply)
		}
		if err == nil {
			err = full
		}
		if text := withoutEscapes(t.text.String()); err != nil || done(text) {
			return text, err
		}
	}
}

// Forget drops the text read so far.
func (t *Terminal) Forget() { t.text.Reset() }

// Send writes a line, ended as RFC 854 wants it.
func (t *Terminal) Send(line string) error {
	_, err := t.conn.Write([]byte(strings.ReplaceAll(line, "\xff", "\xff\xff") + "\r\n"))
	return err
}

// Negotiated reports whether the other side spoke Telnet at all.
func (t *Terminal) Negotiated() bool { return t.spoke }
