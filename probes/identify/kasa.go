package identify

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&kasa, asks)

// kasa asks a device for its system information, only where it has announced
// itself as TP-Link's by datagram: printers print what comes to this port. The
// text is {"system":{"get_sysinfo":{}}} in the protocol's cipher, in which every
// byte is mixed with the one before, the first with 171, after its length.
var kasa = question{
	name: "kasa", service: "kasa", ports: []uint16{9999}, only: "kasa.",
	ask: "\x00\x00\x00\x1d\xd0\xf2\x81\xf8\x8b\xff\x9a\xf7\xd5\xef\x94\xb6\xd1\xb4\xc0\x9f" +
		"\xec\x95\xe6\x8f\xe1\x87\xe8\xca\xf0\x8b\xf6\x8b\xf6",
	answer: parseKasa,
}

// parseKasa undoes the cipher as far as the text has come, and keeps nothing of
// it: the announcement has told the model, and where the device stands is
// nobody's business.
func parseKasa(_ *lan.Service, c *cursor) bool {
	if !c.is("\x00\x00") {
		return false
	}
	c.take(2)
	var text strings.Builder
	key := byte(171)
	for _, b := range c.b {
		text.WriteByte(b ^ key)
		key = b
	}
	plain := cursor{b: []byte(text.String())}
	ok := plain.is(`{"system":{"get_sysinfo":{"`)
	c.short = c.short || plain.short
	return ok
}
