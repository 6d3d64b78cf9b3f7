package identify

import (
	"bytes"
	"encoding/binary"

	"github.com/homesweep/homesweep/probes/lan"
)

// The question is a Binding request without attributes (RFC 8489, section 7.1).
var _ = register(&query{
	service: "stun", port: 3478,
	question: "\x00\x01\x00\x00\x21\x12\xa4\x42\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", id: 8, size: 12,
	parse: parseSTUN,
}, asks)

// stunTCP is the same question over a connection (RFC 8489, section 6.2.2).
var stunTCP = question{
	name: "stun", service: "stun", ports: []uint16{3478}, moves: true,
	ask: bindingTCP, answer: parseSTUNTCP,
}

const bindingTCP = "\x00\x01\x00\x00\x21\x12\xa4\x42homesweep123"

var _ = register(&stunTCP, asks)

// parseSTUNTCP reads as much as the header says.
func parseSTUNTCP(svc *lan.Service, c *cursor) bool {
	head := cursor{b: c.b}
	kind := head.take(2)
	answer := c.take(stunHeader + head.big(2))
	if len(kind) == 2 && kind[0] != 1 {
		c.short = false
		return false
	}
	return !c.short && parseSTUN(svc, []byte(bindingTCP), answer)
}

// STUNSoftware is what the server calls itself (RFC 8489, section 14.14).
const STUNSoftware = "stun.software"

const (
	stunHeader   = 20
	stunSuccess  = 0x0101
	stunError    = 0x0111
	stunSoftware = 0x8022
	maxSTUN      = 32 // attributes of one answer
)

// parseSTUN reads a success or an error with our transaction ID. Our own address
// in it is nobody's business.
func parseSTUN(svc *lan.Service, question, answer []byte) bool {
	if len(answer) < stunHeader || !bytes.Equal(answer[4:stunHeader], question[4:]) ||
		int(binary.BigEndian.Uint16(answer[2:])) != len(answer)-stunHeader {
		return false
	}
	if kind := binary.BigEndian.Uint16(answer); kind != stunSuccess && kind != stunError {
		return false
	}
	c := cursor{b: answer[stunHeader:]}
	for range maxSTUN {
		if len(c.b) == 0 {
			break
		}
		kind, size := c.big(2), c.big(2)
		value := c.text(size)
		c.take(-size & 3) // padding
		if kind == stunSoftware {
			svc.Heard.Set(STUNSoftware, value)
			svc.Product, svc.Version = hyphened(lan.Printable(value, lan.MaxValue))
		}
	}
	return !c.short && len(c.b) == 0
}
