package identify

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/textproto"
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes"
	"github.com/homesweep/homesweep/probes/lan"
)

// Bounds of an answer's head in the family of HTTP, RTSP and SSDP.
const (
	maxHead    = 16 << 10
	maxHeaders = 64
)

// head is the first part of such an answer.
type head struct {
	status string // three digits
	fields textproto.MIMEHeader
}

func (h head) get(field string) string      { return h.fields.Get(field) }
func (h head) values(field string) []string { return h.fields.Values(field) }

// parseHead reads an answer's status and fields, whatever its version and line
// ends, leaving out lines that are none: embedded servers take liberties that
// net/http does not. ok is false unless it starts with proto ("RTSP/") and has
// a status. A head that is cut short gives its whole lines: half a version number
// would be a wrong one.
func parseHead(said []byte, proto string) (h head, ok bool) {
	first, rest, _ := bytes.Cut(said[:min(len(said), maxHead)], []byte("\n"))
	words := strings.Fields(string(first))
	if len(words) < 2 || !hasPrefixFold(words[0], proto) || len(words[1]) != 3 {
		return h, false
	}
	if n, err := strconv.Atoi(words[1]); err != nil || n < 100 {
		return h, false
	}
	h = head{status: words[1], fields: textproto.MIMEHeader{}}
	for range maxHeaders {
		text, after, whole := bytes.Cut(rest, []byte("\n"))
		text, rest = bytes.TrimRight(text, "\r"), after
		if len(text) == 0 || !whole {
			break
		}
		if name, value, found := strings.Cut(string(text), ":"); found {
			h.fields.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		}
	}
	return h, true
}

// hasPrefixFold is strings.HasPrefix whatever the case.
func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// readHead reads up to the blank line that ends a head, at most maxHead bytes,
// and parses it. A head that the other side leaves unfinished counts as far as
// it goes; an answer that is not proto's is probes.ErrNotMine.
func readHead(r *bufio.Reader, proto string) (head, error) {
	var said []byte
	for len(said) < maxHead {
		part, err := r.ReadSlice('\n')
		said = append(said, part...)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			break
		}
		if len(bytes.TrimRight(part, "\r\n")) == 0 {
			break
		}
	}
	h, ok := parseHead(said, proto)
	if !ok {
		return h, probes.ErrNotMine
	}
	return h, nil
}

// authority is ep's address and port as a URL has them, without a zone.
func authority(ep lan.Endpoint) string {
	return net.JoinHostPort(ep.Addr.WithZone("").String(), portText(ep))
}

// portText is ep's port in decimal.
func portText(ep lan.Endpoint) string { return strconv.Itoa(int(ep.Port)) }
