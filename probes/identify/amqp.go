package identify

import (
	"strconv"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&amqp, asks)

// amqp sends the protocol header of AMQP 0-9-1 (its specification, section
// 2.2.4), which a broker answers with who it is before it wants a login, or
// with the header of the version that it speaks instead.
var amqp = question{
	name: "amqp", service: "amqp", ports: []uint16{5672},
	ask: "AMQP\x00\x00\x09\x01", answer: parseAMQP,
}

// AMQPVersion is the field of Heard with the version that a broker offered.
const AMQPVersion = "amqp.version"

// parseAMQP reads a header, or the method Connection.Start with its table of
// the server's properties, of which two are of interest.
func parseAMQP(svc *lan.Service, c *cursor) bool {
	if len(c.b) > 0 && c.b[0] == 'A' {
		if !c.is("AMQP") {
			return false
		}
		c.take(1) // 0, or 3 for a login layer
		svc.Heard.Set(AMQPVersion, dotted(c.take(3)))
		return len(c.b) == 0
	}
	if !c.is("\x01\x00\x00") {
		return false
	}
	c.take(4)
	if !c.is("\x00\x0a\x00\x0a") {
		return false
	}
	svc.Heard.Set(AMQPVersion, dotted(c.take(2)))
	table := c.take(c.big(4))
	product, version := beyond(table, "\x07productS"), beyond(table, "\x07versionS")
	svc.Product, svc.Version = product.text(product.big(4)), version.text(version.big(4))
	return true
}

// dotted are numbers with dots between: "0.9".
func dotted(numbers []byte) (text string) {
	for i, n := range numbers {
		if i > 0 {
			text += "."
		}
		text += strconv.Itoa(int(n))
	}
	return text
}
