package nvt

import "strings"

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
// we answer (RFC 1143 describes the loops): a host that negotiates for ever is
// left talking to itself.
const (
	maxText     = 8 << 10
	maxRefusals = 64
)

// reader sorts what a host says into text and commands, however it is cut into
// pieces.
type reader struct {
	text     strings.Builder
	state    byte // the command whose operand comes next, 0 in plain text
	inside   bool // of an option's parameters, which end at IAC SE
	refusals int
	spoke    bool
}

// take reads the next piece and gives the refusals that it calls for.
func (r *reader) take(b []byte) (reply []byte, err error) {
	for _, c := range b {
		switch {
		case r.state == iac:
			r.command(c)
		case r.state != 0: // the option of a DO, DONT, WILL or WONT
			reply = append(reply, r.refuse(c)...)
			r.state = 0
		case c == iac:
			r.state = iac
		case r.inside || c == 0: // NUL is padding (RFC 854, "The NVT printer")
		case r.text.Len() >= maxText:
			return reply, ErrFull
		default:
			r.text.WriteByte(c)
		}
	}
	return reply, nil
}

// command takes the byte after an IAC.
func (r *reader) command(c byte) {
	r.state = 0
	switch {
	case r.inside:
		r.inside = c != se
	case c == iac && r.text.Len() < maxText: // a doubled 255 is the byte itself
		r.text.WriteByte(c)
	case c == do, c == dont, c == will, c == wont:
		r.spoke, r.state = true, c
	case c == sb:
		r.spoke, r.inside = true, true
	}
}

// refuse answers DO with WONT and WILL with DONT; the negative ones need no
// answer.
func (r *reader) refuse(option byte) []byte {
	answer := map[byte]byte{do: wont, will: dont}[r.state]
	if answer == 0 || r.refusals >= maxRefusals {
		return nil
	}
	r.refusals++
	return []byte{iac, answer, option}
}

// Plain parts all that a host has said so far into its text, without control
// sequences, and the refusals that its options call for. The refusals of a
// longer said begin with those of a shorter one, so that a caller who has sent
// n bytes of them sends the rest.
func Plain(said []byte) (text string, refusals []byte) {
	var r reader
	refusals, _ = r.take(said) // what is beyond the bound is left out
	return withoutEscapes(r.text.String()), refusals
}

// Negotiates reports whether said begins with a Telnet command, which nothing
// else does.
func Negotiates(said []byte) bool { return len(said) >= 2 && said[0] == iac && said[1] >= se }

// withoutEscapes drops terminal control sequences: CSI up to its final byte
// (ECMA-48 section 5.4), the choice of a character set (ISO 2022) and the
// keypad's modes (DEC VT100).
func withoutEscapes(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != 0x1b || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch s[i+1] {
		case '[':
			for i += 2; i < len(s) && (s[i] < 0x40 || s[i] > 0x7e); i++ {
			}
		case '(', ')':
			i += 2
		case '=', '>':
			i++
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}
