package identify

import (
	"net/netip"

	"github.com/homesweep/homesweep/probes/lan"
)

var _ = register(&rmi, asks)

// rmi says hello to a registry of a Java program's remote objects (Java Remote
// Method Invocation Specification, section 10.2.1, StreamProtocol version 2). No
// object is asked for, nor are their names.
var rmi = question{
	name: "rmi", service: "rmiregistry", ports: []uint16{1099},
	ask: "JRMI\x00\x02\x4b", answer: parseRMI,
}

// parseRMI reads an acknowledgement with the address that it saw us come from.
func parseRMI(_ *lan.Service, c *cursor) bool {
	if !c.is("\x4e") {
		return false
	}
	size := c.big(2)
	if size == 0 || size > 64 {
		return false
	}
	host := c.text(size)
	port := c.big(4)
	_, err := netip.ParseAddr(host)
	return err == nil && port <= 1<<16-1
}
