package identify

import (
	"strconv"
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// What a tunnel's server says of itself (RFC 2637, section 2.2).
const (
	PPTPHost     = "pptp.host_name"
	PPTPVendor   = "pptp.vendor_string"
	pptpFirmware = "pptp.firmware_revision"
)

var _ = register(&pptp, asks)

// pptp opens the control connection, asks for no call over it and goes (RFC
// 2637, section 2.1: Start-Control-Connection-Request, with both ways of
// framing and bearing).
var pptp = question{
	name: "pptp", service: "pptp", ports: []uint16{1723},
	ask:  "\x00\x9c\x00\x01\x1a\x2b\x3c\x4d\x00\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x03",
	size: 156, answer: parsePPTP,
}

// parsePPTP reads the reply.
func parsePPTP(svc *lan.Service, c *cursor) bool {
	if !c.is("\x00\x9c\x00\x01\x1a\x2b\x3c\x4d\x00\x02") {
		return false
	}
	c.take(16) // zeros, version, outcome, abilities, channels
	svc.Heard.Set(pptpFirmware, strconv.Itoa(int(c.big(2))))
	host, _, _ := strings.Cut(c.text(64), "\x00")
	vendor, _, _ := strings.Cut(c.text(64), "\x00")
	svc.Heard.Set(PPTPHost, host)
	svc.Heard.Set(PPTPVendor, vendor)
	svc.Product = vendor
	return true
}
