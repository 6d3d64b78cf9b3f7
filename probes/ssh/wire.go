package ssh

import "encoding/binary"

// field is s as a string of RFC 4251 section 5.
func field(s string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(s))), s...)
}

// number is the content of an mpint of RFC 4251 section 5, from the bytes of a
// number that is not negative.
func number(n []byte) string {
	for len(n) > 0 && n[0] == 0 {
		n = n[1:]
	}
	if len(n) > 0 && n[0] >= 0x80 {
		return "\x00" + string(n)
	}
	return string(n)
}

// cursor reads a packet's fields; past the end they are empty.
type cursor struct {
	b     []byte
	short bool // something was past the end
}

func (c *cursor) take(n uint32) []byte {
	if uint64(n) > uint64(len(c.b)) {
		c.b, c.short = nil, true
		return nil
	}
	taken := c.b[:n]
	c.b = c.b[n:]
	return taken
}

func (c *cursor) number() uint32 {
	b := c.take(4)
	if b == nil {
		return 0
	}
	return binary.BigEndian.Uint32(b)
}

func (c *cursor) field() string { return string(c.take(c.number())) }

func (c *cursor) flag() bool {
	b := c.take(1)
	return b != nil && b[0] != 0
}
