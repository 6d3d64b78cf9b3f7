package identify

import "github.com/homesweep/homesweep/probes/lan"

var _ = register(&enip, asks)

// enip asks an industrial controller for its identity without a session (The
// CIP Networks Library, volume 2, section 2-4.2: ListIdentity).
var enip = question{
	name: "enip", service: "EtherNet-IP-2", ports: []uint16{44818},
	ask: "\x63", size: 24, answer: parseENIP,
}

// parseENIP reads the first item.
func parseENIP(svc *lan.Service, c *cursor) bool {
	if !c.is("\x63\x00") {
		return false
	}
	c.take(22 + 2) // the rest of the header, how many items
	if !c.is("\x0c\x00") {
		return false
	}
	c.take(4 + 16 + 6) // length and version; address; vendor, kind and code of the product
	svc.Version = dotted(c.take(2))
	c.take(6) // status, serial number
	svc.Product = c.text(c.big(1))
	return svc.Product != ""
}
