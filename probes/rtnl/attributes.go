package rtnl

import (
	"bytes"
	"encoding/binary"
)

// Attributes reads the attributes that follow a message's struct (struct rtattr:
// length, type, value), one after the other. A value that is not of the size
// asked for, or an attribute that does not fit, is an error that ends it.
type Attributes struct {
	rest  []byte
	kind  uint16
	value []byte
	err   error
}

const (
	attributeHeader = 4
	// kindMask leaves out the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER.
	kindMask = 0x3fff
)

// AttributesOf are those in b.
func AttributesOf(b []byte) *Attributes { return &Attributes{rest: b} }

// Next goes on to the next attribute; false at the end and after an error.
func (a *Attributes) Next() bool {
	if a.err != nil || len(a.rest) == 0 {
		return false
	}
	if len(a.rest) < attributeHeader {
		return a.torn()
	}
	size := binary.NativeEndian.Uint16(a.rest)
	if size < attributeHeader || int(size) > len(a.rest) {
		return a.torn()
	}
	a.kind = binary.NativeEndian.Uint16(a.rest[2:]) & kindMask
	a.value = a.rest[attributeHeader:size]
	a.rest = a.rest[min(int(aligned(uint32(size))), len(a.rest)):]
	return true
}

func (a *Attributes) torn() bool {
	a.err = errTorn
	return false
}

// Err is what was wrong, nil if nothing was.
func (a *Attributes) Err() error { return a.err }

// Kind is the attribute's type.
func (a *Attributes) Kind() uint16 { return a.kind }

// Bytes is its value, a part of what AttributesOf was given.
func (a *Attributes) Bytes() []byte { return a.value }

// Text is its value as a text that a zero byte ends.
func (a *Attributes) Text() string {
	text, _, _ := bytes.Cut(a.value, []byte{0})
	return string(text)
}

// sized is the value if it is of n bytes; else that many zeros, and the error.
func (a *Attributes) sized(n int) []byte {
	if len(a.value) == n {
		return a.value
	}
	a.torn()
	return make([]byte, n)
}

// Uint8 is its value of one byte.
func (a *Attributes) Uint8() uint8 { return a.sized(1)[0] }

// Uint16 is its value of two bytes.
func (a *Attributes) Uint16() uint16 { return binary.NativeEndian.Uint16(a.sized(2)) }

// Uint32 is its value of four bytes.
func (a *Attributes) Uint32() uint32 { return binary.NativeEndian.Uint32(a.sized(4)) }

// Nested hands read the attributes that the value is made of. It goes no deeper
// than read itself does.
func (a *Attributes) Nested(read func(*Attributes)) {
	inner := AttributesOf(a.value)
	read(inner)
	if inner.err != nil {
		a.err = inner.err
	}
}
