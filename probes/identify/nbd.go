package identify

import "github.com/homesweep/homesweep/probes/lan"

// nbd is a disk on the network, which greets with the words that begin its
// negotiation (the NBD project's proto.md). No disk is asked for.
var nbd = question{name: "nbd", service: "nbd", greets: "NBDMAGIC", answer: parseNBD}

var _ = register(&nbd, greets)

// parseNBD takes both styles of negotiation, the old and the one with options.
func parseNBD(_ *lan.Service, c *cursor) bool {
	if !c.is("NBDMAGIC") {
		return false
	}
	magic := c.text(8)
	return magic == "IHAVEOPT" || magic == "\x00\x00\x42\x02\x81\x86\x12\x53"
}
