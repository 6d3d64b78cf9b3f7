package identify

import "github.com/homesweep/homesweep/probes/lan"

var (
	_ = register(&routeros, asks)
	_ = register(&bandwidthTest, greets)
)

// routeros says goodbye before it has logged in: MikroTik's API ends every
// connection with the word !fatal, whether it took the word or wanted a login
// first (help.mikrotik.com, API). bandwidthTest is the same maker's speed test,
// which greets with "go on".
var (
	routeros = question{
		name: "routeros-api", service: "routeros-api", ports: []uint16{8728, 8729},
		ask: "\x05/quit\x00", answer: parseRouterOS,
	}
	bandwidthTest = question{
		name: "bandwidth-test", service: "bandwidth-test", ports: []uint16{2000},
		greets: "\x01\x00\x00\x00", answer: parseBandwidthTest,
	}
)

// parseRouterOS reads the first word of a reply.
func parseRouterOS(svc *lan.Service, c *cursor) bool {
	switch c.text(c.big(1)) {
	case "!fatal", "!trap", "!done":
		svc.Product = "MikroTik RouterOS"
		return true
	}
	return false
}

// parseBandwidthTest takes the greeting with nothing after it.
func parseBandwidthTest(svc *lan.Service, c *cursor) bool {
	svc.Product = "MikroTik RouterOS"
	return c.is("\x01\x00\x00\x00") && len(c.b) == 0
}
