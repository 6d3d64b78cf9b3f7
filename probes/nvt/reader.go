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

// withoutEscapes drops terminal control sequences (ECMA-48, and VT100's own):
// those of a few bytes and, up to where they end, control sequences and strings.
func withoutEscapes(s string) string {
	var b strings.Builder
	for {
		text, rest, ok := strings.Cut(s, "\x1b")
		b.WriteString(text)
		if !ok {
			return b.String()
		}
		s = rest[escape(rest):]
	}
}

// escape is how many bytes of rest belong to the ESC before it: all, as long as
// its end has not come.
func escape(rest string) int {
	switch {
	case rest == "":
		return 0
	case rest[0] == '[': // section 5.4
		return after(rest, 1, 0x40)
	case strings.IndexByte("]PX^_", rest[0]) >= 0: // section 5.6; xterm ends them with BEL
		end := strings.IndexAny(rest, "\a\x1b\n")
		if end < 0 {
			return len(rest)
		}
		return end + strings.Count(rest[end:end+1], "\a")
	case rest[0] < ' ' || rest[0] > '~':
		return 0 // no sequence
	}
	return after(rest, 0, 0x30)
}

// after is where the first byte from first on up to '~' ends, looked for beyond
// from.
func after(s string, from int, first byte) int {
	for i := from; i < len(s); i++ {
		if s[i] >= first && s[i] <= '~' {
			return i + 1
		}
	}
	return len(s)
}
