package dhcp

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// The DHCPv4 header (RFC 2131 section 2): offsets in bytes.
const (
	atClient  = 12 // ciaddr
	atRelay   = 24 // giaddr
	atChaddr  = 28
	atSname   = 44
	atFile    = 108
	atCookie  = 236
	atOptions = 240
)

var cookie = []byte{99, 130, 83, 99} // RFC 2131 section 3

// The options that are read (RFC 2132; 77: RFC 3004; 81: RFC 4702).
const (
	optPad       = 0
	optHostname  = 12
	optRequested = 50
	optOverload  = 52
	optType      = 53
	optParams    = 55
	optVendor    = 60
	optClient    = 61
	optUser      = 77
	optFQDN      = 81
	optEnd       = 255
)

// options are those of one message.
type options struct {
	order  []byte // numbers as first met
	values map[byte][]byte
}

// readOptions collects the options of a whole message. An option met again goes
// on where it stopped (RFC 3396), and the file and server name fields hold
// options too when option 52 says so, in that order. What comes after a broken
// length is left out.
func readOptions(message []byte) options {
	o := options{values: map[byte][]byte{}}
	o.take(message[atOptions:])
	if over := o.values[optOverload]; len(over) == 1 {
		if over[0]&1 != 0 {
			o.take(message[atFile:atCookie])
		}
		if over[0]&2 != 0 {
			o.take(message[atSname:atFile])
		}
	}
	return o
}

func (o *options) take(b []byte) {
	for len(b) > 0 && b[0] != optEnd {
		code := b[0]
		if code == optPad {
			b = b[1:]
			continue
		}
		if len(b) < 2 || len(b)-2 < int(b[1]) {
			return
		}
		if !slices.Contains(o.order, code) {
			o.order = append(o.order, code)
		}
		value := b[2 : 2+int(b[1])]
		o.values[code] = append(o.values[code], value...)
		b = b[2+int(b[1]):]
	}
}

// text is an option's text without the zero byte that some clients end it with.
func (o *options) text(code byte) string {
	return string(bytes.TrimRight(o.values[code], "\x00"))
}

// each6 calls f with the options of a DHCPv6 message (RFC 8415 section 21.1)
// until a length is broken.
func each6(b []byte, f func(code uint16, value []byte)) {
	for len(b) >= 4 {
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n > len(b)-4 {
			return
		}
		f(binary.BigEndian.Uint16(b), b[4:4+n])
		b = b[4+n:]
	}
}
