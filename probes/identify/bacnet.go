package identify

import "github.com/homesweep/homesweep/probes/lan"

// The question is one ReadPropertyMultiple for four texts of the device object
// with the number that stands for any (ANSI/ASHRAE 135, clauses 15.7 and 12.11,
// annex J). Who-Is would be answered to everybody, and so not to us; a device
// that cannot read several at once says so, which names it, too.
var _ = register(&query{
	service: "bacnet", port: 47808, only4: true,
	question: "\x81\x0a\x00\x19" + "\x01\x04" + "\x00\x05\x00\x0e" +
		"\x0c\x02\x3f\xff\xff\x1e\x09\x4d\x09\x79\x09\x46\x09\x2c\x1f", id: bacnetID, size: 1,
	parse: parseBACnet,
}, asks)

const (
	bacnetID     = 8    // where the question has its invoke ID
	bacnetRouted = 0xa8 // flags of an answer that is the network's or another's
	bacnetDevice = 8    // object type
	maxValues    = 16
)

// bacnetFields are the properties asked for (clause 21).
var bacnetFields = map[uint32]string{
	0x4d: "bacnet.object-name", 0x79: "bacnet.vendor-name",
	0x46: "bacnet.model-name", 0x2c: "bacnet.firmware-revision",
}

// parseBACnet reads the acknowledgement of our invoke ID, or takes an error, a
// rejection or an abort of it as the device's.
func parseBACnet(svc *lan.Service, question, answer []byte) bool {
	c := cursor{b: answer}
	if !c.is("\x81\x0a") || int(c.big(2)) != len(answer) || !c.is("\x01") || c.big(1)&bacnetRouted != 0 {
		return false
	}
	kind := c.big(1)
	if c.big(1) != uint32(question[bacnetID]) || c.short {
		return false
	}
	switch kind {
	case 0x50: // an error of this service
		return c.is("\x0e\x91")
	case 0x60, 0x70, 0x71: // a rejection, an abort
		return len(c.b) == 1
	case 0x30:
		return c.is("\x0e\x0c") && c.big(4)>>22 == bacnetDevice && c.is("\x1e") && bacnetValues(svc, &c)
	}
	return false
}

// bacnetValues reads the values, each behind its property.
func bacnetValues(svc *lan.Service, c *cursor) bool {
	for range maxValues {
		if c.is("\x1f") {
			return len(c.b) == 0
		}
		if !c.is("\x29") {
			return false
		}
		field := bacnetFields[c.big(1)]
		switch {
		case c.is("\x5e"): // an error's class and code
			c.take(4)
			if !c.is("\x5f") {
				return false
			}
		case !c.is("\x4e") || !bacnetText(svc, field, c) || !c.is("\x4f"):
			return false
		}
	}
	return false
}

// bacnetText reads a character string (clause 20.2.9).
func bacnetText(svc *lan.Service, field string, c *cursor) bool {
	tag := c.big(1)
	size := tag & 7
	if size == 5 {
		if size = c.big(1); size == 254 {
			size = c.big(2)
		}
	}
	text := c.take(size)
	if tag>>3 != 14 || size == 0 || c.short {
		return false
	}
	if field != "" && text[0] == 0 { // UTF-8
		svc.Heard.Set(field, string(text[1:]))
	}
	return true
}
