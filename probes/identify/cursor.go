package identify

import "bytes"

// cursor reads the fields of a message in their order. What lies past the end
// reads as zeros and makes the cursor short, which tells half a message from
// one of another protocol. The zero cursor is an empty message.
type cursor struct {
	b     []byte
	short bool
	more  bool // set by a parser: the answer leaves room for the next question
}

// take is the next n bytes, nil if there are fewer.
func (c *cursor) take(n uint32) []byte {
	if n > uint32(len(c.b)) {
		c.b, c.short = nil, true
		return nil
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

// text is the next n bytes as a string.
func (c *cursor) text(n uint32) string { return string(c.take(n)) }

// until is the text before end, which is passed over.
func (c *cursor) until(end string) string {
	before, after, ok := bytes.Cut(c.b, []byte(end))
	if !ok {
		c.b, c.short = nil, true
		return ""
	}
	c.b = after
	return string(before)
}

// big is the next n bytes, four at most, as a number in network order.
func (c *cursor) big(n uint32) (v uint32) {
	for _, b := range c.take(n) {
		v = v<<8 | uint32(b)
	}
	return v
}

// little is big for the lowest byte first.
func (c *cursor) little(n uint32) (v uint32) {
	for i, b := range c.take(n) {
		v |= uint32(b) << (8 * i)
	}
	return v
}

// is passes over words and reports whether they were there. The beginning of
// words with nothing after it is not, but short.
func (c *cursor) is(words string) bool {
	if n := len(c.b); n < len(words) && string(c.b) == words[:n] {
		c.b, c.short = nil, true
		return false
	}
	if !bytes.HasPrefix(c.b, []byte(words)) {
		return false
	}
	c.b = c.b[len(words):]
	return true
}

// beyond is a cursor on what follows the first words in b, a short one where
// they are not.
func beyond(b []byte, words string) *cursor {
	c := &cursor{b: b}
	c.until(words)
	return c
}
