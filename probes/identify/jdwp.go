package identify

import (
	"bytes"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&jdwp, asks)

// jdwp begins to talk to a Java program's debugger (Java Debug Wire Protocol): the
// handshake, and the question for its version, since an echo would shake hands as
// well. No thread is stopped by it; one that waits for a debugger to come goes on
// when we leave.
var jdwp = question{
	name: "jdwp", service: "jdwp", ports: []uint16{5005}, mirrors: true,
	ask: jdwpHello + "\x00\x00\x00\x0b\x00\x00\x00\x01\x00\x01\x01", answer: parseJDWP,
}

const jdwpHello = "JDWP-Handshake"

// parseJDWP reads the same handshake and the head of the reply to command 1 of
// set 1. The program may tell of itself before that: that it has started.
func parseJDWP(_ *lan.Service, c *cursor) bool {
	if !c.is(jdwpHello) {
		return false
	}
	for range 4 {
		size, id, flags := c.big(4), c.big(4), c.take(1)
		if size < 11 || c.short {
			return false
		}
		if bytes.Equal(flags, []byte{0x80}) {
			return id == 1 && c.big(2) == 0 && !c.short
		}
		set := c.big(1)
		if set != 64 && !c.short { // its own events
			return false
		}
		c.take(1 + size - 11)
	}
	return false
}
