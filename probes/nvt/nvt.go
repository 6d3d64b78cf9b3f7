// Package nvt reads the Network Virtual Terminal of Telnet (RFC 854): it takes
// the negotiation out of the text and answers it with refusals.
package nvt

import (
	"errors"
	"io"
	"strings"
)

// Telnet commands, RFC 854 "TELNET command structure".
const (
	iac  = 255
	dont = 254
	do   = 253
	wont = 252
	will = 251
	sb   = 250
	se   = 240
)

// maxText bounds what one conversation may make us keep, maxRefusals how often
// we answer: a host that negotiates for ever is left talking to itself.
const (
	maxText     = 8 << 10
	maxRefusals = 64
)

// Terminal is one conversation. It is used by one goroutine.
type Terminal struct {
	conn     io.ReadWriter
	text     strings.Builder
	state    byte // the command whose operand comes next, 0 in plain text
	refusals int
	spoke    bool
}

// New starts a conversation over conn, whose deadline bounds it.
func New(conn io.ReadWriter) *Terminal { return &Terminal{conn: conn} }

// ErrFull says that the other side sent more than anyone needs to.
var ErrFull = errors.New("nvt: the other side does not stop talking")

// ReadUntil reads until done says that the text since the last Forget is
// enough, and returns that text. On an error (the deadline, most often) it
// returns the text so far with it.
func (t *Terminal) ReadUntil(done func(text string) bool) (string, error) {
	buf := make([]byte, 512)
	for {
		n, err := t.conn.Read(buf)
		if werr := t.take(buf[:n]); err == nil {
			err = werr
		}
		if text := t.text.String(); err != nil || done(text) {
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

// take sorts bytes into text and commands, and refuses every option.
func (t *Terminal) take(b []byte) error {
	var reply []byte
	for _, c := range b {
		switch {
		case t.state == 0 && c == iac:
			t.state = iac
		case t.state == 0:
			if t.text.Len() >= maxText {
				return ErrFull
			}
			t.text.WriteByte(c)
		case t.state == sb: // an option's parameters, up to IAC SE
			if c == se {
				t.state = 0
			}
		case t.state == iac:
			t.state = t.command(c)
		default: // the option of a DO, DONT, WILL or WONT
			reply = append(reply, t.refuse(c)...)
			t.state = 0
		}
	}
	if len(reply) == 0 {
		return nil
	}
	_, err := t.conn.Write(reply)
	return err
}

func (t *Terminal) command(c byte) byte {
	switch c {
	case iac: // a doubled 255 is the byte itself
		t.text.WriteByte(c)
	case do, dont, will, wont, sb:
		t.spoke = true
		return c
	}
	return 0
}

// refuse answers DO with WONT and WILL with DONT; the negative ones need no
// answer.
func (t *Terminal) refuse(option byte) []byte {
	if t.refusals >= maxRefusals {
		return nil
	}
	t.refusals++
	switch t.state {
	case do:
		return []byte{iac, wont, option}
	case will:
		return []byte{iac, dont, option}
	}
	return nil
}
