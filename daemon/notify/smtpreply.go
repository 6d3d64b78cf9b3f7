package notify

import (
	"bufio"
	"errors"
	"strings"
)

// Bounds of a mail server's reply. RFC 5321 section 4.5.3.1.5 allows for 512 bytes
// a line.
const (
	maxReplyLine  = 1024
	maxReplyLines = 64
)

var errReply = errors.New("it does not speak SMTP")

// readReply reads one reply, of one line or several (RFC 5321 section 4.2): the
// code, and what each line says after it.
func readReply(in *bufio.Reader) (code int, lines []string, err error) {
	for len(lines) < maxReplyLines {
		raw, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return 0, nil, errReply
		}
		if err != nil {
			return 0, nil, err
		}
		line := strings.TrimRight(string(raw), "\r\n")
		if len(line) < 3 || len(line) > 3 && line[3] != ' ' && line[3] != '-' {
			return 0, nil, errReply
		}
		this := 0
		for _, digit := range []byte(line[:3]) {
			if digit < '0' || digit > '9' {
				return 0, nil, errReply
			}
			this = this*10 + int(digit-'0')
		}
		if this < 200 || this > 599 || code != 0 && this != code {
			return 0, nil, errReply
		}
		code = this
		if len(line) == 3 {
			return code, append(lines, ""), nil
		}
		lines = append(lines, line[4:])
		if line[3] == ' ' {
			return code, lines, nil
		}
	}
	return 0, nil, errReply
}
