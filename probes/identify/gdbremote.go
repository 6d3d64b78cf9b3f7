package identify

import (
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&gdbremote, asks)

// gdbremote asks a debugger's stub what it supports, as every debugger does before
// it does anything (GDB's manual, appendix E "Remote Serial Protocol"). Ports 1234
// and 3333 are not asked: QEMU's stub at the one stops the whole machine for whoever
// connects, and the debugger of a chip at the other the chip (OpenOCD User's Guide,
// "gdb-attach").
var gdbremote = question{
	name: "gdbremote", service: "gdbremote", ports: []uint16{2345},
	ask: "$qSupported#37", answer: parseGDB,
}

// parseGDB reads an acknowledgement and a packet with the sum of its bytes, in
// which the largest packet or another feature is named.
func parseGDB(_ *lan.Service, c *cursor) bool {
	if !c.is("+") {
		return false
	}
	if !c.is("$") {
		return false
	}
	packet := c.until("#")
	sum := byte(0)
	for i := range len(packet) {
		sum += packet[i]
	}
	said, err := strconv.ParseUint(c.text(2), 16, 8)
	return err == nil && byte(said) == sum && (strings.Contains(packet, "PacketSize=") || strings.Contains(packet, "qXfer:"))
}
