package identify

import (
	"strconv"
	"strings"
)

// Tags of SNMP's subset of the Basic Encoding Rules (ITU-T X.690; RFC 3417,
// section 8; RFC 3416, section 3).
const (
	berInteger  = 0x02
	berOctets   = 0x04
	berNull     = 0x05
	berOID      = 0x06
	berSequence = 0x30
	berGet      = 0xa0
	berResponse = 0xa2
)

// berEncode is one element with the parts as its content.
func berEncode(tag byte, parts ...[]byte) []byte {
	var content []byte
	for _, p := range parts {
		content = append(content, p...)
	}
	b := []byte{tag}
	switch n := len(content); {
	case n < 0x80:
		b = append(b, byte(n))
	case n < 0x100:
		b = append(b, 0x81, byte(n))
	default:
		b = append(b, 0x82, byte(n>>8), byte(n))
	}
	return append(b, content...)
}

// berNumber encodes n, which is not negative.
func berNumber(n uint32) []byte {
	content := []byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
	for len(content) > 1 && content[0] == 0 && content[1] < 0x80 {
		content = content[1:]
	}
	if content[0] >= 0x80 {
		content = append([]byte{0}, content...)
	}
	return berEncode(berInteger, content)
}

// parseBER cuts one element off b. Lengths may be longer than they need be, as
// some agents write them; the indefinite form, which SNMP forbids, is refused.
func parseBER(b []byte) (tag byte, content, rest []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, nil, false
	}
	tag, n, b := b[0], int(b[1]), b[2:]
	if n >= 0x80 {
		size := n & 0x7f
		if size == 0 || size > 4 || size > len(b) {
			return 0, nil, nil, false
		}
		n = 0
		for _, c := range b[:size] {
			if n = n<<8 | int(c); n > 0xffff { // more than any datagram holds
				return 0, nil, nil, false
			}
		}
		b = b[size:]
	}
	if n > len(b) {
		return 0, nil, nil, false
	}
	return tag, b[:n], b[n:], true
}

// berExpect is parseBER for an element that must have tag.
func berExpect(b []byte, tag byte) (content, rest []byte, ok bool) {
	got, content, rest, ok := parseBER(b)
	return content, rest, ok && got == tag
}

// berInt is the value of an INTEGER's content, at most five bytes.
func berInt(content []byte) (n int64, ok bool) {
	if len(content) == 0 || len(content) > 5 {
		return 0, false
	}
	if content[0] >= 0x80 {
		n = -1
	}
	for _, c := range content {
		n = n<<8 | int64(c)
	}
	return n, true
}

// maxArcs bounds an object identifier (RFC 3416, section 4.1: 128 sub-identifiers).
const maxArcs = 128

// oidText is an OBJECT IDENTIFIER's content in dots: "1.3.6.1.2.1.1.1.0".
func oidText(content []byte) (string, bool) {
	var arcs []string
	var n uint64
	for i, c := range content {
		if n = n<<7 | uint64(c&0x7f); n > 1<<32+80 {
			return "", false
		}
		if c >= 0x80 {
			if i == len(content)-1 {
				return "", false
			}
			continue
		}
		if len(arcs) == 0 {
			first := min(n/40, 2)
			arcs = append(arcs, strconv.FormatUint(first, 10))
			n -= first * 40
		}
		if len(arcs) == maxArcs {
			return "", false
		}
		arcs = append(arcs, strconv.FormatUint(n, 10))
		n = 0
	}
	return strings.Join(arcs, "."), len(arcs) > 0
}
