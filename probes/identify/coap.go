package identify

import (
	"bytes"
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

// The question is a confirmable GET of /.well-known/core (RFC 6690, section 4)
// with a message ID of two bytes and a token of four (RFC 7252, section 3).
var _ = register(&query{
	service: "coap", port: 5683, small: true,
	question: "\x44\x01\x00\x00\x00\x00\x00\x00\xbb.well-known\x04core", id: 2, size: 6,
	parse: parseCoAP,
}, asks)

// What a server of constrained devices answers: its code, "2.05" for content, and
// the beginning of its list of resources.
const (
	CoAPCode = "coap.code"
	CoAPCore = "coap.core"
)

const (
	coapHeader  = 4
	coapToken   = 4
	coapAck     = 2
	coapReset   = 3
	maxOptions  = 32
	coapContent = 0x45 // 2.05
)

// parseCoAP reads an acknowledgement of our message, with the answer or ahead of
// it, or a rejection (RFC 7252, section 4.2). An answer that comes by itself has
// our token only (section 5.2.2).
func parseCoAP(svc *lan.Service, question, answer []byte) bool {
	if len(answer) < coapHeader || answer[0]>>6 != 1 {
		return false
	}
	kind, token, code := answer[0]>>4&3, int(answer[0]&15), answer[1]
	ours := bytes.Equal(answer[2:coapHeader], question[2:coapHeader])
	if code == 0 {
		return ours && kind >= coapAck && len(answer) == coapHeader
	}
	class := code >> 5
	if kind == coapReset || kind == coapAck && !ours || class != 2 && class != 4 && class != 5 ||
		token != coapToken || !bytes.HasPrefix(answer[coapHeader:], question[coapHeader:coapHeader+coapToken]) {
		return false
	}
	payload, ok := coapPayload(answer[coapHeader+coapToken:])
	detail := strconv.Itoa(int(code & 31))
	if len(detail) == 1 {
		detail = "0" + detail
	}
	svc.Heard.Set(CoAPCode, strconv.Itoa(int(class))+"."+detail)
	if code == coapContent {
		svc.Heard.Set(CoAPCore, string(payload))
	}
	return ok
}

// coapPayload is what follows the options (RFC 7252, section 3.1).
func coapPayload(b []byte) (payload []byte, ok bool) {
	c := cursor{b: b}
	for range maxOptions {
		if len(c.b) == 0 || c.short {
			return nil, !c.short
		}
		head := c.big(1)
		if head == 0xff {
			return c.b, len(c.b) > 0
		}
		_, known1 := coapExtended(&c, head>>4)
		size, known2 := coapExtended(&c, head&15)
		if c.take(size); !known1 || !known2 {
			return nil, false
		}
	}
	return nil, false
}

// coapExtended is an option's delta or length, whose first four bits are n.
func coapExtended(c *cursor, n uint32) (value uint32, ok bool) {
	switch n {
	case 13:
		return c.big(1) + 13, true
	case 14:
		return c.big(2) + 269, true
	}
	return n, n < 13
}
