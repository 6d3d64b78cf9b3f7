package probetest

import (
	"encoding/asn1"
	"fmt"
	"strconv"
	"strings"
)

// The tags of SNMP messages (RFC 3416 section 3, RFC 1157).
const (
	tagInteger      = 0x02
	tagString       = 0x04
	tagNull         = 0x05
	tagOID          = 0x06
	tagSequence     = 0x30
	tagNoSuchObject = 0x80
	tagEndOfMib     = 0x82
	tagGet          = 0xa0
	tagGetNext      = 0xa1
	tagGetBulk      = 0xa5
	tagResponse     = 0xa2
)

// tlv cuts the first element off b. Lengths may be longer than needed, as
// BER allows and real managers send.
func tlv(b []byte) (tag byte, body, rest []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, nil, false
	}
	tag, size, b := b[0], int(b[1]), b[2:]
	if size >= 0x80 {
		octets := size & 0x7f
		if octets == 0 || octets > 4 || len(b) < octets {
			return 0, nil, nil, false
		}
		size = 0
		for _, c := range b[:octets] {
			size = size<<8 | int(c)
		}
		b = b[octets:]
	}
	if size < 0 || size > len(b) {
		return 0, nil, nil, false
	}
	return tag, b[:size], b[size:], true
}

// expect is tlv of an element with the given tag.
func expect(tag byte, b []byte) (body, rest []byte, ok bool) {
	got, body, rest, ok := tlv(b)
	return body, rest, ok && got == tag
}

// element is tag, length and bodies.
func element(tag byte, bodies ...[]byte) []byte {
	size := 0
	for _, b := range bodies {
		size += len(b)
	}
	out := []byte{tag}
	switch {
	case size < 0x80:
		out = append(out, byte(size))
	case size < 0x100:
		out = append(out, 0x81, byte(size))
	default:
		out = append(out, 0x82, byte(size>>8), byte(size))
	}
	for _, b := range bodies {
		out = append(out, b...)
	}
	return out
}

// oidBody is the body of the object identifier that text spells: "1.3.6.1".
func oidBody(text string) ([]byte, error) {
	var oid asn1.ObjectIdentifier
	for part := range strings.SplitSeq(strings.TrimPrefix(text, "."), ".") {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil {
			return nil, fmt.Errorf("%q is not an object identifier such as 1.3.6.1.2.1.1.1.0", text)
		}
		oid = append(oid, int(n))
	}
	der, err := asn1.Marshal(oid)
	if err != nil {
		return nil, fmt.Errorf("%q is not an object identifier: %w", text, err)
	}
	_, body, _, _ := tlv(der)
	return body, nil
}
